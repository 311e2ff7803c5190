/** Time in zones of activities: fetched only if it is on, kept as sent by every sink, deleted with its activity. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { makePlan } from "../../pipeline/run/Plan.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { defaultOptions, RunOptions } from "../../pipeline/stages/RunOptions.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { Quota } from "../../pipeline/strava/quota/Quota.ts"
import { byStatus, dailyAthlete, simulatedDays } from "../pipeline/daily.ts"
import { runToEnd } from "../pipeline/running.ts"
import { test } from "../testing.ts"
import { finished, makeTest } from "../verify/fixture.ts"

const stored = makeTest()

const isZones = (path: string) => /^\/activities\/\d+\/zones$/.test(path)
const idsOf = (paths: ReadonlyArray<string>) =>
  paths.filter(isZones).map((path) => Number(path.split("/")[2]))
const on = { turnOn: ["activity_zones"] as const }
const day = 24 * 60 * 60_000

const planIn = (data: string, options: Partial<RunOptions["Service"]>) => {
  const policy = { onLimit: "wait", deadline: undefined, reserve: 0 } as const
  return makePlan(() => true, policy).pipe(
    Effect.provide(Quota.layer(policy), { local: true }),
    Effect.provide(StateFile.layerReadOnly(data, []), { local: true }),
    Effect.provideService(RunOptions, { ...defaultOptions, ...options }),
  )
}

test("activity zones are off by default; if turned on, they are fetched once per activity", () =>
  Effect.gen(function* () {
    const { counts, next, setup, sink } = yield* dailyAthlete()
    const { world } = yield* Simulator
    assert.deepEqual(idsOf((yield* next(0)).paths), [])
    const off = yield* planIn(setup.data, {})
    assert.deepEqual([off.requests.activity_zones, off.items.activity_zones?.price], [0, 6])
    assert.equal((yield* planIn(setup.data, on)).requests.activity_zones, 6)
    const first = yield* next(1, { ...on, concurrency: 1 })
    assert.deepEqual([first.code, idsOf(first.paths)], [0, world.ids])
    assert.deepEqual(byStatus(yield* counts, "activity_zones"), { delivered: 6 })
    assert.equal(
      [...sink.items.keys()].filter((key) => key.startsWith("activity_zones/")).length,
      6,
    )
    assert.deepEqual(idsOf((yield* next(1)).paths), [])
    const fresh = yield* world.add({ start: Date.UTC(2026, 10, 24, 12) })
    assert.deepEqual(idsOf((yield* next(1)).paths), [fresh])
  }).pipe(simulatedDays({ activities: 6 })))

test("activity zones for subscribers only are skipped, and the run continues", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* dailyAthlete()
    const { code, paths, summary } = yield* next(0, { ...on, concurrency: 1 })
    // After this many refusals in a row, the others are not requested.
    assert.deepEqual([code, idsOf(paths).length], [0, 4])
    assert.equal(byStatus(yield* counts, "activity_zones")["skipped"], 4)
    assert.ok(summary.withheld.some(({ resource }) => resource === "activity_zones"))
    assert.equal([...sink.items.keys()].filter((key) => key.startsWith("streams/")).length, 9)
    assert.deepEqual(idsOf((yield* next(1)).paths), [])
  }).pipe(simulatedDays({ activities: 9, paid: ["activity_zones"] })))

test("activity zones that the sign-in does not permit are skipped", () =>
  Effect.gen(function* () {
    const { counts, next } = yield* dailyAthlete()
    const simulator = yield* Simulator
    const errors = [{ resource: "AccessToken", field: "activity:read_permission", code: "missing" }]
    yield* simulator.fault({
      path: /\/zones$/,
      response: {
        _tag: "Status",
        status: 401,
        body: JSON.stringify({ message: "Authorization Error", errors }),
      },
    })
    assert.equal((yield* next(0, { ...on, turnOff: ["zones"], concurrency: 1 })).code, 0)
    assert.equal(byStatus(yield* counts, "activity_zones")["skipped"], 4)
  }).pipe(simulatedDays({ activities: 9 })))

stored(
  "JSON keeps activity zones as sent, CSV and PostgreSQL have their values",
  () =>
    Effect.gen(function* () {
      const { change, data, file, ids, look, repair, sinks, sql } = yield* finished()
      assert.equal((yield* runToEnd({ data, sinks, last: "everything", options: on })).code, 0)
      const rows = yield* sql<{ id: string; raw: string; times: ReadonlyArray<number> | null }>`
      select activity_id::text as id, raw::text as raw, heartrate_zone_time as times
        from strava.activity_zones order by activity_id desc`
      const json = ids.map((id) =>
        Deno.readTextFileSync(file("json", "activity_zones", `${id}.json`))
      )
      const csv = Deno.readTextFileSync(file("csv", "activity_zones.csv"))
      assert.match(csv, /^activity_id,heartrate_type,heartrate_score,/)
      assert.equal(rows.length, ids.length)
      for (const [i, id] of ids.entries()) {
        const row = rows.find((row) => row.id === id)
        const [entry] = JSON.parse(json[i]!)
        assert.deepEqual(JSON.parse(row?.raw ?? ""), JSON.parse(json[i]!))
        const times = entry?.distribution_buckets.map(({ time }: { time: number }) => time) ?? null
        assert.deepEqual(row?.times, times)
        // The score as source text, because every digit must be kept.
        const [score] = /"score":\d+/.exec(json[i]!) ?? ['"score":']
        assert.match(csv, new RegExp(`^${id},[^,]*,${score.slice('"score":'.length)},`, "m"))
      }
      const part = (found: Effect.Success<ReturnType<typeof look>>) =>
        found.parts.filter(({ resource }) => resource === "activity_zones")
          .map(({ compared, different }) => `${compared} ${different}`)
      assert.deepEqual(part(yield* look()), ["12 0", "12 0", "12 0"])
      yield* change(["csv", "activity_zones.csv"], (text) => text.replace(/^\d+,.*\n/m, ""))
      assert.deepEqual(part(yield* look()), ["12 0", "11 1", "12 0"])
      yield* repair()
      assert.deepEqual(part(yield* look()), ["12 0", "12 0", "12 0"])
    }),
)

stored(
  "activity zones are deleted with their activity, and purged by age",
  () =>
    Effect.gen(function* () {
      const { data, file, sinks, sql } = yield* finished()
      const { world } = yield* Simulator
      yield* runToEnd({ data, sinks, last: "everything", options: on })
      const gone = world.ids[0]!
      yield* world.remove(gone)
      yield* TestClock.adjust(day)
      yield* runToEnd({ data, sinks, last: "everything", options: { allowDeletions: 1 } })
      const [row] = yield* sql`select raw, heartrate_score, answer from strava.activity_zones
      where activity_id = ${gone}::text::bigint and deleted_at is not null`
      assert.deepEqual(row, { raw: null, heartrate_score: null, answer: null })
      const filesLeft = () => [...Deno.readDirSync(file("json", "activity_zones"))].length
      assert.equal(filesLeft(), 11)
      yield* TestClock.adjust(30 * day)
      yield* runToEnd({ data, sinks, options: { retention: 7 * day }, last: "activities" })
      assert.equal(filesLeft(), 0)
      assert.deepEqual(
        yield* sql`select count(*) from strava.activity_zones where deleted_at is null`,
        [{ count: 0n }],
      )
    }),
)

stored(
  "empty lists of activity zones are fetched again once with --backfill",
  () =>
    Effect.gen(function* () {
      const { data, every, file, ids } = yield* finished(["csv"])
      const [json, csv] = every
      const simulator = yield* Simulator
      const path = `/activities/${ids[0]}/zones`
      yield* simulator.fault({ path, response: { _tag: "Body", body: "[]" } })
      const count = Effect.map(
        simulator.requests,
        (all) => all.filter((request) => request.path.endsWith(path)).length,
      )
      yield* runToEnd({ data, sinks: [csv], last: "everything", options: on })
      assert.equal(yield* count, 1)
      for (const _ of [1, 2]) {
        const options = { backfill: true }
        yield* runToEnd({ data, sinks: [csv, json], last: "everything", options })
        assert.equal(yield* count, 2)
        assert.equal(Deno.readTextFileSync(file("json", "activity_zones", `${ids[0]}.json`)), "[]")
      }
    }),
)

stored(
  "a sink that is added is filled with activity zones, or fetches them again with --backfill",
  () =>
    Effect.gen(function* () {
      const { data, every } = yield* finished(["csv"])
      const [json, csv, postgres] = every
      const requests = Effect.map(
        Effect.flatMap(Simulator, ({ requests }) => requests),
        (all) => all.filter(({ path }) => path.endsWith("/zones") && path.includes("/activities/")),
      )
      yield* runToEnd({ data, sinks: [csv], last: "everything", options: on })
      assert.equal((yield* requests).length, 12)
      const options = { backfill: true }
      yield* runToEnd({ data, sinks: [csv, json], last: "everything", options })
      assert.equal((yield* requests).length, 24)
      yield* runToEnd({ data, sinks: [csv, postgres], others: [json], last: "everything" })
      assert.equal((yield* requests).length, 24)
    }),
)
