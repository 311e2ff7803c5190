/** How a sink of files keeps what it is given: a shelf for each resource. */
import type { Effect, FileSystem, Path, PlatformError, Stream } from "effect"
import type { Item, Resource } from "../../schemas/Item.ts"
import type { Held, ItemDifference, Kept, Proven, Refusal, SinkError } from "../Sink.ts"

export type Services = FileSystem.FileSystem | Path.Path
export type Failure = SinkError | PlatformError.PlatformError

/**
 * Where the items of one resource lie. What does not exist holds none; every file is replaced whole, or
 * left as it is. What it tells of itself is told in `Sink`.
 */
export interface Shelf {
  /** Whether all of it is rewritten, whatever comes. */
  readonly whole: boolean
  /** Whether it makes files of this path, counted from the sink's folder. */
  readonly owns: (path: string) => boolean
  /** The folder of its own, if any: it is made when the sink is opened, or by what first lies in it. */
  readonly folder?: { readonly path: string; readonly made: "at once" | "when needed" }
  /**
   * Add or replace `items` and take away those of the ids `gone`: durable when it ends. Where these are
   * `purged`, also what cannot be told to be of another id.
   */
  write(
    items: ReadonlyArray<Item>,
    gone: ReadonlySet<string>,
    purged: boolean,
  ): Effect.Effect<ReadonlyArray<Refusal>, Failure, Services>
  /** Number of items, without reading more than names or line ends. */
  readonly count: Effect.Effect<number, Failure, Services>
  held(proven?: Proven): Stream.Stream<Held, Failure, Services>
  kept(ids: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Kept>, Failure, Services>
  differing(
    items: ReadonlyArray<Item>,
  ): Effect.Effect<ReadonlyArray<ItemDifference>, Failure, Services>
  /** Put aside the files that cannot be read back; their new names. */
  readonly putAside: Effect.Effect<ReadonlyArray<string>, Failure, Services>
}

/** The shelves of a sink that lands in `directory`. */
export type Format = (
  directory: string,
) => Effect.Effect<Readonly<Record<Resource, Shelf>>, never, Path.Path>
