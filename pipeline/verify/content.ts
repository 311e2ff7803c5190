/** Compares the content of sinks with the responses that it was written from, as far as these are kept. */
import { Effect, Schema, Stream } from "effect"
import { type Item, type Resource } from "../../schemas/Item.ts"
import { sampleCount } from "../../schemas/json/samples.ts"
import { StreamSet, streamsOf } from "../../schemas/StreamSet.ts"
import { release } from "../../schemas/json/release.ts"
import { declarationOf } from "../../schemas/resources.ts"
import type { Sink, SinkError, SinkName } from "../../sinks/Sink.ts"
import type { Ledger, LedgerEntry } from "../state/ledger/ledger.ts"
import { ledgerPages, textsOf } from "../delivery/responses.ts"
import { isExpected } from "./compare.ts"

/** Items that a sink compares at once, unless it reads its whole table for each batch. */
const batchSize = 500

const decodeStreams = Schema.decodeUnknownOption(Schema.fromJsonString(StreamSet))

interface StreamLength {
  readonly type: string
  readonly info: Readonly<Record<string, unknown>>
  /** Number of samples. */
  readonly length: number
}

const lengthsOf = (item: Item): ReadonlyArray<StreamLength> => {
  const { scan } = item
  if (scan !== undefined) {
    return scan.streams.map((stream) => ({
      type: stream.type,
      info: stream.info,
      length: sampleCount(stream),
    }))
  }
  const set = decodeStreams(item.text)
  return set._tag === "None" ? [] : streamsOf(item.text, set.value).map(({ data, info, type }) => ({
    type,
    info,
    length: data.length,
  }))
}

/** Returns how the streams of a response are not of one length, in words; undefined if they are. */
const unevenness = (item: Item): string | undefined => {
  const streams = lengthsOf(item)
  const [first] = streams
  const other = streams.find(({ length }) => length !== first?.length)
  if (first !== undefined && other !== undefined) {
    return `${first.type} has ${first.length} samples, ${other.type} ${other.length}`
  }
  const cut = streams.find(({ info, length }) =>
    info["resolution"] === "high" && typeof info["original_size"] === "number" &&
    info["original_size"] !== length
  )
  return cut === undefined
    ? undefined
    : `${cut.type} has ${cut.length} samples of ${cut.info["original_size"]}`
}

/** Sinks to compare, and what is known of their items. */
interface Contents {
  readonly ledger: Ledger
  readonly sinks: ReadonlyArray<Sink>
  /** True if the sink's item is known to be different, or to be correct. */
  readonly isSettled: (sink: SinkName, id: string) => boolean
  /** Difference in length of the streams of a response, by id: null if there is none; absent if unknown. */
  readonly unevenness: ReadonlyMap<string, string | null>
  readonly advance: (sink: SinkName, items: number) => Effect.Effect<void>
}

/** Results of a comparison by content. */
const emptyContent = (
  sinks: ReadonlyArray<Sink>,
  unevenness: ReadonlyMap<string, string | null>,
) => ({
  different: new Map(sinks.map(({ name }) => [name, new Map<string, string>()])),
  compared: new Map(sinks.map(({ name }) => [name, new Set<string>()])),
  uneven: new Map(unevenness),
  failed: new Map<SinkName, SinkError>(),
})

export type ContentComparison = ReturnType<typeof emptyContent>

/** Compares items in one sink, batch by batch. */
const compareIn = Effect.fnUntraced(
  function* (
    { compared, different }: ContentComparison,
    sink: Sink,
    resource: Resource,
    items: ReadonlyArray<Item>,
  ) {
    const size = sink.whole.has(resource) ? items.length : batchSize
    for (let at = 0; at < items.length; at += size) {
      const batch = items.slice(at, at + size)
      for (const { detail, item } of yield* sink.differing({ resource, items: batch })) {
        different.get(sink.name)?.set(item.id, detail)
      }
      for (const { id } of batch) compared.get(sink.name)?.add(id)
    }
  },
  (effect, { failed }, sink) =>
    Effect.catch(effect, (error) => Effect.sync(() => void failed.set(sink.name, error))),
)

/** Compares the items of `resource` in each of `sinks` with the responses, except those that are settled. */
export const compareContents = Effect.fn("compareContents")(
  function* (
    { advance, isSettled, ledger, sinks, unevenness: known }: Contents,
    resource: Resource,
  ) {
    const content = emptyContent(sinks, known)
    const toCompare = (entries: ReadonlyArray<LedgerEntry>, sink: Sink) =>
      entries.filter((entry) =>
        isExpected(entry, sink) && entry.landed.get(sink.name) === entry.hash &&
        !isSettled(sink.name, entry.id)
      )
    yield* Stream.runForEach(
      ledgerPages(ledger, resource, declarationOf(resource).atOnce.compared),
      Effect.fnUntraced(function* (entries) {
        const bySink = new Map(sinks.map((sink) => [sink, toCompare(entries, sink)]))
        const unmeasured = resource === "streams" ? entries.filter(({ id }) => !known.has(id)) : []
        const wanted = new Set([...[...bySink.values()].flat(), ...unmeasured])
        const items = yield* textsOf(ledger, sinks, resource, [...wanted])
        if (resource === "streams") {
          for (const item of items) content.uneven.set(item.id, unevenness(item) ?? null)
        }
        for (const [sink, entries] of bySink) {
          if (content.failed.has(sink.name)) continue
          const ids = new Set(entries.map(({ id }) => id))
          yield* compareIn(content, sink, resource, items.filter(({ id }) => ids.has(id)))
          yield* advance(sink.name, ids.size)
        }
        for (const { scan } of items) if (scan !== undefined) release(scan.bytes)
        yield* Effect.yieldNow
      }),
    )
    return content
  },
)
