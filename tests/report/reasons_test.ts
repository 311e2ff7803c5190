/** Panels without a chart: they state the true reason, and name a command only if it helps. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { simulatedDays } from "../pipeline/daily.ts"
import { runFolder, runStart, runToEnd } from "../pipeline/running.ts"
import { activity, streamsItem, zonesItem } from "../sinks/items.ts"
import { test } from "../testing.ts"
import { folderOf, htmlText, panelOf, reportOf } from "./landed.ts"

type Fields = Readonly<Record<string, unknown>>
type Lists = Readonly<Record<string, ReadonlyArray<unknown>>>

const swim = { sport_type: "Swim", type: "Swim", distance: 1_000, moving_time: 1_200 }

const stored = (
  all: ReadonlyArray<readonly [fields: Fields, samples?: Lists]>,
  other: Parameters<typeof folderOf>[0] = [],
) =>
  folderOf([
    ...other,
    { resource: "activities", items: all.map(([fields], i) => activity(i + 1, fields)) },
    {
      resource: "streams",
      items: all.flatMap(([, samples], i) =>
        samples === undefined ? [] : [streamsItem(i + 1, samples)]
      ),
    },
  ])

const panel = (html: string, id: string) => htmlText(panelOf(html, id))

test("a swim with only time and distance is drawn by its pace", () =>
  Effect.gen(function* () {
    const samples = {
      time: Array.from({ length: 41 }, (_, i) => i * 30),
      distance: Array.from({ length: 41 }, (_, i) => i * 25),
    }
    const html = yield* reportOf(yield* stored([[swim, samples]]))
    const text = panel(html, "streams")
    assert.match(text, /pace \/100 m/)
    // 25 m in 30 s are 2:00 per 100 m.
    assert.match(text, /Up to pace, \/100 m 0\.1 km 2:00/)
    assert.doesNotMatch(text, /no streams|deno task streams/)
  }))

test("streams that cannot be drawn are named, without a command", () =>
  Effect.gen(function* () {
    const one = [swim, { time: [0, 60, 120], temp: [18, 18, 19] }] as const
    const html = yield* reportOf(yield* stored([one]))
    assert.match(
      panel(html, "streams"),
      /This activity has the streams time, temp, which this panel does not draw\./,
    )
    const ride = {
      sport_type: "Ride",
      distance: 9_000,
      start_date: "2020-01-01T10:00:00Z",
      start_date_local: "2020-01-01T10:00:00Z",
    }
    const two = yield* reportOf(
      yield* stored([one, [ride, { time: [0, 60, 120], watts: [100, 200, 100] }]]),
    )
    assert.match(panel(two, "streams"), /power W/, "the newest that can be drawn")
  }))

test("panels of streams state why streams are missing", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const { fault, world } = yield* Simulator
    const [first = 0, second = 0, third = 0, ...rest] = world.ids
    const status = (id: number, status: number) =>
      fault({ path: `/activities/${id}/streams`, response: { _tag: "Status", status } })
    for (const id of world.ids) {
      yield* world.edit(id, {
        sport_type: "Run",
        type: "Run",
        manual: id === first,
        has_heartrate: true,
      })
    }
    yield* status(second, 404)
    yield* fault({
      path: `/activities/${third}/streams`,
      response: { _tag: "Body", body: "no JSON" },
    })
    yield* runToEnd({
      data,
      sinks: [yield* jsonSink(`${data}/json`)],
      last: "everything",
      options: { choice: { sports: [], until: 0 } },
    })
    const before = yield* reportOf(data)
    const pending = new RegExp(
      `of ${world.size} runs, ${rest.length + 2} still to fetch \\(deno task streams\\), ` +
        "1 entered manually",
    )
    assert.match(panel(before, "pace"), pending)
    assert.match(panel(before, "streams"), /no streams of any activity yet: of \d+ activities/)
    yield* runToEnd({
      data,
      sinks: [yield* jsonSink(`${data}/json`)],
      last: "everything",
    })
    const lacking = (id: number) =>
      Effect.map(reportOf(data, { activity: String(id) }), (html) => panel(html, "streams"))
    assert.match(
      yield* lacking(first),
      /no stored streams of this activity: it was entered manually/,
    )
    const third_ = yield* lacking(third)
    assert.match(third_, /could not be fetched yet and are retried\. See: deno task status/)
    assert.doesNotMatch(third_, /deno task streams/)
  }).pipe(simulatedDays({ activities: 5, until: runStart - 86_400_000, years: 1 })))

test("quarantined activities are listed in the table of what is stored", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const { fault, world } = yield* Simulator
    const good = world.ids.map((id) => world.summaryText(id))
    const bad = Array.from(
      { length: 3 },
      (_, i) => `{"name":"no id ${i}","start_date":"2026-0${i + 1}-01T00:00:00Z"}`,
    )
    yield* fault({
      path: /athlete\/activities.*page=1$/,
      response: { _tag: "Body", body: `[${[...good, ...bad].join(",")}]` },
    })
    const { code } = yield* runToEnd({
      data,
      sinks: [yield* jsonSink(`${data}/json`)],
      last: "everything",
    })
    assert.equal(code, 2)
    const html = yield* reportOf(data)
    const [, all = ""] = /<tfoot>([^]*?)<\/tfoot>/.exec(panelOf(html, "data")) ?? []
    assert.equal(htmlText(all), "All 8 5 – 3 –")
    assert.match(panel(html, "data"), /Quarantined items are retried by later runs/)
  }).pipe(simulatedDays({ activities: 5 })))

test("panels of activities state which activities exist", () =>
  Effect.gen(function* () {
    const on = (date: string) => ({ start_date: date, start_date_local: date })
    const reason = (html: string, ...ids: ReadonlyArray<string>) =>
      ids.map((id) => /<p class="not-yet">(.*?)<\/p>/.exec(panelOf(html, id))?.[1] ?? "drawn")
    const idle = yield* reportOf(
      yield* stored([[{
        ...on("2026-01-02T10:00:00Z"),
        distance: 0,
        moving_time: 0,
        elapsed_time: 0,
        has_heartrate: false,
      }]], [{ resource: "zones", items: [zonesItem()] }]),
    )
    assert.deepEqual(reason(idle, "weekly", "cumulative", "zones", "power", "pace", "heatmap"), [
      "The 1 activity of the last 53 weeks has neither a time nor a distance.",
      "There is no activity with a distance yet.",
      "There are no heart-rate streams in the last 12 months: no heart rate was recorded in 1 activity.",
      "There are no streams of a power meter yet: no activity with a power meter is listed.",
      "There are no streams of a run yet: no run is listed.",
      "There is no activity with a track yet: of 1 activity, each was indoors, entered manually, or hides its map.",
    ])
    const far = yield* reportOf(
      yield* stored([[{ ...on("2026-01-02T10:00:00Z"), distance: 5_000 }]]),
    )
    assert.deepEqual(reason(far, "weekly"), ["drawn"], "a distance without a time")
    const [undated] = reason(
      yield* reportOf(yield* stored([[{ start_date: "soon" }]])),
      "totals",
    )
    assert.match(undated ?? "", /only 1 activity without a date\.$/)
    const none = yield* reportOf(
      yield* stored([[{ ...on("2026-01-02T10:00:00Z"), sport_type: "Ride" }]], [{
        resource: "zones",
        items: [zonesItem({ heart_rate: null })],
      }]),
    )
    assert.match(reason(none, "zones")[0] ?? "", /no heart-rate zones\. Set them at Strava/)
  }))

test("the reasons name zones that are off, and activities that are all in the future", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const { world } = yield* Simulator
    for (const id of world.ids) yield* world.remove(id)
    yield* world.add({ start: Date.UTC(2033, 0, 1) })
    yield* runToEnd({
      data,
      sinks: [yield* jsonSink(`${data}/json`)],
      last: "everything",
      options: { turnOff: ["zones"] },
    })
    const html = yield* reportOf(data)
    const error = yield* Effect.flip(reportOf(data, { year: 2033 }))
    assert.match(
      error.message,
      /no activity in 2033, except some that are dated after the last sync/,
    )
    assert.match(panel(html, "totals"), /only 1 activity dated after 23 Nov 2026\./)
    assert.match(
      panel(html, "zones"),
      /Zones are off.*deno task zones --with zones/,
    )
  }).pipe(simulatedDays({ activities: 2 })))
