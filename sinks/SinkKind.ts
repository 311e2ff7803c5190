/** The declaration of a sink: everything that the program knows about it before it is configured. */
import { Context, Effect, FileSystem, type Option, Path, type Redacted } from "effect"
import { Runtime, Schema } from "effect"
import type { SinkName, SinkSource, SinkTraits } from "./Sink.ts"

/** Settings that sinks are made from. */
export interface SinkSettings {
  /** Data directory. */
  readonly data: string
  readonly databaseUrl: Option.Option<Redacted.Redacted>
}

/** The settings of a sink are wrong. Its `cause` has the exit code. */
export class SinkSettingsError extends Schema.TaggedError<SinkSettingsError>()(
  "SinkSettingsError",
  { detail: Schema.String, cause: Schema.Defect() },
) {
  override get message() {
    return this.cause instanceof Error ? this.cause.message : this.detail
  }
  override get [Runtime.errorExitCode]() {
    return Runtime.getErrorExitCode(this.cause)
  }
}

export interface SinkKind extends SinkTraits {
  /** Configures the sink. Opens and creates nothing. */
  make(
    settings: SinkSettings,
  ): Effect.Effect<SinkSource, SinkSettingsError, FileSystem.FileSystem | Path.Path>
}

/** All sinks that the program has; those of a run are in `Sinks`. */
export class SinkRegistry extends Context.Service<SinkRegistry, ReadonlyArray<SinkKind>>()(
  "paceline/sinks/SinkRegistry",
) {}

/** Returns the names of these sinks. */
export const namesOfSinks = (sinks: ReadonlyArray<SinkTraits>): ReadonlyArray<SinkName> =>
  sinks.map(({ name }) => name)

/** Returns the names of the sinks that keep responses. */
export const keepersOf = (sinks: ReadonlyArray<SinkTraits>): ReadonlyArray<SinkName> =>
  namesOfSinks(sinks.filter(({ keepsResponses }) => keepsResponses))

/** Names of the registered sinks, and of those among them that keep responses. */
export const knownSinks = Effect.map(
  SinkRegistry,
  (sinks) => ({ names: namesOfSinks(sinks), keepers: keepersOf(sinks) }),
)

/** Names of all sinks that the program has. A state file can mention others, of other versions. */
export const sinkNames: Effect.Effect<ReadonlyArray<SinkName>, never, SinkRegistry> = Effect.map(
  SinkRegistry,
  namesOfSinks,
)

/**
 * Returns the names of the sinks that a run writes to if none is named: all, but those on request only if they were
 * used in this data directory before.
 */
export const usualSinks = Effect.fnUntraced(function* (data: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const usual = yield* Effect.filter(
    yield* SinkRegistry,
    ({ isOnRequest = false, name }) =>
      isOnRequest
        ? Effect.orElseSucceed(fs.exists(path.join(data, name)), () => false)
        : Effect.succeed(true),
  )
  return namesOfSinks(usual)
})
