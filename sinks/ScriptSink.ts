/** A sink of a script: `makeSink` makes it from a small store; everything else that the program needs follows. */
import { Effect, FileSystem, Option, Path, type Scope, Stream } from "effect"
import { isIdOf, type Item } from "../schemas/Item.ts"
import { hashOf } from "../schemas/json/hash.ts"
import type { Resource } from "../schemas/resources.ts"
import { emptySink } from "./nothing.ts"
import { type Batch, type Sink, SinkError, type SinkSource, type SinkTraits } from "./Sink.ts"
import type { SinkKind } from "./SinkKind.ts"
import { messageOfScript, originOf } from "../schemas/script/scriptError.ts"
import { systemCauseOf } from "./systemError.ts"
import { checkItems } from "./validate.ts"

/** An item, as a store receives it. */
export interface StoreItem {
  /** Athlete that it belongs to. */
  readonly athlete: number
  /** Name of the resource: `activities`, `streams`, …, or one of the script. */
  readonly resource: string
  /**
   * Unique within the resource: at most 64 of a-z, 0-9, `_` and `-`, so that it can be part of a file name. Of Strava,
   * decimal digits; of gear, a letter before them; of a script, its own.
   */
  readonly id: string
  /** The response as Strava sent it, byte for byte: JSON. */
  readonly text: string
  /** SHA-256 of the text in UTF-8, in hexadecimal. */
  readonly hash: string
  /** Time of the response, in milliseconds since 1970. */
  readonly fetchedAt: number
}

/** Methods of a store that keeps hashes, and no responses. */
export interface HashStore {
  /**
   * Stores items, and replaces those with the same resource and id. When it succeeds they are durable, even if
   * the power fails. The same items can come again, also after an interruption: a promise goes on then, so
   * make an effect of promises `Effect.uninterruptible` if two of them would write the same place.
   */
  readonly put: (items: ReadonlyArray<StoreItem>) => Effect.Effect<void, unknown>
  /** Deletes items; those that it does not have are no error. */
  readonly remove: (resource: string, ids: ReadonlyArray<string>) => Effect.Effect<void, unknown>
  /** Streams the id and the hash of every item of a resource; one that cannot be read can be left out. */
  readonly list: (
    resource: string,
  ) => Stream.Stream<{ readonly id: string; readonly hash: string }, unknown>
}

/** Methods of a store that keeps responses. */
export interface ResponseStore extends HashStore {
  /** Returns those of these items that it has, in any order. */
  readonly get: (
    resource: string,
    ids: ReadonlyArray<string>,
  ) => Effect.Effect<ReadonlyArray<Omit<StoreItem, "resource" | "athlete">>, unknown>
}

/** Contents of a store. */
export type Keeps = "responses" | "hashes"

/** A sink of a script. */
export interface SinkOptions<K extends Keeps> {
  /** Name in flags, and of its folder in the data directory: lower-case letters, digits, `_` and `-`. */
  readonly name: string
  /** Name for people; by default its name. */
  readonly title?: string
  /**
   * `responses` if it returns each response byte for byte: then the other sinks can be filled from it, and its
   * content is verified. `hashes` if it keeps only the hash of each: then it is verified that it has every item.
   */
  readonly keeps: K
  /** Place of the store, for people, without secrets; by default its folder. */
  readonly location?: string
  /** Opens the store. `folder` exists, and is the store's own. It is closed with the scope. */
  readonly open: (
    folder: string,
  ) => Effect.Effect<
    K extends "responses" ? ResponseStore : HashStore,
    unknown,
    Scope.Scope
  >
}

/** A sink that `Sink.make` made. */
export interface ScriptSink {
  /** Its name in flags. */
  readonly name: string
  /** Returns the sink as the program registers it. */
  readonly kind: (rank: number) => unknown
}

/** Returns the sink for the registry; sinks are read for a repair in the order of their ranks. */
export const kindOf = (sink: ScriptSink, rank: number): SinkKind => sink.kind(rank) as SinkKind

const isName = /^[a-z][a-z0-9_-]*$/

const itemFor = ({ athlete, fetchedAt, hash, id, resource, text }: Item): StoreItem => ({
  athlete,
  resource,
  id,
  text,
  hash,
  fetchedAt,
})

/** Returns the error of the sink with the message of its cause. */
const sinkErrorFor = (name: string) => (cause: unknown): SinkError => {
  if (cause instanceof SinkError) return cause
  const ofSystem = systemCauseOf(originOf(cause))
  return new SinkError({
    sink: name,
    reason: ofSystem === undefined ? "unreachable" : "disk",
    detail: ofSystem ?? messageOfScript(cause),
    cause,
  })
}

