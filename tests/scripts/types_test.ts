/** Mistakes in a script that do not compile. Each line below an `@ts-expect-error` must be an error. */
import { Effect, Schema, Stream } from "effect"
import assert from "node:assert/strict"
import { Pipeline, Resource, Sink, Stage, Strava } from "../../pipeline/mod.ts"
import { test } from "../testing.ts"

const Segment = Schema.Struct({ id: Schema.Finite })

const segments = Resource.make({
  name: "segments",
  counted: ["segment", "segments"],
  about: "One row per segment",
  per: "other",
  schema: Segment,
  columns: [],
})

const { details, gear, streams, ...others } = Stage.builtIn

const segmentsStage = Stage.items({
  resource: segments,
  needs: { details },
  find: () => Effect.succeed([]),
  fetch: (id) => Strava.get(`/segments/${id}`, Segment),
})

test("a stage without further needs is part of a pipeline", () =>
  Effect.sync(() => {
    const bare = Stage.items({
      resource: segments,
      find: () => Effect.succeed([]),
      fetch: (id) => Strava.get(`/segments/${id}`, Segment),
    })
    const perActivity = Stage.perActivity({
      resource: Resource.make({
        name: "kudos",
        counted: ["list of kudos", "lists of kudos"],
        about: "One row per activity",
        per: "activity",
        schema: Schema.Array(Schema.Struct({ firstname: Schema.String })),
        columns: [],
      }),
      fetch: (id) =>
        Strava.get(
          `/activities/${id}/kudos`,
          Schema.Array(Schema.Struct({ firstname: Schema.String })),
        ),
    })
    const { names } = Pipeline.make({
      stages: { ...others, segments: bare, kudos: perActivity },
    })
    assert.ok(names.includes("kudos"))
  }))

test("a pipeline without a stage that another one needs does not compile, and does not run", () =>
  Effect.sync(() => {
    assert.throws(() =>
      Pipeline.make({
        stages: {
          ...others,
          // @ts-expect-error: The stage segments needs details, which is left out.
          segments: segmentsStage,
        },
      }), /a stage needs "details", which is left out/)
    const whole = Pipeline.make({ stages: { ...others, details, segments: segmentsStage } })
    assert.ok(whole.names.includes("segments"))
    assert.ok(!whole.names.includes("gear"))
  }))

test("a stage under another name than its own does not compile", () =>
  Effect.sync(() => {
    // @ts-expect-error: This stage is named gear.
    Pipeline.make({ stages: { ...others, streams: gear, gear: streams } })
  }))

test("a sink that does not declare what it keeps does not compile", () =>
  Effect.sync(() => {
    const store = {
      put: () => Effect.void,
      remove: () => Effect.void,
      list: () => Stream.empty,
    }
    // @ts-expect-error: Property 'keeps' is missing.
    Sink.make({ name: "mine", open: () => Effect.succeed(store) })
    // @ts-expect-error: Property 'get' is missing in a store that keeps responses.
    Sink.make({ name: "mine", keeps: "responses", open: () => Effect.succeed(store) })
    assert.equal(
      Sink.make({ name: "mine", keeps: "hashes", open: () => Effect.succeed(store) }).name,
      "mine",
    )
  }))

test("a resource that contradicts itself is an error at once", () =>
  Effect.sync(() => {
    const options = {
      name: "mine",
      counted: ["one", "several"],
      about: "One row each",
      per: "other",
      schema: Segment,
    } as const
    const column = { name: "a", type: "text", path: ["a"], comment: "a" } as const
    const made = (change: object) => () => Resource.make({ ...options, columns: [], ...change })
    assert.throws(made({ name: "Mine" }), /its name must have 1 to 40 of a-z/)
    assert.throws(made({ name: "user" }), /reserved word/)
    assert.throws(made({ columns: [column, column] }), /the column "a" exists twice/)
    assert.throws(made({ columns: [{ ...column, name: "id" }] }), /or every table has it/)
    assert.throws(made({ columns: [{ ...column, path: [] }] }), /has no path/)
    assert.throws(made({ columns: [{ ...column, comment: " " }] }), /has no comment/)
  }))

test("a request cannot leave Strava's API", () =>
  Effect.gen(function* () {
    for (
      const path of [
        "https://example.com/x",
        "//example.com/x",
        "/../oauth/token",
        "/a/%2e%2e/b",
        "segments/1",
        "/a b",
        "/a#b",
        "/a@example.com",
      ]
    ) {
      const client = Strava.get(path, Segment) as Effect.Effect<unknown, Strava.RequestError>
      const error = yield* Effect.flip(client)
      assert.match(error.message, /is not a path of Strava's API/, path)
    }
  }))
