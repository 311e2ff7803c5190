/** Cheap check of the sinks between runs: compares their item counts with the ledger. */
import { Effect, Option, type Scope } from "effect"
import type { SinkContents, SinkError, SinkSource } from "../../../sinks/Sink.ts"
import { namesOfSinks } from "../../../sinks/SinkKind.ts"
import type { ShortSink } from "./shortfall.ts"
import { StateFile } from "../StateFile.ts"

/**
 * Returns the sinks that hold fewer items than the ledger says. Leaves out sinks with another identity, and sinks
 * that cannot be read or counted. Without `open`, no database is opened, so that only a missing one is found.
 */
export const findShortSinks = Effect.fn("findShortSinks")(
  function* (
    sources: ReadonlyArray<SinkSource>,
    { open }: { readonly open: boolean },
  ) {
    const { ledger, owner } = yield* StateFile
    const athlete = yield* owner
    if (athlete === undefined) return []
    const known = yield* ledger.identities
    const contentsOf = (
      { isMade = Effect.succeed(true), isDatabase = false, look }: SinkSource,
    ): Effect.Effect<
      SinkContents | undefined,
      SinkError,
      Scope.Scope
    > =>
      Effect.flatMap(
        isMade,
        (made) =>
          !made
            ? Effect.succeed<SinkContents | undefined>(new Map())
            : isDatabase && !open
            ? Effect.undefined
            : Effect.flatMap(look, ({ contents }) => contents?.(athlete) ?? Effect.undefined),
      )
    const found = yield* Effect.forEach(
      sources.filter(({ identity, name }) => known.get(name) === (identity ?? name)),
      Effect.fnUntraced(function* (source) {
        const contents = yield* Effect.orElseSucceed(contentsOf(source), () => undefined)
        if (contents === undefined) return []
        const shortfalls = yield* ledger.shortfalls(source.name, contents)
        const { location, name: sink } = source
        return shortfalls.length === 0 ? [] : [{ sink, location, shortfalls } satisfies ShortSink]
      }),
    )
    return found.flat()
  },
  Effect.scoped,
)

/** Longest wait for a database server. */
const longestWait = "20 seconds"

/**
 * Returns the sinks that hold fewer items than the ledger says, and how many of the lost items no sink keeps. Opens
 * a database only if another sink lost responses that the database can have.
 */
export const findLosses = Effect.fn("findLosses")(function* (sources: ReadonlyArray<SinkSource>) {
  const { ledger } = yield* StateFile
  const cheap = yield* findShortSinks(sources, { open: false })
  const quick = namesOfSinks(sources.filter((one) => one.keepsResponses && one.isDatabase !== true))
  const short = cheap.some(({ sink }) => quick.includes(sink))
    ? yield* findShortSinks(sources, { open: true }).pipe(
      Effect.timeoutOption(longestWait),
      Effect.map(Option.getOrElse(() => cheap)),
    )
    : cheap
  return { short, lost: yield* ledger.losses(short) }
})
