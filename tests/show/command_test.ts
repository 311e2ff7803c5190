/** `paceline show` on the command line, with a small folder of JSON: screens, JSON, CSV and errors. */
import { ConfigProvider, Effect, FileSystem } from "effect"
import { Command } from "effect/cli"
import { TestClock, TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { show } from "../../pipeline/commands/show.ts"
import { StoredDataError } from "../../pipeline/landed/StoredDataError.ts"
import { errorExitCode, exitCodes } from "../../pipeline/base/exit.ts"
import { screenOf } from "../../pipeline/show/print.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { simulatedDays } from "../pipeline/daily.ts"
import { runFolder, runToEnd } from "../pipeline/running.ts"
import { ShowError } from "../../pipeline/show/ShowError.ts"
import { tablesOf } from "../../pipeline/show/tables.ts"
import { widthOf } from "../../pipeline/output/kit/terminal.ts"
import {
  activity,
  activityWith,
  athleteItem,
  item,
  streamsItem,
  zonesItem,
} from "../sinks/items.ts"
import { archiveOf, folderOf } from "../report/landed.ts"
import { runTask } from "../commands/driver/task.ts"
import { runWordsOf } from "../taskWords.ts"
import { live, test } from "../testing.ts"

const typed = Effect.fnUntraced(function* (data: string, ...args: ReadonlyArray<string>) {
  yield* Command.runWith(Command.make("paceline").pipe(Command.withSubcommands([show])), {
    version: "0",
  })(["show", ...args, "--data", data]).pipe(
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })), { local: true }),
  )
  return String((yield* TestConsole.logLines).at(-1))
})

const on = (date: string, fields: Readonly<Record<string, unknown>> = {}) => ({
  start_date: `${date}T22:30:00Z`,
  start_date_local: `${date}T23:30:00Z`,
  utc_offset: 3600,
  moving_time: 3600,
  total_elevation_gain: 12.5,
  ...fields,
})

const big = "9007199254740993"

/** Activities in two weeks with empty weeks between them; the first is late on a Sunday evening. */
const landed = folderOf([
  {
    resource: "athlete",
    items: [athleteItem({ bikes: [{ id: "b1", name: "=1+1", distance: 5 }], shoes: [] })],
  },
  { resource: "zones", items: [zonesItem()] },
  {
    resource: "activities",
    items: [
      activity(1, on("2026-01-04", { name: "\u001b[31m=HYPERLINK(\u202e)", gear_id: "b1" })),
      activity(2, on("2026-01-19", { sport_type: "Run", name: "-2+3", distance: 8300.1 })),
      activity(3, on("2026-01-20", { average_heartrate: 151.4, average_watts: 200 })),
    ],
  },
  {
    resource: "streams",
    items: [
      streamsItem(1, {
        time: [0, 1, 2],
        heartrate: [100, null, 140],
        latlng: [[1, 2], null, [3, 4]],
      }),
      streamsItem(2, { time: [0, 5], watts: [200, 300], moving: [true, false] }),
    ],
  },
])

test("activities are shown as a table, oldest first, with hours per week below", () =>
  Effect.gen(function* () {
    const page = yield* typed(yield* landed, "activities")
    assert.deepEqual(page.split("\n"), [
      "3 activities",
      "┌──────────────────┬──────────────────────────────┬───────┬──────────┬──────┬──────────┬───────┬─────┬────┐",
      "│ start            ┆ name                         ┆ sport ┆ distance ┆ time ┆     pace ┆ climb ┆  hr ┆ id │",
      "│                  ┆                              ┆       ┆       km ┆ h:mm ┆ or speed ┆     m ┆ bpm ┆    │",
      "╞══════════════════╪══════════════════════════════╪═══════╪══════════╪══════╪══════════╪═══════╪═════╪════╡",
      "│ 2026-01-04 23:30 ┆ \\x1b[31m=HYPERLINK(\\u{202e}) ┆ Ride  ┆      1.0 ┆ 1:00 ┆ 1.0 km/h ┆    13 ┆     ┆  1 │",
      "│ 2026-01-19 23:30 ┆ -2+3                         ┆ Run   ┆      8.3 ┆ 1:00 ┆ 7:14 /km ┆    13 ┆     ┆  2 │",
      "│ 2026-01-20 23:30 ┆ Ride 3                       ┆ Ride  ┆      1.0 ┆ 1:00 ┆ 1.0 km/h ┆    13 ┆ 151 ┆  3 │",
      "└──────────────────┴──────────────────────────────┴───────┴──────────┴──────┴──────────┴───────┴─────┴────┘",
      "hours a week  ▅▁▁█  2 h max",
    ])
  }))

