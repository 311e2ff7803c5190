/**
 * A sink in memory that outlives runs, as a folder does. Tests can make it fail or wait, and count
 * its writes.
 */
import { Effect, Stream } from "effect"
import type { Item, Resource } from "../../schemas/Item.ts"
import {
  type Batch,
  type Refusal,
  type Sink,
  SinkError,
  type SinkName,
  type SinkSource,
  type SinkTraits,
} from "../../sinks/Sink.ts"
import { csvSinkKind } from "../../sinks/csv/CsvSink.ts"
import { jsonSinkKind } from "../../sinks/json/JsonSink.ts"
import { postgresSinkKind } from "../../sinks/postgres/PostgresSink.ts"

export interface MemorySink {
  readonly source: SinkSource
  /** Stored items by `resource/id`. */
  readonly items: Map<string, Item>
  /** All completely written batches, oldest first. */
  readonly writes: Array<{ readonly resource: Resource; readonly ids: ReadonlyArray<string> }>
  /** Hooks that run before the sink opens, and before and after it stores a batch. */
  hooks: {
    open?: Effect.Effect<void, SinkError>
    before?: (batch: Batch) => Effect.Effect<void, SinkError>
    after?: (batch: Batch) => Effect.Effect<void, SinkError>
    refuses?: (item: Item) => boolean
  }
}

/** Returns a copy that can be read after the item was delivered. */
const copyOf = ({ athlete, fetchedAt, hash, id, resource, text }: Item): Item => ({
  athlete,
  fetchedAt,
  hash,
  id,
  resource,
  text,
})

/** Returns an error as a real sink reports it. */
export const unreachable = (sink: SinkName) =>
  new SinkError({ sink, reason: "unreachable", detail: "no answer" })

/** Returns the traits of the real sink with this name. */
const traitsOf = (name: SinkName): SinkTraits => {
  const found = [jsonSinkKind, csvSinkKind, postgresSinkKind].find((kind) => kind.name === name)
  const { make: _, ...traits } = found ?? jsonSinkKind
  return { ...traits, name }
}

export const memorySink = (
  name: SinkName,
  whole: ReadonlyArray<Resource> = ["activities"],
  items: ReadonlyMap<string, Item> = new Map(),
): MemorySink => {
  const write = Effect.fnUntraced(function* (batch: Batch) {
    yield* memory.hooks.before?.(batch) ?? Effect.void
    const refused = batch.items.filter((item) => memory.hooks.refuses?.(item) === true)
    const held = batch.items.filter((item) => !refused.includes(item))
    for (const { id } of batch.gone ?? []) memory.items.delete(`${batch.resource}/${id}`)
    for (const item of held) memory.items.set(`${item.resource}/${item.id}`, copyOf(item))
    memory.writes.push({ resource: batch.resource, ids: held.map(({ id }) => id) })
    yield* memory.hooks.after?.(batch) ?? Effect.void
    return refused.map((item): Refusal => ({ item, reason: "not to my taste" }))
  })
  const itemOf = (resource: Resource, id: string) => memory.items.get(`${resource}/${id}`)
  const sink: Sink = {
    name,
    location: "memory",
    whole: new Set(whole),
    write,
    contents: () =>
      Effect.sync(() => {
        const byResource = Map.groupBy(memory.items.values(), ({ resource }) => resource)
        return new Map([...byResource].map(([resource, items]) => [resource, items.length]))
      }),
    held: (resource) =>
      Stream.suspend(() =>
        Stream.fromIterable([...memory.items.values()].filter((item) => item.resource === resource))
      ),
    kept: (resource, ids) => Effect.sync(() => ids.flatMap((id) => itemOf(resource, id) ?? [])),
    differing: ({ items, resource }) =>
      Effect.sync(() =>
        items.flatMap((item) => {
          const held = itemOf(resource, item.id)
          if (held?.text === item.text) return []
          return [{ item, detail: held === undefined ? "missing" : "of another text" }]
        })
      ),
    clear: Effect.void,
    putAside: () => Effect.succeedNone,
  }
  const memory: MemorySink = {
    items: new Map(items),
    writes: [],
    hooks: {},
    source: {
      ...traitsOf(name),
      location: "memory",
      there: Effect.sync(() => memory.items.size > 0),
      open: Effect.suspend(() => Effect.as(memory.hooks.open ?? Effect.void, sink)),
      look: Effect.suspend(() => Effect.as(memory.hooks.open ?? Effect.void, sink)),
    },
  }
  return memory
}
