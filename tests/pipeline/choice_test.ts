/**
 * Resources with one request per activity: the selected activities, their order, and their progress
 * over days.
 */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { overDays } from "../../pipeline/output/phrases.ts"
import { test } from "../testing.ts"
import { dailyAthlete, simulatedDays } from "./daily.ts"

const isDetails = (path: string) => /^\/activities\/\d+$/.test(path)
const isStreams = (path: string) => path.endsWith("/streams")
const ids = (paths: ReadonlyArray<string>) =>
  paths.map((path) => Number(/\/activities\/(\d+)/.exec(path)?.[1]))
const ofStreams = (paths: ReadonlyArray<string>) => ids(paths.filter(isStreams))
const ofDetails = (paths: ReadonlyArray<string>) => ids(paths.filter(isDetails))

test("since, until and sport select activities for single requests; the list stays complete, the rest pending", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    const { world } = yield* Simulator
    const { outlines } = world
    const since = outlines[8]!.start
    const until = outlines[2]!.start
    const sport = outlines[4]!.sport.sport_type
    const chosen = outlines.slice(3, 9).filter((one) => one.sport.sport_type === sport)
      .map(({ id }) => id)
    assert.ok(chosen.length > 0 && chosen.length < 6)
    const choice = { since, until, sports: [sport.toUpperCase(), "Padel"] }
    const some = yield* next(0, { choice, turnOn: ["details"], concurrency: 1 })
    assert.deepEqual([ofStreams(some.paths), ofDetails(some.paths)], [chosen, chosen])
    assert.equal([...sink.items.keys()].filter((key) => key.startsWith("activities/")).length, 12)
    assert.deepEqual([some.code, some.summary.work, some.summary.left], [0, [], 12 - chosen.length])
    const forced = yield* next(1, { choice: { ...choice, sports: [] }, force: true, limit: 2 })
    const two = outlines.slice(3, 5).map(({ id }) => id)
    assert.deepEqual([ofStreams(forced.paths), ofDetails(forced.paths)], [two, two])
    const rest = yield* next(1)
    const had = new Set([...chosen, ...two])
    const others = world.ids.filter((id) => !had.has(id))
    assert.deepEqual(new Set(ofStreams(rest.paths)), new Set(others))
    assert.deepEqual(new Set(ofDetails(rest.paths)), new Set(others))
    assert.equal(ofStreams(rest.paths).length, others.length)
  }).pipe(simulatedDays({ activities: 12 })))

test("in the first window the newest activities get both streams and details", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete({ policy: { onLimit: "stop" } })
    const { world } = yield* Simulator
    const first = yield* next(0, { turnOn: ["details"], turnOff: ["gear"] })
    assert.equal(first.code, 75)
    const [streams, details] = [ofStreams(first.paths), ofDetails(first.paths)]
    assert.equal(streams.length + details.length, 40 - 1 - 2 - 2)
    assert.ok(Math.abs(streams.length - details.length) <= 8, `${streams.length} ${details.length}`)
    const newest = new Set(world.ids.slice(0, 24))
    assert.deepEqual([...streams, ...details].filter((id) => !newest.has(id)), [])
  }).pipe(
    simulatedDays({ activities: 60, samples: 1, limits: { read: { short: 40, day: 1_000 } } }),
  ))

test("requests in flight never exceed the limit of the options, also with two concurrent stages", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete()
    let most = 0
    let now = 0
    const count = Effect.acquireRelease(
      Effect.sync(() => void (most = Math.max(most, ++now))),
      () => Effect.sync(() => void now--),
    )
    yield* next(0, { turnOn: ["details"], concurrency: 3 }, {
      state: (state) => ({
        ...state,
        checkpoint: (checkpoint) => {
          const kept = Effect.delay(state.checkpoint(checkpoint), "5 millis")
          return checkpoint.arrivals === undefined
            ? kept
            : Effect.scoped(Effect.andThen(count, kept))
        },
      }),
    })
    assert.equal(most, 3)
  }).pipe(simulatedDays({ activities: 10, samples: 1 })))