/** Returns the open sink of a store. */
const overStore = (
  { location, name }: { readonly name: string; readonly location: string },
  store: HashStore & Partial<ResponseStore>,
): Sink => {
  const failed = sinkErrorFor(name)
  const settle = <A>(effect: Effect.Effect<A, unknown>) => Effect.mapError(effect, failed)
  const held: Sink["held"] = (resource) => Stream.mapError(store.list(resource), failed)
  const kept = Effect.fn("ScriptSink.kept")(function* (
    resource: Resource,
    ids: ReadonlyArray<string>,
  ) {
    if (store.get === undefined) return []
    const found = yield* settle(store.get(resource, ids))
    // A text that was changed is no response.
    return found.filter(({ hash, text }) => hashOf(text) === hash)
  })
  /** Hashes of the items of a resource; for a store without responses. */
  const hashes = (resource: Resource) =>
    Effect.map(
      Stream.runCollect(held(resource)),
      (entries) => new Map(entries.map(({ hash, id }) => [id, hash])),
    )
  const difference = (found: string | undefined, { hash }: Item) =>
    found === undefined
      ? "missing, or not the response that was delivered"
      : found === hash
      ? undefined
      : "another response"
  return {
    name,
    location,
    whole: new Set(),
    write: Effect.fn("ScriptSink.write")(function* ({ gone = [], items, resource }: Batch) {
      const { accepted, refused } = yield* checkItems(items)
      if (accepted.length > 0) yield* settle(store.put(accepted.map(itemFor)))
      const ids = gone.map(({ id }) => id).filter((id) => isIdOf(resource, id))
      if (ids.length > 0) yield* settle(store.remove(resource, ids))
      return refused
    }),
    ensureOwn: Effect.fn("ScriptSink.ensureOwn")(function* (athlete) {
      const found = Option.getOrUndefined(yield* Stream.runHead(held("athlete")))?.id
      if (found === undefined || found === String(athlete)) return
      return yield* new SinkError({
        sink: name,
        reason: "disk",
        detail:
          `${location} holds the data of athlete ${found}, not of ${athlete}. Nothing in it ` +
          "was changed. Use another data directory: --data DIR",
      })
    }),
    held,
    kept,
    differing: Effect.fn("ScriptSink.differing")(function* ({ items, resource }: Batch) {
      const { accepted } = yield* checkItems(items)
      const found = store.get === undefined
        ? yield* hashes(resource)
        : new Map((yield* kept(resource, accepted.map(({ id }) => id))).map(({ hash, id }) =>
          [id, hash] as const
        ))
      return accepted.flatMap((item) => {
        const detail = difference(found.get(item.id), item)
        return detail === undefined ? [] : [{ item, detail }]
      })
    }),
    clear: Effect.void,
    putAside: () => Effect.succeedNone,
  }
}

const failOnName = (name: string) => {
  if (!isName.test(name)) {
    throw new Error(
      `Cannot make the sink "${name}": its name must have a-z, 0-9, _ and -, and begin with a letter`,
    )
  }
}

/**
 * Returns a sink for `Pipeline.make({ sinks: [...] })`. It gets the delivery of the built-in ones: items are
 * durable in the state file before they reach it, it can be down while others go on, `verify` compares it, and a
 * new one is filled without a request.
 */
export const makeSink = <const K extends Keeps>(options: SinkOptions<K>): ScriptSink => {
  const { keeps, name, open, title = options.name } = options
  failOnName(name)
  const traitsOf = (rank: number): SinkTraits => ({
    name,
    title,
    keepsResponses: keeps === "responses",
    rank,
  })
  const make = (rank: number): SinkKind["make"] =>
    Effect.fnUntraced(function* ({ data }) {
      const fs = yield* FileSystem.FileSystem
      const folder = (yield* Path.Path).join(data, name)
      const location = options.location ?? folder
      const failed = sinkErrorFor(name)
      const opened = Effect.gen(function* () {
        yield* Effect.mapError(fs.makeDirectory(folder, { recursive: true, mode: 0o700 }), failed)
        const store = yield* Effect.mapError(open(folder), failed)
        return overStore({ name, location }, store)
      })
      const there = Effect.orElseSucceed(fs.exists(folder), () => true)
      return {
        ...traitsOf(rank),
        location,
        there,
        // Only the author knows the names of the store's files: all in its folder are its own.
        owns: () => true,
        open: opened,
        look: Effect.flatMap(there, (found) =>
          found ? opened : Effect.succeed(emptySink(name, location))),
      } satisfies SinkSource
    })
  return { name, kind: (rank) => ({ ...traitsOf(rank), make: make(rank) } satisfies SinkKind) }
}
