/** Runs of the real pipeline with a sink, against a simulated Strava: the second half of the contract. */
import { Effect, FileSystem, Option, type Path, type Scope, Stream } from "effect"
import assert from "node:assert/strict"
import { exitCodes } from "../../pipeline/base/exit.ts"
import { platform } from "../../pipeline/base/platform.ts"
import { runPipelineOnce } from "../../pipeline/commands/script/runPipeline.ts"
import { makePipeline } from "../../pipeline/run/ScriptPipeline.ts"
import { builtIn } from "../../pipeline/stages/script/builtIn.ts"
import { SinkError } from "../../sinks/Sink.ts"
import { kindOf, type ScriptSink } from "../../sinks/ScriptSink.ts"
import { jsonSinkKind } from "../../sinks/json/JsonSink.ts"
import { makeSimulatedStrava } from "./simulatedStrava.ts"

const { activities, athlete, auth, streams } = builtIn

/** A sink of files that keeps responses, from which others are filled. */
const files = jsonSinkKind.name

/** Returns the number of items that a sink holds in a data directory. */
const countIn = Effect.fnUntraced(function* (sink: ScriptSink, data: string) {
  const source = yield* kindOf(sink, 9).make({ data, databaseUrl: Option.none() })
  const counts = yield* Effect.forEach(
    ["athlete", "activities", "streams"] as const,
    (resource) =>
      Effect.scoped(
        Effect.flatMap(source.look, (open) =>
          Effect.map(
            Stream.runCollect(open.held(resource)),
            (entries) => Array.from(entries).length,
          )),
      ),
  )
  return counts.join(" ")
})

/** Returns the sink, which cannot be opened as long as `isDown` returns true. */
const failing = (sink: ScriptSink, isDown: () => boolean): ScriptSink => ({
  name: sink.name,
  kind: (rank) => {
    const kind = kindOf(sink, rank)
    const make: typeof kind.make = (settings) =>
      Effect.map(kind.make(settings), (source) => ({
        ...source,
        open: Effect.suspend(() =>
          isDown()
            ? Effect.fail(new SinkError({ sink: sink.name, reason: "disk", detail: "closed" }))
            : source.open
        ),
      }))
    return { ...kind, make }
  },
})

/** Returns a data directory with a simulated Strava, and a run in it. */
const prepared = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const data = yield* fs.makeTempDirectoryScoped({ prefix: "paceline-contract-" })
  const strava = yield* makeSimulatedStrava({ activities: 6, samples: 3 })
  const run = Effect.fnUntraced(function* (sink: ScriptSink, sinks: ReadonlyArray<string>) {
    const pipeline = makePipeline({
      stages: { auth, athlete, activities, streams },
      sinks: [sink],
    })
    const before = (yield* strava.requests).length
    const { credentials, http } = strava
    const { code } = yield* runPipelineOnce(pipeline, { data, sinks, http, credentials })
    const asked = (yield* strava.requests).slice(before)
    return { code, streams: asked.filter((path) => path.endsWith("/streams")).length }
  })
  return { data, run }
})

type Body = Effect.Effect<unknown, unknown, FileSystem.FileSystem | Path.Path | Scope.Scope>

/** Each describes a run, and the test of it. */
const runsWith = (sink: ScriptSink): ReadonlyArray<readonly [says: string, body: Body]> => [
  [
    "receives every item once",
    Effect.gen(function* () {
      const { data, run } = yield* prepared
      const first = yield* run(sink, [sink.name])
      assert.equal(first.code, 0)
      assert.ok(first.streams > 0)
      assert.equal(yield* countIn(sink, data), `1 6 ${first.streams}`)
      assert.deepEqual(yield* run(sink, [sink.name]), { code: 0, streams: 0 })
      assert.equal(yield* countIn(sink, data), `1 6 ${first.streams}`)
    }),
  ],
  [
    "can be down: the run goes on without it, and the next one delivers what it lacks",
    Effect.gen(function* () {
      const { data, run } = yield* prepared
      let isDown = true
      const unreliable = failing(sink, () => isDown)
      const first = yield* run(unreliable, [files, sink.name])
      assert.equal(first.code, exitCodes.disk)
      isDown = false
      assert.deepEqual(yield* run(unreliable, [files, sink.name]), { code: 0, streams: 0 })
      assert.equal(yield* countIn(sink, data), `1 6 ${first.streams}`)
    }),
  ],
  [
    "can be added later: it is filled without a request",
    Effect.gen(function* () {
      const { data, run } = yield* prepared
      const first = yield* run(sink, [files])
      assert.deepEqual(yield* run(sink, [files, sink.name]), { code: 0, streams: 0 })
      assert.equal(yield* countIn(sink, data), `1 6 ${first.streams}`)
    }),
  ],
]

/** Defines tests of runs with the sink; each test has a new one. */
export const sinkRuns = (
  makeSink: () => ScriptSink,
  define: (name: string, body: () => Promise<void>) => void,
): void => {
  const sink = makeSink()
  for (const [i, [says]] of runsWith(sink).entries()) {
    define(`the sink ${sink.name} ${says}`, () => {
      const body = runsWith(makeSink())[i]?.[1] ?? Effect.void
      return Effect.runPromise(Effect.asVoid(Effect.scoped(body)).pipe(Effect.provide(platform)))
    })
  }
}
