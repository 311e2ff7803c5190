/** Laps, efforts, records and gear of `show`, each with a small folder of JSON. */
import { ConfigProvider, Effect } from "effect"
import { Command } from "effect/cli"
import { TestClock, TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { show } from "../../pipeline/commands/show.ts"
import { ShowError } from "../../pipeline/show/ShowError.ts"
import { folderOf } from "../report/landed.ts"
import { activity, athleteItem, detailsWith, gearItem, streamsItem } from "../sinks/items.ts"
import { test } from "../testing.ts"

const typed = Effect.fnUntraced(function* (data: string, ...args: ReadonlyArray<string>) {
  yield* Command.runWith(Command.make("paceline").pipe(Command.withSubcommands([show])), {
    version: "0",
  })(["show", ...args, "--data", data]).pipe(
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })), { local: true }),
  )
  return String((yield* TestConsole.logLines).at(-1))
})

/** Returns the rows of a table on the screen, each as its trimmed cells. */
const cellsOf = (page: string): ReadonlyArray<ReadonlyArray<string>> =>
  page.slice(page.indexOf("╞")).split("\n").filter((line) => line.startsWith("│"))
    .map((line) => line.slice(1, -1).split("┆").map((cell) => cell.trim()))

const at = (date: string, fields: Readonly<Record<string, unknown>> = {}) => ({
  start_date: `${date}T06:30:00Z`,
  start_date_local: `${date}T07:30:00Z`,
  utc_offset: 3_600,
  sport_type: "Run",
  ...fields,
})

const laps = `"laps": [
  {"name": "Lap 1", "distance": 1000.0, "moving_time": 300, "elapsed_time": 310,
    "average_speed": 3.33, "total_elevation_gain": 30.48, "average_heartrate": 150.4,
    "average_watts": 210.0, "device_watts": false, "average_cadence": 88.5},
  {"name": "Lap 2", "distance": 1609.344, "moving_time": 3725, "elapsed_time": 3725,
    "average_watts": 250.4}
]`
const efforts = `"best_efforts": [
  {"id": 9007199254740993, "name": "1k", "distance": 1000, "elapsed_time": 240, "pr_rank": 1}
], "segment_efforts": [
  {"id": 5, "name": "Hill", "distance": 500.0, "elapsed_time": 100, "moving_time": 100,
    "pr_rank": null, "hidden": true, "segment": {"id": 229781},
    "start_date_local": "2026-01-04T07:40:00Z"}
]`

const detailed = folderOf([
  { resource: "activities", items: [activity(1, at("2026-01-04")), activity(2, at("2026-01-05"))] },
  { resource: "details", items: [detailsWith(1, `${laps}, ${efforts}`)] },
])

test("laps have their pace, and power only if it was measured", () =>
  Effect.gen(function* () {
    const data = yield* detailed
    const page = yield* typed(data, "laps", "1")
    assert.match(page, /^1 {2}2026-01-04 07:30 {2}\S.*\n2 laps\n/)
    assert.deepEqual(cellsOf(page), [
      ["1", "Lap 1", "1.00", "5:00", "5:00 /km", "30", "150", "", "89"],
      ["2", "Lap 2", "1.61", "1:02:05", "38:35 /km", "", "", "250", ""],
    ])
    const imperial = cellsOf(yield* typed(data, "laps", "1", "--units", "imperial"))
    assert.deepEqual(imperial.map((row) => row.slice(2, 6)), [
      ["0.62", "5:00", "8:03 /mi", "100"],
      ["1.00", "1:02:05", "62:05 /mi", ""],
    ])
    const json = yield* typed(data, "laps", "1", "--json", "--where", "distance<1mi")
    assert.match(json, /^\[\{"activity_id":1,"lap":1,"name":"Lap 1","distance":1000\.0,/)
    assert.match(json, /"average_watts":210\.0,"device_watts":false,/)
  }))

test("efforts are Strava's best efforts and those on segments, with their rank", () =>
  Effect.gen(function* () {
    const data = yield* detailed
    assert.deepEqual(cellsOf(yield* typed(data, "efforts", "1")), [
      ["best", "1k", "1.00", "4:00", "4:00 /km", "", "", "PR"],
      ["segment", "Hill", "0.50", "1:40", "3:20 /km", "", "", ""],
    ])
    const [hill] = JSON.parse(
      yield* typed(data, "efforts", "1", "--json", "--where", "kind=segment"),
    )
    assert.deepEqual(
      [hill.segment_id, hill.hidden, hill.start_date_local],
      [229781, true, "2026-01-04T07:40:00"],
    )
  }))

test("latest is the newest activity that has the data", () =>
  Effect.gen(function* () {
    const data = yield* detailed
    assert.match(yield* typed(data, "laps", "latest"), /^1 {2}2026-01-04 07:30 /)
    const error = yield* Effect.flip(typed(data, "streams", "latest"))
    assert.match(String(error), /no streams in .*Run: deno task streams --data /)
  }))

test("laps of an activity without details name the run that fetches them", () =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(typed(yield* detailed, "laps", "2"))
    assert.ok(error instanceof ShowError)
    assert.match(error.message, /no laps of activity 2 in .*deno task pipeline --with details/)
  }))

