/** A cheap look at sinks between runs: whether they hold as many items as the state file says. */
import { Effect, Option, type Scope } from "effect"
import type { SinkContents, SinkError, SinkSource } from "../../../sinks/Sink.ts"
import { namesOfSinks } from "../../../sinks/SinkKind.ts"
import type { ShortSink } from "./shortfall.ts"
import { StateFile } from "../StateFile.ts"

/**
 * Returns the sinks among `sources` that hold less than the state file says. One that is another than the
 * state file knows, that cannot be looked at, or that tells nothing is left out. Without `open`, no
 * database is opened: only one that is not there is found.
 */
export const findShortSinks = Effect.fn("glance")(
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

/** A server that does not answer is not waited for any longer. */
const patience = "20 seconds"

/**
 * Returns the sinks that hold less than the state file says, and how many items no sink keeps of that.
 * A database is opened only if a folder lost responses that it may keep.
 */
export const findLosses = Effect.fn("losses")(function* (sources: ReadonlyArray<SinkSource>) {
  const { ledger } = yield* StateFile
  const cheap = yield* findShortSinks(sources, { open: false })
  const quick = namesOfSinks(sources.filter((one) => one.keepsResponses && one.isDatabase !== true))
  const short = cheap.some(({ sink }) => quick.includes(sink))
    ? yield* findShortSinks(sources, { open: true }).pipe(
      Effect.timeoutOption(patience),
      Effect.map(Option.getOrElse(() => cheap)),
    )
    : cheap
  return { short, lost: yield* ledger.losses(short) }
})
