/** Stages of a script in runs that choose, refresh, refuse and fail. */
import { Clock, Effect, Layer, Option, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { Pipeline, Resource, Stage, Strava } from "../../pipeline/mod.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { test } from "../testing.ts"
import { runFolder } from "../pipeline/running.ts"
import { prepareScript } from "./running.ts"

const simulated = Effect.provide(Layer.fresh(Simulator.layer({ activities: 30, samples: 2 })), {
  local: true,
})

const { auth, athlete, activities, sweep } = Stage.builtIn
const least = { auth, athlete, activities, sweep }

const day = 24 * 60 * 60_000

const AnyResponse = Schema.Unknown
const Refusing = Schema.Struct({ "not there": Schema.String })

/** The zones of each activity, as a resource of the script. */
const zonesOfEach = Resource.make({
  name: "times",
  counted: ["list of times", "lists of times"],
  about: "One row per activity",
  per: "activity",
  schema: AnyResponse,
  columns: [],
})

/** Copies of activities by an id of the script's own. */
const copies = Resource.make({
  name: "copies",
  counted: ["copy", "copies"],
  about: "One row per activity",
  per: "other",
  schema: AnyResponse,
  columns: [],
})

const idsOf = (stored: Stage.Stored<"activities">) =>
  Stream.runCollect(Stream.map(stored.each("activities", AnyResponse), ({ id }) => id))

const copiesStage = Stage.items({
  resource: copies,
  every: "10 days",
  find: idsOf,
  fetch: (id) => Strava.get(`/activities/${id}`, AnyResponse),
})

const copied = (paths: ReadonlyArray<string>) =>
  paths.filter((path) => /\/activities\/\d+$/.test(path)).length

const zonesStage = (schema: Schema.Decoder<unknown>) =>
  Stage.perActivity({
    resource: zonesOfEach,
    fetch: (id) => Strava.get(`/activities/${id}/zones`, schema),
  })

test("a choice of activities does not apply to items that have no activity", () =>
  Effect.gen(function* () {
    const pipeline = Pipeline.make({
      stages: { ...least, copies: copiesStage, times: zonesStage(AnyResponse) },
    })
    const { files, run } = yield* prepareScript(pipeline)
    const since = (yield* Clock.currentTimeMillis) + day
    const { code, paths } = yield* run([], { options: { choice: { since, sports: [] } } })
    assert.equal(code, 0)
    assert.equal((yield* files("json/copies")).length, 30)
    assert.deepEqual(paths.filter((path) => path.endsWith("/zones")), [])
  }).pipe(simulated))

test("items are fetched again after the time that the stage states", () =>
  Effect.gen(function* () {
    const { run } = yield* prepareScript(
      Pipeline.make({ stages: { ...least, copies: copiesStage } }),
    )
    assert.equal(copied((yield* run()).paths), 30)
    yield* TestClock.adjust("9 days")
    assert.equal(copied((yield* run()).paths), 0)
    yield* TestClock.adjust("2 days")
    assert.equal(copied((yield* run()).paths), 30)
    yield* TestClock.adjust("2 days")
    assert.equal(copied((yield* run()).paths), 0)
  }).pipe(simulated))

test("stages of a script fetch what a full sync finds in the same run", () =>
  Effect.gen(function* () {
    const { files, run } = yield* prepareScript(
      Pipeline.make({
        stages: { ...least, copies: copiesStage, times: zonesStage(AnyResponse) },
      }),
    )
    yield* run()
    yield* TestClock.adjust("2 days")
    const { world } = yield* Simulator
    // Older than the part of the list that each run reads.
    const id = yield* world.add({ start: (yield* Clock.currentTimeMillis) - 200 * day })
    const { code } = yield* run([], { options: { sweep: 0 } })
    assert.equal(code, 0)
    assert.ok((yield* files("json/copies")).includes(`${id}.json`))
    assert.ok((yield* files("json/times")).includes(`${id}.json`))
  }).pipe(simulated))

test("responses that the schema of the request refuses are quarantined, one request each", () =>
  Effect.gen(function* () {
    const { run } = yield* prepareScript(
      Pipeline.make({ stages: { ...least, times: zonesStage(Refusing) } }),
    )
    const { code, paths, summary } = yield* run()
    const sent = paths.filter((path) => path.endsWith("/zones")).length
    assert.equal(code, 2)
    assert.equal(sent, 30)
    assert.equal(summary.resources["times" as keyof typeof summary.resources]?.quarantined, 30)
    assert.equal(paths.filter((path) => path.endsWith("/athlete")).length, 1)
  }).pipe(simulated))

/** Returns the message of the error that ends a run of one more stage. */
const messageOf = (
  name: string,
  stage: Stage.PipelineStage<"copies", Stage.AlwaysNeeded>,
  data: string,
) =>
  Effect.gen(function* () {
    const pipeline = Pipeline.make({ stages: { ...least, copies: stage } })
    const { run } = yield* prepareScript(pipeline, data)
    const { error } = yield* run()
    const { message } = Option.getOrThrow(error) as Error
    assert.match(message, /Cannot complete the stage "copies" of this script: /, name)
    return message
  }).pipe(Effect.scoped)

test("an exception in a function of a stage is an error that names the stage", () =>
  Effect.gen(function* () {
    const fail = (): never => {
      throw new RangeError("a mistake in the script")
    }
    const data = yield* runFolder
    const options = { resource: copies, find: idsOf, fetch: copiesFetch }
    for (
      const [name, stage] of Object.entries({
        find: Stage.items({ ...options, find: fail }),
        ids: Stage.items({ ...options, find: () => Effect.succeed({ [Symbol.iterator]: fail }) }),
        fetch: Stage.items({ ...options, fetch: fail }),
        "effect of fetch": Stage.items({ ...options, fetch: () => Effect.sync(fail) }),
        "promise of fetch": Stage.items({
          ...options,
          fetch: () => Effect.tryPromise(async () => await fail()),
        }),
        compute: Stage.derived({ resource: copies, needs: {}, compute: fail }),
        "stream of compute": Stage.derived({
          resource: copies,
          needs: {},
          compute: () => Stream.fromEffect(Effect.sync(fail)),
        }),
      })
    ) {
      assert.match(yield* messageOf(name, stage, data), /a mistake in the script/, name)
    }
    const big = Stage.derived({
      resource: copies,
      needs: {},
      compute: () => Stream.make({ id: "1", value: 1n }),
    })
    assert.match(yield* messageOf("bigint", big, data), /BigInt/)
  }).pipe(simulated))

const copiesFetch = (id: string) => Strava.get(`/activities/${id}`, AnyResponse)

test("a stage reads only what it needs: other resources may not be complete", () =>
  Effect.gen(function* () {
    const stage = Stage.items({
      resource: copies,
      // @ts-expect-error: "details" is not among its needs.
      find: (stored) => Stream.runDrain(stored.each("details", AnyResponse)).pipe(Effect.as([])),
      fetch: copiesFetch,
    })
    assert.match(
      yield* messageOf("details", stage, yield* runFolder),
      /it reads "details", which is not among/,
    )
  }).pipe(simulated))