const seconds = (count: number) => Array.from({ length: count }, (_, i) => i)

test("records are the best of all activities, without jumps of the GPS", () =>
  Effect.gen(function* () {
    const time = seconds(1_001)
    const run = (speed: number) => time.map((t) => t * speed)
    const data = yield* folderOf([
      {
        resource: "activities",
        items: [
          activity(1, at("2026-01-04")),
          activity(2, at("2026-01-05", { name: "Fast" })),
          activity(3, at("2026-01-06", { name: "By car" })),
          activity(4, at("2026-01-07", { sport_type: "Ride", device_watts: true })),
          activity(5, at("2026-01-08", { sport_type: "Ride", device_watts: false })),
        ],
      },
      {
        resource: "streams",
        items: [
          streamsItem(1, { time, distance: run(3) }),
          streamsItem(2, { time, distance: run(4).map((m, i) => i > 300 ? m + 5_000 : m) }),
          streamsItem(3, { time, distance: run(20) }),
          streamsItem(4, { time, watts: time.map((t) => t < 500 ? 100 : 200) }),
          streamsItem(5, { time, watts: time.map(() => 900) }),
        ],
      },
    ])
    const rows = cellsOf(yield* typed(data, "records"))
    assert.deepEqual(rows.slice(0, 4), [
      ["run", "400 m", "1:40", "4:10 /km", "2026-01-05", "Fast", "2"],
      ["run", "1 km", "4:10", "4:10 /km", "2026-01-05", "Fast", "2"],
      ["run", "1 mile", "6:42", "4:10 /km", "2026-01-05", "Fast", "2"],
      ["run", "3 km", "16:40", "5:33 /km", "2026-01-04", "Ride 1", "1"],
    ])
    assert.deepEqual(rows.slice(4).map(([kind, name, best]) => [kind, name, best]), [
      ["power", "5 s", "200 W"],
      ["power", "10 s", "200 W"],
      ["power", "20 s", "200 W"],
      ["power", "30 s", "200 W"],
      ["power", "1 min", "200 W"],
      ["power", "2 min", "200 W"],
      ["power", "5 min", "200 W"],
      ["power", "10 min", "184 W"],
    ])
    const [mile] = JSON.parse(
      yield* typed(data, "records", "--json", "--where", "record=1 mile", "--units", "imperial"),
    )
    assert.deepEqual([mile.distance, mile.time.toFixed(3), mile.id], [1609.344, "402.336", 2])
  }))

