/** Files of one resource, of which a sink of files has one set for each. */
import type { Effect, FileSystem, Path, PlatformError, Stream } from "effect"
import type { Item, Resource } from "../../schemas/Item.ts"
import type { ItemDifference, Proven, SinkEntry, SinkError, StoredResponse } from "../Sink.ts"

export type Services = FileSystem.FileSystem | Path.Path
export type Failure = SinkError | PlatformError.PlatformError

/**
 * The items of one resource. A file that does not exist holds none; each file is replaced as a whole or left
 * unchanged. For the methods see `Sink`.
 */
export interface ResourceFiles {
  /** True if every write replaces all of it. */
  readonly whole: boolean
  /** True if it creates files at this path, relative to the sink's folder. */
  readonly owns: (path: string) => boolean
  /** Its own folder, if it has one: created when the sink is opened, or with the first file in it. */
  readonly folder?: { readonly path: string; readonly made: "at once" | "when needed" }
  /**
   * Adds or replaces `items`, which were checked, and deletes those with the ids `gone`; durable when it
   * succeeds. If these are `purged`, it also deletes content whose id cannot be read.
   */
  write(
    items: ReadonlyArray<Item>,
    gone: ReadonlySet<string>,
    purged: boolean,
  ): Effect.Effect<void, Failure, Services>
  /** Number of items, found from names or line ends only. */
  readonly count: Effect.Effect<number, Failure, Services>
  held(proven?: Proven): Stream.Stream<SinkEntry, Failure, Services>
  kept(ids: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<StoredResponse>, Failure, Services>
  /** Compares items that were checked. */
  differing(
    items: ReadonlyArray<Item>,
  ): Effect.Effect<ReadonlyArray<ItemDifference>, Failure, Services>
  /** Renames the files that cannot be read back; returns their new names. */
  readonly putAside: Effect.Effect<ReadonlyArray<string>, Failure, Services>
}

/** The files of each resource in `directory`. */
export type Format = (
  directory: string,
) => Effect.Effect<Readonly<Record<Resource, ResourceFiles>>, never, Path.Path>
