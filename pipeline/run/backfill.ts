/**
 * Fills sinks: items that a sink of this run lacks and another sink keeps are delivered to it before any request
 * is sent. They pass through the outbox, so that the run after a kill continues.
 */
import { listWords, quantity } from "../output/kit/plurals.ts"
import { formatNumber } from "../output/kit/numbers.ts"
import { Effect, Schema, Stream } from "effect"
import { isExportResource, type Resource, ResourceName } from "../../schemas/Item.ts"
import { allResources, declarationOf } from "../../schemas/resources.ts"
import { type Sink, SinkName } from "../../sinks/Sink.ts"
import { keepersOf, namesOfSinks, SinkRegistry } from "../../sinks/SinkKind.ts"
import { Delivery } from "../delivery/Delivery.ts"
import { foundOf, openKeepers } from "../delivery/keepers.ts"
import { ledgerPages, ledgerPageSize } from "../delivery/responses.ts"
import { totalRequests } from "./refetchCost.ts"
import { notify } from "../base/Progress.ts"
import type { LedgerEntry } from "../state/ledger/ledger.ts"
import type { FoundItem } from "../state/outbox/redeliver.ts"
import { StateFile } from "../state/StateFile.ts"
import { isLacking } from "../verify/compare.ts"

/** Number of items that a sink received from the state file and other sinks, for 0 requests. */
export const FilledSink = Schema.Struct({
  sink: SinkName,
  resource: ResourceName,
  count: Schema.Int,
})
export type FilledSink = typeof FilledSink.Type

const filling = (sinks: Iterable<string>) =>
  `Filling ${listWords([...sinks])} from the other sinks (0 requests).`

/** Key of the fact that each item in the sink was seen to have its response. */
const seenWhole = (name: SinkName) => `answers ${name}`

const holds = ({ hash, landed, outbox: waiting }: LedgerEntry, { name }: Sink) =>
  hash !== null && landed.get(name) === hash && !waiting.has(name)

/** Returns the entries that `sink` holds without their responses, as an older version left them. */
const hollow = Effect.fnUntraced(function* (
  sink: Sink,
  resource: Resource,
  entries: ReadonlyArray<LedgerEntry>,
) {
  const held = entries.filter((entry) => holds(entry, sink))
  const whole = new Set<string>()
  for (let at = 0; at < held.length; at += declarationOf(resource).atOnce.compared) {
    const ids = held.slice(at, at + declarationOf(resource).atOnce.compared).map(({ id }) => id)
    for (const { id } of yield* sink.kept(resource, ids)) whole.add(id)
  }
  return held.filter(({ id }) => !whole.has(id))
})

/** Brings items to sinks, through the outbox, and counts them. */
const makeFilling = Effect.fnUntraced(function* (opened: ReadonlyArray<Sink>) {
  const state = yield* StateFile
  const delivery = yield* Delivery
  const keepers = yield* openKeepers(opened)
  const filled = new Map<string, FilledSink>()
  const bring = Effect.fnUntraced(function* (
    resource: Resource,
    wanting: ReadonlyMap<LedgerEntry, ReadonlyArray<SinkName>>,
  ) {
    const byId = new Map([...wanting].map(([{ id }, sinks]) => [id, sinks]))
    const items = yield* foundOf(keepers, resource, [...wanting.keys()])
    const restored = items.map((item): FoundItem => ({ item, sinks: byId.get(item.id) ?? [] }))
    if (restored.length === 0) return
    const given = restored.flatMap(({ sinks }) => sinks)
    if (filled.size === 0) yield* notify({ _tag: "Note", text: filling(new Set(given)) })
    yield* state.ledger.restore(restored)
    for (const sink of given) {
      const key = `${sink} ${resource}`
      filled.set(key, { sink, resource, count: (filled.get(key)?.count ?? 0) + 1 })
    }
    yield* delivery.offer(resource, restored.length)
  })
  /** Processes, page by page, the entries of `resource` that `wantedOf` selects. */
  const each = <E>(
    resource: Resource,
    wantedOf: (
      entries: ReadonlyArray<LedgerEntry>,
    ) => Effect.Effect<ReadonlyMap<LedgerEntry, ReadonlyArray<SinkName>>, E>,
  ) => {
    const size = declarationOf(resource).atOnce.compared
    return Stream.runForEach(
      ledgerPages(state.ledger, resource, ledgerPageSize),
      Effect.fnUntraced(function* (page) {
        const wanting = [...yield* wantedOf(page)]
        for (let at = 0; at < wanting.length; at += size) {
          yield* bring(resource, new Map(wanting.slice(at, at + size)))
        }
      }),
    )
  }
  return { each, filled, others: keepers.length > 1 }
})