test("gear has its distance at Strava, its age and when it was retired", () =>
  Effect.gen(function* () {
    const data = yield* folderOf([
      {
        resource: "athlete",
        items: [athleteItem({ bikes: [{ id: "b1", name: "Old", distance: 5 }], shoes: [] })],
      },
      {
        resource: "gear",
        items: [
          gearItem("b1", { name: "Bike", nickname: null, distance: 12_000.0, retired: false }),
          gearItem("g2", { name: "Shoe", nickname: "Blue", distance: 900_000, retired: true }),
        ],
      },
      {
        resource: "activities",
        items: [
          activity(1, at("2024-01-04", { gear_id: "b1", distance: 3_000 })),
          activity(2, at("2024-02-04", { gear_id: "g2", distance: 4_000, moving_time: 600 })),
          activity(3, at("2024-03-10", { gear_id: "g2", distance: 4_000, moving_time: 600 })),
          activity(4, at("2026-01-04", { gear_id: "g3", distance: 1_000 })),
        ],
      },
    ])
    const rows = cellsOf(yield* typed(data, "gear"))
    assert.deepEqual(rows.map((row) => row.slice(0, 6)), [
      ["", "shoe", "1", "0 d", "", "1"],
      ["Bike", "bike", "12", "2 y", "", "1"],
      ["Blue", "shoe", "900", "1 mo", "retired", "2"],
    ])
    const json = JSON.parse(yield* typed(data, "gear", "--json", "--where", "retired=true"))
    assert.deepEqual(
      [json.length, json[0].km, json[0].distance, json[0].age_days],
      [1, 8, 900_000, 35],
    )
  }))

test("streams are in miles and feet by choice, and in Strava's units for programs", () =>
  Effect.gen(function* () {
    const data = yield* folderOf([
      { resource: "activities", items: [activity(1, at("2026-01-04"))] },
      {
        resource: "streams",
        items: [streamsItem(1, {
          time: [0, 60],
          distance: [0, 1_609.344],
          altitude: [30.48, null],
          velocity_smooth: [0, 4.4704],
        })],
      },
    ])
    const page = yield* typed(data, "streams", "1", "--units", "imperial")
    assert.match(page, /│ +s ┆ +mi ┆ +ft ┆ +mph │/)
    assert.deepEqual(cellsOf(page), [["0", "0.00", "100", "0.0"], ["60", "1.00", "", "10.0"]])
    assert.match(page, /velocity_smooth {2}▁█ {2}0 to 10 mph$/)
    assert.deepEqual(
      JSON.parse(
        yield* typed(data, "streams", "1", "--units", "imperial", "--json", "--tail", "1"),
      ),
      [{ id: 1, time: 60, distance: 1609.344, altitude: null, velocity_smooth: 4.4704 }],
    )
  }))

test("months and years have a row each, also without an activity, and before the year 100", () =>
  Effect.gen(function* () {
    const data = yield* folderOf([{
      resource: "activities",
      items: [
        activity(1, at("0011-05-04", { distance: 1_000 })),
        activity(2, at("2023-12-31", { distance: 2_000 })),
        activity(3, at("2024-02-29", { distance: 4_000 })),
        activity(4, at("2024-02-01", { distance: 8_000 })),
      ],
    }])
    yield* TestClock.setTime(Date.UTC(2024, 2, 1))
    const rows = Effect.fnUntraced(function* (table: string, ...args: ReadonlyArray<string>) {
      const all = JSON.parse(yield* typed(data, table, "--json", ...args))
      return all.map(({ activities, km, month, year }: Record<string, unknown>) => [
        month ?? year,
        activities,
        km,
      ])
    })
    assert.deepEqual(yield* rows("monthly"), [
      ["0011-05", 1, 1],
      ["2023-12", 1, 2],
      ["2024-01", 0, 0],
      ["2024-02", 2, 12],
    ])
    assert.deepEqual(yield* rows("yearly"), [[11, 1, 1], [2023, 1, 2], [2024, 2, 12]])
    assert.deepEqual(yield* rows("monthly", "--where", "month>=2024"), [
      ["2024-01", 0, 0],
      ["2024-02", 2, 12],
    ])
    assert.deepEqual(yield* rows("yearly", "--where", "year=2023"), [[2023, 1, 2]])
  }))
