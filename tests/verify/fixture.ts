/** A completed run with JSON, CSV and PostgreSQL. Each test has its own folder, which it may damage. */
import { Context, Effect, FileSystem, Layer, Path } from "effect"
import { TestClock } from "effect/testing"
import type { SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { Proofs, storedProofs } from "../../pipeline/verify/Proofs.ts"
import type { VerifyResult } from "../../pipeline/verify/Result.ts"
import { verifyAndRepair, verifySinks } from "../../pipeline/verify/verify.ts"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import { registeredNames } from "../../sinks/registry.ts"
import { type SinkName, Sinks, type SinkSource } from "../../sinks/Sink.ts"
import type { SinkRegistry } from "../../sinks/SinkKind.ts"
import { countedSource } from "../FileWork.ts"
import { requestCount, runStart, runToEnd } from "../pipeline/running.ts"
import { embeddedClient } from "../postgres/embedded/cluster.ts"
import { testWith } from "../testing.ts"

export const options: SimulatorOptions = {
  activities: 12,
  samples: 6,
  manual: 0,
  limits: "none",
}

/** In-memory database that all tests share. */
export class Shared
  extends Context.Service<Shared, { readonly sql: Effect.Success<typeof embeddedClient> }>()(
    "test/Shared",
  ) {
  static readonly layer = Layer.effect(
    Shared,
    Effect.map(embeddedClient, (sql) => ({ sql })),
  )
}

const sourcesOf = Effect.fnUntraced(function* (data: string) {
  const path = yield* Path.Path
  const { sql } = yield* Shared
  return [
    yield* jsonSink(path.join(data, "json")),
    yield* csvSink(path.join(data, "csv")),
    countedSource(on({ location: "memory", connect: Effect.succeed(sql) })),
  ] as const
})

type Services = FileSystem.FileSystem | Path.Path | SinkRegistry

/** Completes a run in a new folder and returns functions to change, verify and repair it. */
export const finished = Effect.fnUntraced(
  function* (names: ReadonlyArray<SinkName> = registeredNames) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const { sql } = yield* Shared
    yield* TestClock.setTime(runStart)
    yield* sql`drop schema if exists strava cascade`
    const data = yield* fs.makeTempDirectoryScoped()
    const every = yield* sourcesOf(data)
    const sinks = every.filter(({ name }) => names.includes(name))
    yield* runToEnd({ data, sinks })
    const before = (yield* requestCount).length
    const file = (...parts: ReadonlyArray<string>) => path.join(data, ...parts)
    const change = (parts: ReadonlyArray<string>, how: (text: string) => string) =>
      Effect.flatMap(
        fs.readFileString(file(...parts)),
        (text) => fs.writeFileString(file(...parts), how(text)),
      )
    const provided = <A, E, R>(
      effect: Effect.Effect<A, E, R>,
      layer: typeof StateFile.layer,
      sources: ReadonlyArray<SinkSource>,
    ) =>
      effect.pipe(
        Effect.provideService(Sinks, sources),
        Effect.provide(layer(data, registeredNames), { local: true }),
      )
    return {
      data,
      sql,
      /** Sinks of the run; `every` has all registered sinks. */
      sinks,
      every,
      file,
      change,
      /** Ids of activities, newest first. */
      ids: (yield* Simulator).world.ids.map(String),
      look: (
        sources: ReadonlyArray<SinkSource> = sinks,
      ): Effect.Effect<VerifyResult, unknown, Services> =>
        provided(verifySinks(data), StateFile.layerReadOnly, sources),
      /**
       * Verifies like the command: items that are unchanged since the last such verification are
       * not read.
       */
      lookAgain: (
        sources: ReadonlyArray<SinkSource> = sinks,
        { full = false, version = "1" } = {},
      ): Effect.Effect<VerifyResult, unknown, Services> =>
        provided(verifySinks(data), StateFile.layerReadOnly, sources).pipe(
          Effect.provideServiceEffect(Proofs, storedProofs(data, { full, version })),
        ),
      repair: (
        sources: ReadonlyArray<SinkSource> = sinks,
      ): Effect.Effect<VerifyResult, unknown, Services> =>
        provided(verifyAndRepair(data), StateFile.layer, sources),
      counts: Effect.flatMap(StateFile, ({ counts }) => counts).pipe(
        Effect.provide(StateFile.layerReadOnly(data, []), { local: true }),
      ),
      run: (sources: ReadonlyArray<SinkSource> = sinks) => runToEnd({ data, sinks: sources }),
      /** Requests to Strava since the first run. */
      asked: Effect.map(requestCount, (requests) => requests.slice(before).map(({ path }) => path)),
    }
  },
)

export type Finished = Effect.Success<ReturnType<typeof finished>>

/** Returns `test` with the shared database, and a simulated Strava for each test. Call it once per file. */
export const makeTest = () => {
  const shared = testWith(Shared.layer)
  return <E>(
    name: string,
    body: () => Effect.Effect<unknown, E, Effect.Services<ReturnType<typeof finished>>>,
  ) => shared(name, () => Effect.provide(Effect.suspend(body), Simulator.layer(options)))
}