/** Delivers to the open sinks the items that they lack; returns their number by sink. */
export const fillSinks = Effect.fn("fill")(function* () {
  const state = yield* StateFile
  const delivery = yield* Delivery
  const opened = yield* delivery.opened
  const lacks = (yield* state.missingInSinks).filter(({ sink }) =>
    opened.some(({ name }) => name === sink)
  )
  const registered = yield* SinkRegistry
  const keepers = keepersOf(registered)
  const old = namesOfSinks(registered.filter(({ hasOldItems = false }) => hasOldItems))
  const unseen = yield* Effect.filter(
    opened.filter(({ name }) => old.includes(name)),
    ({ name }) => Effect.map(state.meta(seenWhole(name)), (seen) => seen !== "1"),
  )
  if (lacks.length === 0 && unseen.length === 0) return []
  const { each, filled, others } = yield* makeFilling(opened)

  for (const resource of allResources()) {
    if (lacks.every((lack) => lack.resource !== resource)) continue
    const lackingOf = (entry: LedgerEntry) =>
      opened.filter((sink) => isLacking(entry, sink, keepers)).map(({ name }) => name)
    yield* each(resource, (page) =>
      Effect.succeed(
        new Map(
          page.map((entry) => [entry, lackingOf(entry)] as const)
            .filter(([, sinks]) => sinks.length > 0),
        ),
      ))
  }
  const seeWhole = (sink: Sink) =>
    Effect.forEach(allResources(), (resource) =>
      each(resource, (page) =>
        Effect.map(
          hollow(sink, resource, page),
          (entries) => new Map(entries.map((entry) => [entry, [sink.name]])),
        ))).pipe(
        Effect.as(true),
        // The next run checks again.
        Effect.catchTag("SinkError", () => Effect.succeed(false)),
      )
  const seen = others ? yield* Effect.filter(unseen, seeWhole) : []
  if (filled.size > 0) yield* delivery.flush
  yield* Effect.forEach(seen, ({ name }) => state.setMeta(seenWhole(name), "1"))
  return [...filled.values()]
}, Effect.scoped)

/** Names rows of the export that no sink keeps, which no request returns. */
const lostRows = (lost: ReadonlyArray<{ readonly resource: Resource; readonly count: number }>) =>
  `No sink keeps ${
    lost.map(({ count, resource }) => `${formatNumber(count)} ${declarationOf(resource).noun}`)
      .join(
        ", ",
      )
  } that were lost. ` +
  "To store them again: deno task import FILE"

/**
 * Lists what sinks lost since the last run and no sink keeps, and says what fetching it again costs;
 * returns the number of items by resource.
 */
export const refetchLost = Effect.fn("refetchLost")(function* () {
  const delivery = yield* Delivery
  const names = (yield* delivery.opened).map(({ name }) => name)
  const listed = yield* (yield* StateFile).ledger.refetch(names)
  const lost = yield* delivery.lost
  const all = allResources().map((resource) => ({
    resource,
    count: (listed.get(resource) ?? 0) + (lost.get(resource) ?? 0),
    kept: 0,
  })).filter(({ count }) => count > 0)
  const ofExport = all.filter(({ resource }) => isExportResource(resource))
  if (ofExport.length > 0) yield* notify({ _tag: "Note", text: lostRows(ofExport) })
  const lacks = all.filter(({ resource }) => !isExportResource(resource))
  if (lacks.length === 0) return
  const requests = totalRequests(lacks)
  const what = lacks.map(({ count, resource }) =>
    `${formatNumber(count)} ${declarationOf(resource).noun}`
  )
    .join(", ")
  yield* notify({
    _tag: "Note",
    text: `No sink keeps ${what} that were lost. They are fetched again, for ${
      quantity(requests, "request")
    } or more.`,
  })
})

/** Marks the items that the open sinks lack and no sink keeps to be fetched again. */
export const backfill = Effect.fn("backfill")(function* () {
  const sinks = yield* (yield* Delivery).opened
  yield* (yield* StateFile).ledger.refetchLacking(sinks.map(({ name }) => name))
})