test("the screen has miles and feet by choice, and the numbers of programs stay in Strava's units", () =>
  Effect.gen(function* () {
    const data = yield* landed
    const page = yield* typed(data, "activities", "--units", "imperial", "--head", "2")
    assert.match(page, /│ +┆ +┆ +┆ +mi ┆ h:mm ┆ +or speed ┆ +ft ┆ bpm ┆ +│/)
    assert.match(page, /Run +┆ +5\.2 ┆ 1:00 ┆ 11:38 \/mi ┆ +41 ┆/)
    const weeks = yield* typed(data, "weekly", "--units", "imperial", "--week-start", "sunday")
    assert.match(weeks, /│ 2026-01-04 ┆ +1 ┆ 1:00 ┆ +0\.6 ┆ +41 │/)
    for (const units of ["imperial", "metric"]) {
      const [run] = JSON.parse(
        yield* typed(data, "activities", "--json", "--where", "sport=Run", "--units", units),
      )
      assert.deepEqual([run.km, run.distance, run.climb_m], [8.3001, 8300.1, 12.5])
    }
  }))

test("a condition can have a unit and search a text, and says which unit a number has", () =>
  Effect.gen(function* () {
    const data = yield* landed
    const ids = Effect.fnUntraced(function* (...where: ReadonlyArray<string>) {
      const args = where.flatMap((one) => ["--where", one])
      const rows = JSON.parse(yield* typed(data, "activities", "--json", ...args))
      return rows.map(({ id }: { id: number }) => id)
    })
    assert.deepEqual(yield* ids("name~RIDE"), [3])
    assert.deepEqual(yield* ids("distance>=5mi"), [2])
    assert.deepEqual(yield* ids("km>=5mi", "time=1:00"), [2])
    assert.deepEqual(yield* ids("time<60min"), [])
  }))

test("weeks start on Monday in local time, and empty weeks are shown", () =>
  Effect.gen(function* () {
    const data = yield* landed
    assert.deepEqual(JSON.parse(yield* typed(data, "weekly", "--json")), [
      { week: "2025-12-29", activities: 1, hours: 1, km: 1.0005, climb_m: 12.5 },
      { week: "2026-01-05", activities: 0, hours: 0, km: 0, climb_m: 0 },
      { week: "2026-01-12", activities: 0, hours: 0, km: 0, climb_m: 0 },
      { week: "2026-01-19", activities: 2, hours: 2, km: 9.3006, climb_m: 25 },
    ])
    const days = JSON.parse(yield* typed(data, "daily", "--json", "--where", "hours>0"))
    assert.deepEqual(days.map(({ day }: { day: string }) => day), [
      "2026-01-04",
      "2026-01-19",
      "2026-01-20",
    ])
  }))

test("an activity of 1969 or 2099 adds only its own week", () =>
  Effect.gen(function* () {
    const data = yield* folderOf([{
      resource: "activities",
      items: [
        activity(1, on("1969-12-31")),
        activity(2, on("2026-01-04")),
        activity(3, on("2026-01-19")),
        activity(4, on("2099-01-01")),
      ],
    }])
    yield* TestClock.setTime(Date.UTC(2026, 1, 1))
    for (const [table, rows] of [["weekly", 5], ["daily", 17]] as const) {
      assert.equal(JSON.parse(yield* typed(data, table, "--json")).length, rows)
    }
  }))

