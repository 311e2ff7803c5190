/** Sinks that keep responses: the open ones, and others that the state file knows. */
import { Effect, Option, type Scope } from "effect"
import type { Resource } from "../../schemas/Item.ts"
import { isolated } from "../../sinks/isolate.ts"
import { OtherSinks, type Sink, type SinkName } from "../../sinks/Sink.ts"
import { keepersOf, SinkRegistry } from "../../sinks/SinkKind.ts"
import type { LedgerEntry } from "../state/ledger/ledger.ts"
import { StateFile } from "../state/StateFile.ts"
import { textsOf } from "./responses.ts"

/** A sink that keeps responses, opened on its first use. */
interface Keeper {
  readonly name: SinkName
  readonly sink: Effect.Effect<Option.Option<Sink>, never, Scope.Scope>
}

/** Returns the sinks of this run, which are open, and then others if the state file knows their identity. */
export const openKeepers = Effect.fnUntraced(function* (opened: ReadonlyArray<Sink>) {
  const names = keepersOf(yield* SinkRegistry)
  const state = yield* StateFile
  const known = yield* state.ledger.identities
  const athlete = yield* state.athlete
  const others = (yield* OtherSinks).filter(({ identity, name }) =>
    known.get(name) === (identity ?? name) && opened.every((sink) => sink.name !== name)
  )
  const keepers = [
    ...opened.map((sink): Keeper => ({ name: sink.name, sink: Effect.succeedSome(sink) })),
    ...yield* Effect.forEach(others, (source) =>
      Effect.map(
        Effect.cached(Effect.option(isolated(source, { athlete }).look)),
        (sink): Keeper => ({ name: source.name, sink }),
      )),
  ]
  return keepers.filter(({ name }) => names.includes(name))
})

/**
 * Returns the responses to these entries, from the state file or from the first sink that holds
 * them and can be read.
 */
export const foundOf = Effect.fnUntraced(function* (
  keepers: ReadonlyArray<Keeper>,
  resource: Resource,
  entries: ReadonlyArray<LedgerEntry>,
) {
  const { ledger } = yield* StateFile
  const found = [...yield* textsOf(ledger, [], resource, entries)]
  for (const keeper of keepers) {
    const had = new Set(found.map(({ id }) => id))
    const wanted = entries.filter(({ hash, id, landed }) =>
      !had.has(id) && landed.get(keeper.name) === hash
    )
    if (wanted.length === 0) continue
    const sink = yield* keeper.sink
    if (Option.isSome(sink)) {
      found.push(...yield* textsOf(ledger, [sink.value], resource, wanted))
    }
  }
  return found
})
