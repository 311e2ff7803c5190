/** A cheap look at sinks between runs: whether they hold as many items as the state file says. */
import { Effect, type Scope } from "effect"
import type { Contents, SinkError, SinkName, SinkSource } from "../../sinks/Sink.ts"
import type { Shortfall } from "./shortfall.ts"
import { StateFile } from "./StateFile.ts"

/** A sink that holds fewer items than have landed there. */
export interface Short {
  readonly sink: SinkName
  readonly location: string
  readonly shortfalls: ReadonlyArray<Shortfall>
}

/**
 * Returns the sinks among `sources` that hold less than the state file says. One that is another than the
 * state file knows, that cannot be looked at, or that tells nothing is left out. Without `open`, no
 * database is opened: only one that is not there is found.
 */
export const glance = Effect.fn("glance")(
  function* (
    sources: ReadonlyArray<SinkSource>,
    { open }: { readonly open: boolean },
  ) {
    const { ledger, owner } = yield* StateFile
    const athlete = yield* owner
    if (athlete === undefined) return []
    const known = yield* ledger.identities
    const contentsOf = ({ isMade = Effect.succeed(true), look, name }: SinkSource): Effect.Effect<
      Contents | undefined,
      SinkError,
      Scope.Scope
    > =>
      Effect.flatMap(
        isMade,
        (made) =>
          !made
            ? Effect.succeed<Contents | undefined>(new Map())
            : name === "postgres" && !open
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
        return shortfalls.length === 0 ? [] : [{ sink, location, shortfalls } satisfies Short]
      }),
    )
    return found.flat()
  },
  Effect.scoped,
)