test("JSON has every field with every digit of an id, and CSV holds no formula", () =>
  Effect.gen(function* () {
    const exact = yield* folderOf([{
      resource: "activities",
      items: [activityWith(4, `"id": ${big}, "upload_id": 1`)].map((item) => ({
        ...item,
        id: big,
      })),
    }])
    assert.match(yield* typed(exact, "activities", "--json"), new RegExp(`^\\[{"id":${big},`))
    const data = yield* landed
    const [run] = JSON.parse(yield* typed(data, "activities", "--json", "--where", "sport=Run"))
    assert.deepEqual([run.id, run.km, run.distance, run.name, run.gear_id], [
      2,
      8.3001,
      8300.1,
      "-2+3",
      null,
    ])
    const rows = (yield* typed(data, "activities", "--csv")).split("\n")
    assert.equal(rows.length, 4)
    assert.match(rows[0]!, /^id,start,sport,km,time_s,climb_m,hr,watts,name,/)
    assert.match(rows[2]!, /^2,2026-01-19T23:30:00,Run,8\.3001,3600,12\.5,,,'-2\+3,/)
    assert.match(yield* typed(data, "gear", "--csv"), /^b1,bike,'=1\+1,1,1\.0005,1,2026-01-04,/m)
  }))

test("samples are aligned, and half steps are not integers", () =>
  Effect.gen(function* () {
    const data = yield* folderOf([
      { resource: "activities", items: [activity(1)] },
      {
        resource: "streams",
        items: [streamsItem(1, { time: [0, 1], distance: [0, 2.25], cadence: [85.5, 86] })],
      },
    ])
    const lines = (yield* typed(data, "streams", "1")).split("\n")
    assert.deepEqual([lines[4], lines[6], lines[7]], [
      "│    s ┆        m ┆     rpm │",
      "│    0 ┆      0.0 ┆    85.5 │",
      "│    1 ┆      2.3 ┆    86.0 │",
    ])
  }))

test("JSON and CSV have the digits that were sent, for activities and for streams", () =>
  Effect.gen(function* () {
    const data = yield* folderOf([
      {
        resource: "activities",
        items: [activityWith(1, `"moving_time": 60.0, "max_speed": 7.20, "kilojoules": 1e-7`)],
      },
      {
        resource: "streams",
        items: [item({
          resource: "streams",
          id: "1",
          text: `{"latlng": {"data": [[51.50, -0.1], [1, 2.0]]}, "watts": {"data": [200.0, 3]}}`,
        })],
      },
    ])
    const json = yield* typed(data, "activities", "--json", "--where", "max_speed=7.2")
    assert.match(json, /"time_s":60\.0,.*"moving_time":60\.0,.*"max_speed":7\.20,/)
    assert.match(json, /"kilojoules":1e-7,/)
    assert.match(yield* typed(data, "activities", "--csv"), /,60\.0,.*,7\.20,.*,1e-7,/)
    assert.equal(
      yield* typed(data, "streams", "1", "--json"),
      `[{"id":1,"lat":51.50,"lng":-0.1,"watts":200.0},{"id":1,"lat":1,"lng":2.0,"watts":3}]`,
    )
    assert.equal(
      yield* typed(data, "streams", "1", "--csv", "--tail", "1"),
      "id,lat,lng,watts\n1,1,2.0,3",
    )
  }))

test("a narrow screen names its hidden columns and how to see them, and hides the name last", () =>
  Effect.gen(function* () {
    const data = yield* folderOf([{
      resource: "activities",
      items: [activity(18_847_260_721, {
        ...on("2026-01-04", { average_watts: 200, average_heartrate: 150 }),
        sport_type: "EMountainBikeRide",
        name: "夜のライド 🚴 through the whole long valley",
      })],
    }])
    const tables = yield* tablesOf("activities", {
      ids: [],
      folder: data,
      exact: false,
      units: "metric",
      weekStart: "monday",
    }).pipe(
      Effect.provide(archiveOf(data)),
    )
    const [table] = tables
    const columns = (table?.screen ?? []).map(({ label }) => label)
    const at = (width: number) =>
      screenOf(table!, table!.rows, { head: undefined, tail: undefined }, width).split("\n")
    for (const width of [130, 120, 100, 80, 60, 40, 30]) {
      const lines = at(width)
      assert.equal(lines[0], "1 activity", String(width))
      assert.deepEqual(lines.filter((line) => widthOf(line) > width), [], String(width))
      const end = lines.findIndex((line) => line.startsWith("└")) + 1
      assert.equal(new Set(lines.slice(1, end).map(widthOf)).size, 1, String(width))
      const shown = (lines[2] ?? "").split(/[│┆]/).map((cell) => cell.trim()).filter(Boolean)
      assert.ok(shown.includes("name"), String(width))
      const hidden = columns.filter((name) => !shown.includes(name))
      const told = lines.slice(end).join(" ")
      if (hidden.length === 0) assert.doesNotMatch(told, /Not shown/)
      else {
        assert.ok(told.startsWith(`Not shown in ${width} columns: ${hidden.join(", ")}.`), told)
        assert.match(told, /To see all: --json, --csv or 105 columns\./)
      }
    }
    assert.match(at(80)[2]!, /start +┆ name +┆ sport +┆ distance ┆ time ┆ +pace +│$/)
  }))

test("future activities are in the list, and totals state that they exclude them", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const { world } = yield* Simulator
    yield* world.add({ start: Date.UTC(2033, 0, 1) })
    yield* runToEnd({
      data,
      sinks: [yield* jsonSink(`${data}/json`)],
      last: "everything",
    })
    assert.match(yield* typed(data, "activities"), / 2033-01-01 /)
    const note = "1 activity is dated after 2026-11-23, and in no row."
    for (const table of ["weekly", "daily"]) {
      assert.ok((yield* typed(data, table)).includes(`\n${note}\n`), table)
      const rows = JSON.parse(yield* typed(data, table, "--json"))
      const sum = rows.reduce((sum: number, row: { activities: number }) => sum + row.activities, 0)
      assert.equal(sum, 3, table)
    }
  }).pipe(simulatedDays({ activities: 3 })))