test("a limit selects the newest activities without streams, and the next run the next ones", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete()
    const { world } = yield* Simulator
    const taken: Array<ReadonlyArray<number>> = []
    for (let run = 0; run < 3; run++) {
      const { paths } = yield* next(0, { limit: 3, turnOn: ["details"], concurrency: 1 })
      assert.deepEqual(ofDetails(paths), ofStreams(paths))
      taken.push(ofStreams(paths))
    }
    assert.deepEqual(taken, [world.ids.slice(0, 3), world.ids.slice(3, 6), world.ids.slice(6)])
  }).pipe(simulatedDays({ activities: 7, samples: 1 })))

test("a limit applies to the whole run, including activities found by a full sync at its end", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete()
    const { world } = yield* Simulator
    yield* next(0, { turnOn: ["details"] })
    for (const month of [1, 2, 3]) yield* world.add({ start: Date.UTC(2026, month, 3) })
    for (const day of [20, 21, 22]) yield* world.add({ start: Date.UTC(2026, 10, day) })
    const limited = yield* next(8, { limit: 4 })
    const newest = world.ids.filter((id) =>
      (world.summary(id)?.["start_date"] as string) >= "2026-11-20"
    )
    assert.deepEqual(ofStreams(limited.paths).slice(0, 3).toSorted(), newest.slice(0, 3).toSorted())
    assert.deepEqual([ofStreams(limited.paths).length, ofDetails(limited.paths).length], [4, 4])
    const rest = yield* next(1)
    assert.deepEqual([ofStreams(rest.paths).length, ofDetails(rest.paths).length], [2, 2])
  }).pipe(simulatedDays({ activities: 5, samples: 1 })))

test("streams that an upload lacks so far are requested once per run, also during a full sync", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete()
    const { fault, world } = yield* Simulator
    yield* next(0)
    const id = yield* world.add({ start: Date.UTC(2026, 11, 1, 9) })
    yield* fault({ path: `/${id}/streams`, response: { _tag: "Status", status: 404 } })
    const young = yield* next(8)
    assert.ok(young.requests.some(({ query }) => query["after"] === undefined && "page" in query))
    assert.deepEqual(ofStreams(young.paths), [id])
    assert.deepEqual(ofStreams((yield* next(0)).paths), [id])
    assert.deepEqual(ofStreams((yield* next(1)).paths), [id])
    assert.deepEqual(ofStreams((yield* next(1)).paths), [])
  }).pipe(simulatedDays({ activities: 4, samples: 1 })))

test("progress is counted over several days until the work is done; new work starts a new count", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete({ policy: { onLimit: "stop" } })
    const { world } = yield* Simulator
    const words = ({ at, quota, work }: Parameters<typeof summaryWords>[0]) =>
      summaryWords({ at, quota, work })
    const first = yield* next(0, { turnOff: ["gear", "zones", "stats"] })
    assert.equal(first.code, 75)
    assert.equal(
      words(first.summary),
      "day 1 of about 4: 7 of 30 streams, done around Thursday 00:00 UTC",
    )
    const second = yield* next(1)
    assert.match(
      words(second.summary) ?? "",
      /^day 2 of about 4: 1\d of 30 streams, done around Thu/,
    )
    yield* next(1)
    const last = yield* next(1)
    assert.deepEqual([last.code, words(last.summary)], [0, undefined])
    for (let hour = 1; hour < 13; hour++) yield* world.add({ start: Date.UTC(2026, 10, 26, hour) })
    const again = yield* next(1)
    assert.match(words(again.summary) ?? "", /^day 1 of about 2: 3\d of 42 streams/)
  }).pipe(simulatedDays({ activities: 30, samples: 1, limits: { read: { short: 10, day: 10 } } })))

const summaryWords = (
  { at, quota, work }: {
    readonly at: number
    readonly quota: Parameters<typeof overDays>[1]
    readonly work: Parameters<typeof overDays>[0]
  },
) => overDays(work, quota, at)

test("a run that selects only the full sync reads only the list, and leaves items pending", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete()
    yield* next(0, { limit: 2 })
    const sweep = yield* next(8, {}, { selected: (stage) => stage === "sweep" })
    assert.equal(sweep.code, 0)
    assert.deepEqual([ofStreams(sweep.paths), ofDetails(sweep.paths)], [[], []])
    assert.ok(sweep.paths.length > 0)
    assert.equal(ofStreams((yield* next(0)).paths).length, 4)
  }).pipe(simulatedDays({ activities: 6 })))
