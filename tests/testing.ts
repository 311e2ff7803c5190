/** Effect tests for `deno test`: a test clock, real files, shared layers and property checks. */
import type * as NodeServices from "@effect/platform-node/NodeServices"
import {
  Arbitrary,
  Cause,
  Effect,
  Exit,
  FileSystem,
  Layer,
  Logger,
  ManagedRuntime,
  Schema,
  Scope,
} from "effect"
import { TestClock, TestConsole } from "effect/testing"
import { platform } from "../pipeline/base/platform.ts"
import { countedFiles } from "./FileWork.ts"
import { mostMinutes } from "./patience.ts"
import { roundsVariable } from "../tools/test.ts"
import { registryLayer } from "../sinks/registry.ts"
import type { SinkRegistry } from "../sinks/SinkKind.ts"
import { memory } from "./memory.ts"
import { tempFoldersLayer } from "./TempFolders.ts"

type Base = NodeServices.NodeServices | TestConsole.TestConsole | SinkRegistry
type Provide<R> = <A, E>(
  self: Effect.Effect<A, E, R | Scope.Scope>,
) => Effect.Effect<A, unknown, Scope.Scope>

/**
 * Runs a test and throws its typed error, so that `deno test` shows it instead of Effect's
 * internals.
 */
const run = async <A, E>(self: Effect.Effect<A, E, Scope.Scope>): Promise<void> => {
  const hung = new AbortController()
  const timer = setTimeout(() => hung.abort(), mostMinutes * 60_000)
  const exit = await Effect.runPromiseExit(Effect.scoped(self), { signal: hung.signal })
  clearTimeout(timer)
  if (hung.signal.aborted) throw new Error(`the test had not ended after ${mostMinutes} minutes`)
  if (Exit.isFailure(exit)) {
    throw Cause.prettyErrors(exit.cause)[0] ?? new Error(Cause.pretty(exit.cause))
  }
}

/**
 * Seed of generated values. It is constant, so that results change only with the code;
 * `PROPERTY_SEED` sets another one.
 */
const seed = Deno.env.get("PROPERTY_SEED") ?? "paceline"

/** Returns how many cases a test tries: `short`, or `long` by `deno task test:long`. */
export const rounds = (short: number, long: number): number =>
  Deno.env.get(roundsVariable) === "long" ? long : short

/** Prefix of the names of tests in a module that loads several test files. */
let prefix = ""

/** Puts `path` in front of the names of the tests that are defined after this call. */
export const inFile = (path: string): void => {
  prefix = `${path}: `
}

const make = <R>(provide: Provide<R>) => {
  type Body<E> = Effect.Effect<unknown, E, R | Scope.Scope>
  const define = <E>(name: string, body: () => Body<E>): void =>
    Deno.test(`${prefix}${name}`, () => run(provide(Effect.suspend(body))))
  /**
   * Defines a test of a property that must hold for every value. A failure prints the smallest
   * failing value found and a token that replays it.
   */
  const prop = <S extends Schema.Constraint, E = never>(
    name: string,
    schema: S,
    property: (value: S["Type"]) => boolean | Effect.Effect<boolean, E, R | Scope.Scope>,
    options?: Arbitrary.CheckOptions,
  ): void =>
    define(name, () =>
      Effect.gen(function* () {
        const result = yield* Arbitrary.checkEffect(Arbitrary.schema(schema), property, {
          seed,
          ...options,
        })
        const failure = Arbitrary.formatCheckFailure(result)
        if (failure !== undefined) return yield* Effect.die(new Error(failure))
      }))
  return Object.assign(define, { prop })
}

const quietIn = (directory?: string) =>
  Layer.mergeAll(
    TestConsole.layer,
    Logger.layer([]),
    registryLayer,
    tempFoldersLayer(directory).pipe(Layer.provideMerge(platform)),
  )
const quiet = quietIn()
const countedWork = Layer.effect(
  FileSystem.FileSystem,
  Effect.map(FileSystem.FileSystem, countedFiles),
)
const virtual = Layer.merge(
  TestClock.layer(),
  countedWork.pipe(Layer.provideMerge(quietIn(memory))),
)

/**
 * Defines a test on the test clock: time moves only when a test adjusts it. The log and the console
 * are captured. Temporary folders are in memory, which other processes might not be able to access.
 */
export const test = make<TestClock.TestClock | Base>((self) => Effect.provide(self, virtual))

/** Defines a test on the real clock, for tests that wait for a real process. */
export const live = make<Base>((self) => Effect.provide(self, quiet))

/** Cache of built layers, shared by the files of a module. */
const memoMap = Layer.makeMemoMapUnsafe()

const sharing = <B>(base: Layer.Layer<B>) => <R, E>(shared: Layer.Layer<R, E>) => {
  const runtime = ManagedRuntime.make(shared, { memoMap })
  Deno.test.afterAll(() => runtime.dispose())
  return make<R | B>((self) =>
    Effect.flatMap(
      runtime.contextEffect,
      (context) => Effect.provide(self, Layer.merge(base, Layer.succeedContext(context))),
    )
  )
}

/**
 * Returns a `live` with a layer that all files of a module share. It is closed after their last
 * test.
 */
export const liveWith = sharing<Base>(quiet)

/** Returns a `test` with a layer that all files of a module share. It is built on the real clock. */
export const testWith = sharing<TestClock.TestClock | Base>(virtual)