test("--head and --tail cut after --where, the shape counts all rows, and both at once are refused", () =>
  Effect.gen(function* () {
    const data = yield* landed
    const page = yield* typed(data, "activities", "--tail", "1", "--where", "sport=Ride")
    assert.match(page, /^2 activities, 1 shown\n/)
    assert.deepEqual(page.match(/┆ +\d+ │/g), ["┆  3 │"])
    assert.match(page, /hours a week {2}█▁▁█ {2}1 h max$/)
    const first = JSON.parse(yield* typed(data, "activities", "--head", "2", "--json"))
    assert.deepEqual(first.map(({ id }: { id: number }) => id), [1, 2])
    for (const both of [["--head", "1", "--tail", "1"], ["--json", "--csv"]]) {
      const error = yield* Effect.flip(typed(data, "weekly", ...both))
      assert.ok(error instanceof ShowError)
      assert.match(error.message, /cannot be combined/)
    }
  }))

test("streams: a table and sparklines per activity on the screen, one list with ids for programs", () =>
  Effect.gen(function* () {
    const data = yield* landed
    const page = yield* typed(data, "streams", "1", "2")
    const [one = "", two = ""] = page.split("\n\n")
    assert.match(
      one,
      /^1 {2}2026-01-04 23:30 {2}\\x1b\[31m=HYPERLINK\(\\u\{202e\}\)\n3 samples\n/,
    )
    assert.match(one, /\nheartrate {2}▁ █ {2}100 to 140 bpm$/)
    assert.match(two, /\nwatts {2}▁█ {2}200 to 300 W$/)
    assert.equal(["\u001b", "\u202e"].some((sign) => page.includes(sign)), false)
    assert.deepEqual(JSON.parse(yield* typed(data, "streams", "2", "1", "--json", "--tail", "1")), [
      { id: 2, time: 5, watts: 300, moving: false, lat: null, lng: null, heartrate: null },
      { id: 1, time: 2, watts: null, moving: null, lat: 3, lng: 4, heartrate: 140 },
    ])
  }))

test("missing data is reported with the command to use and the right exit code", () =>
  Effect.gen(function* () {
    const data = yield* landed
    const failing = (...args: ReadonlyArray<string>) =>
      Effect.map(Effect.flip(typed(data, ...args)), (error) => {
        assert.ok(error instanceof ShowError)
        return [error[errorExitCode], error.message] as const
      })
    const [unknown, said] = yield* failing("streams", "77")
    assert.equal(unknown, exitCodes.usage)
    assert.match(
      said,
      /there is no activity 77 in .*json\. To list activities: deno task show activities --data /,
    )
    const [lacking, why] = yield* failing("streams", "3")
    assert.equal(lacking, exitCodes.data)
    assert.match(why, /no streams of activity 3 in .*Run: deno task streams --data /)
    assert.match((yield* failing("streams"))[1], /needs activity IDs, or latest/)
    assert.match((yield* failing("weekly", "3"))[1], /takes no more arguments/)
    const empty = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    const error = yield* Effect.flip(typed(empty, "activities"))
    assert.ok(error instanceof StoredDataError)
    assert.equal(error[errorExitCode], exitCodes.data)
    assert.match(error.message, /Run first: deno task pipeline/)
    assert.deepEqual(yield* (yield* FileSystem.FileSystem).readDirectory(empty), [])
  }))

live(
  "the task shows files with only its own permissions, and without the network",
  () =>
    Effect.gen(function* () {
      const DATABASE_URL = "postgres://me:hidden-canary@127.0.0.1:9/mine"
      const shown = yield* runTask("show", ["gear", "--csv", "--data", yield* landed], {
        DATABASE_URL,
      })
      assert.deepEqual([shown.code, shown.stderr], [0, ""])
      assert.match(shown.stdout, /^id,kind,name,.*\nb1,bike,'=1\+1,/)
      const empty = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const asked = yield* runTask("show", ["weekly", "--data", empty], { DATABASE_URL })
      assert.equal(asked.code, 78, asked.stderr)
      assert.match(asked.stderr, /has no network permission.* Run: deno task paceline show --data/)
      assert.doesNotMatch(asked.stderr, /hidden-canary/)
    }),
)

test("the task can neither use the network nor start a program", () =>
  Effect.sync(() =>
    assert.doesNotMatch(
      runWordsOf("show").join(" "),
      /--allow-(net|run|all|ffi|import)|-A\b|deno task/,
    )
  ))
