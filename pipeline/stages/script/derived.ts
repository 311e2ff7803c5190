/** A stage of a script that computes items from stored responses: no request, and only when they change. */
import { Clock, Effect, Schema, Stream } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { isIdOf, type Item } from "../../../schemas/Item.ts"
import { hashOf } from "../../../schemas/json/hash.ts"
import { itemFrom } from "../../../schemas/json/ParsedItem.ts"
import { isResource } from "../../../schemas/resources.ts"
import type { DeclaredResource } from "../../../schemas/script/ScriptResource.ts"
import { Delivery } from "../../delivery/Delivery.ts"
import { isStored, ledgerPages, ledgerPageSize } from "../../delivery/responses.ts"
import { StateFile } from "../../state/StateFile.ts"
import { activitiesStage } from "../activities.ts"
import { athleteStage } from "../athlete.ts"
import { noOutcomes } from "../items/fetchItems.ts"
import { RunTally } from "../RunTally.ts"
import * as Stage from "../Stage.ts"
import { StageFailed } from "../StageFailed.ts"
import {
  type AlwaysNeeded,
  type NamesIn,
  type PipelineStage,
  published,
  type Readable,
  readableIn,
  type StagesByName,
  type UnderTheirNames,
  unpublished,
} from "./PipelineStage.ts"
import { inStage, streamInStage } from "./scriptErrors.ts"
import { makeStored, type Stored } from "./Stored.ts"

/** An item that a script computed. */
export interface ComputedItem<out A> {
  readonly id: string
  readonly value: A
}

/** A stage of a script that computes. */
export interface DerivedOptions<Name extends string, A, N extends StagesByName> {
  readonly resource: DeclaredResource<Name, A>
  /** The stages whose items it is computed from, under their names: resources that are fetched, or computed. */
  readonly needs: N & UnderTheirNames<N>
  /** Number of the method: another number computes everything again. */
  readonly version?: number
  /** Returns all items. They replace those of earlier runs. */
  readonly compute: (
    stored: Stored<Readable<Name, N>>,
  ) => Stream.Stream<ComputedItem<A>, unknown>
}

/** Items that are committed at once. */
const atOnce = 100

/** Returns a text that changes when an item of these resources changes. */
const digestOf = Effect.fnUntraced(function* (names: ReadonlyArray<string>, version: number) {
  const { ledger } = yield* StateFile
  const parts: Array<string> = [String(version)]
  for (const name of names.filter(isResource)) {
    yield* Stream.runForEach(
      ledgerPages(ledger, name, ledgerPageSize),
      (entries) =>
        Effect.sync(() =>
          void parts.push(
            hashOf(
              entries.filter(isStored).map(({ hash, id }) => `${name} ${id} ${hash}`).join("\n"),
            ),
          )
        ),
    )
  }
  return hashOf(parts.join("\n"))
})

const Computed = Schema.Struct({ digest: Schema.String })
const isComputed = Schema.is(Computed)

/** Commits items; those whose text is the stored one are not delivered again. */
const commit = Effect.fnUntraced(function* (items: ReadonlyArray<Item>) {
  const [first] = items
  if (first === undefined) return
  const figures = yield* (yield* StateFile).checkpoint({
    arrivals: items.map((item) => ({ item, start: 0 })),
  })
  yield* (yield* RunTally).add(first.resource, figures)
  yield* (yield* Delivery).offer(first.resource, items.length)
})

/** Computes all items, commits them, and removes those of earlier runs that are not among them. */
const computeAll = Effect.fnUntraced(function* <A>(
  owner: AthleteId,
  { name, schema }: DeclaredResource<string, A>,
  compute: () => Stream.Stream<ComputedItem<A>, unknown>,
) {
  const state = yield* StateFile
  const now = yield* Clock.currentTimeMillis
  const seen = new Set<string>()
  const itemOf = Effect.fnUntraced(function* ({ id, value }: ComputedItem<A>) {
    const failed = (detail: string) => new StageFailed({ stage: name, detail })
    if (!isIdOf(name, id)) return yield* failed(`${JSON.stringify(id)} cannot be an id`)
    if (seen.has(id)) return yield* failed(`two items have the id ${id}`)
    seen.add(id)
    const text = yield* inStage(name, () => Effect.sync(() => JSON.stringify(value)))
    yield* Schema.decodeEffect(Schema.fromJsonString(schema))(text).pipe(
      Effect.mapError(({ message }) => failed(`the item ${id} is not of its schema: ${message}`)),
    )
    return itemFrom({ athlete: owner, resource: name, id }, text, now)
  })
  yield* streamInStage(name, compute).pipe(
    Stream.mapEffect(itemOf),
    Stream.grouped(atOnce),
    Stream.runForEach(commit),
  )
  const removed = (yield* state.optionalItems.standings(owner, name)).filter(({ id }) =>
    !seen.has(id)
  )
    .map(({ id }) => ({ athlete: owner, resource: name, id }))
  if (removed.length === 0) return
  yield* state.checkpoint({ removed })
  yield* (yield* RunTally).add(name, { deleted: removed.length })
  yield* (yield* Delivery).offer(name, removed.length)
})

/** A stage that computes items from those of other stages. It runs again when one of these changes. */
export const derived = <const Name extends string, A, const N extends StagesByName>(
  options: DerivedOptions<Name, A, N>,
): PipelineStage<Name, AlwaysNeeded | NamesIn<N>> => {
  const { needs, version = 1 } = options
  const resource: DeclaredResource<Name, A> = {
    ...options.resource,
    declaration: { ...options.resource.declaration, ofScript: "derived" },
  }
  const all = { ...unpublished(needs), athlete: athleteStage, activities: activitiesStage }
  const names = Object.values(needs).map(({ name }) => name)
  const readable = readableIn(resource.name, all)
  const computeDue = Effect.fnUntraced(function* (owner: AthleteId) {
    const state = yield* StateFile
    const digest = yield* digestOf(names, version)
    const last = yield* state.cursor(owner, resource.name)
    // A lost item is listed again, and no request returns it.
    const lacksItems = (yield* state.optionalItems.standings(owner, resource.name))
      .some(({ status }) => status === "listed")
    if (lacksItems || !isComputed(last) || last.digest !== digest) {
      const stored = yield* makeStored(resource.name, readable)
      yield* computeAll(owner, resource, () => options.compute(stored))
      yield* state.checkpoint({
        cursor: { athlete: owner, stage: resource.name, value: { digest } },
      })
    }
    return { ...noOutcomes }
  }, Effect.scoped)
  const stage = Stage.makeNamed({
    name: resource.name,
    needs: all,
    run: ({ athlete }) => computeDue(athlete),
    recall: () => Effect.succeedSome(noOutcomes),
  })
  return published({ ...stage, resource, fetch: computeDue })
}
