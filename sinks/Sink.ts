/**
 * A sink stores items. Delivery is at-least-once: after a crash, a sink receives items that it already has
 * and must keep one copy of each. The contract, tested for every sink:
 *
 * - `write` upserts by key and keeps all items that any run wrote before;
 * - when `write` succeeds, every item that it does not return as refused is durable;
 * - `write` is idempotent. It refuses an item that can never be stored, and stores the others;
 * - `write` deletes the `gone` items of a batch: files drop them; a database keeps a row with the id and the
 *   time, or deletes it if `purged`. An item that is written again later is stored again;
 * - after an error the outcome is unknown, and the same batch is delivered again;
 * - items can be read only until `write` returns, because the bytes of delivered items are freed.
 */
import { Context, Effect, type Option, Schema, type Scope, type Stream } from "effect"
import type { AthleteId } from "../schemas/Athlete.ts"
import type { Item, Resource } from "../schemas/Item.ts"
import type { MissingStatus, ReadableSink } from "./SinkReader.ts"

/** Name of a sink in flags, in the state file, and of its folder in the data directory. */
export const SinkName = Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9_-]*$/))
export type SinkName = typeof SinkName.Type

/** Properties of a sink that hold before it is configured or opened. */
export interface SinkTraits {
  readonly name: SinkName
  /** Name for people, such as "PostgreSQL". */
  readonly title: string
  /** True if it keeps each response byte for byte, so that other sinks can be filled from it. */
  readonly keepsResponses: boolean
  /** Position in the order in which sinks are read for a repair, from 1; they are purged in reverse. */
  readonly rank: number
  /** True if it is a database, which a command opens only if it must, since that takes seconds. */
  readonly isDatabase?: boolean
  /** True if a run writes to it only when it is named once: from then on its folder exists. */
  readonly isOnRequest?: boolean
  /** Names of files that it creates in the data directory, next to its folder. */
  readonly outsideFiles?: ReadonlyArray<string>
  /**
   * Path, in its folder, of a file that every run writes, which shows that runs have used a data
   * directory.
   */
  readonly mainFile?: string
  /** True if items that older versions wrote can lack their response. */
  readonly hasOldItems?: boolean
  /** Contents of its folder that the demo lists: files, and folders with words for the files in them. */
  readonly demoFiles?: ReadonlyArray<{ readonly path: string; readonly files?: string }>
}

/** An item that the sink cannot store, with the reason for the user. */
export interface Refusal {
  readonly item: Item
  readonly reason: string
}

/** An item to delete, because Strava no longer has it or because it is purged. */
export interface Deletion {
  readonly athlete: AthleteId
  readonly id: string
  /** Time when the deletion was detected, in milliseconds since 1970. */
  readonly deletedAt: number
  /** Delete the row as well, instead of marking it as deleted. */
  readonly purged?: boolean
}

/** Items and deletions of one resource. Keys are unique. */
export interface Batch {
  readonly resource: Resource
  readonly items: ReadonlyArray<Item>
  readonly gone?: ReadonlyArray<Deletion>
}

/** Reason why an item has no response, for coverage queries in the database. */
export interface MissingResponse {
  readonly athlete: AthleteId
  readonly resource: Resource
  readonly id: string
  readonly status: MissingStatus
  /** For the user. */
  readonly reason: string
}

/** One entry found while reading a sink. */
export interface SinkEntry {
  /** Undefined if the entry is not an item, such as an unreadable line or an unrecognized file. */
  readonly id: string | undefined
  /** SHA-256 of the response that it was made from; undefined if the sink does not know it (CSV). */
  readonly hash?: string
  /** Location and problem, for the user; undefined if the entry is intact. */
  readonly fault?: string
  /** True if `hash` was computed from all that is held of the item: its content needs no comparison. */
  readonly exact?: boolean
  /** Text that changes whenever what is held of the item changes; undefined if the sink does not know it. */
  readonly version?: string | undefined
  /** True if it was not read, because it is of the version that was proven. */
  readonly proven?: boolean
}

/** Items of one resource in one sink that were compared with their responses before. */
export interface Proven {
  /** Ids of all items that the sink should hold. */
  readonly ids: ReadonlyArray<string>
  /** True if the item was proven when it was of this version. */
  has(id: string, version: string): boolean
}

/**
 * Number of items by resource that a sink holds of an athlete, counted cheaply enough for every
 * run.
 */
export type SinkContents = ReadonlyMap<Resource, number>

/**
 * Number of runs that have written to a sink, counted in the sink itself. It only grows, so that it reveals
 * a copy from an earlier time.
 */
export interface Generation {
  /** Count when the sink was opened. */
  readonly found: number
  /** Count since the sink was opened: larger if opening it counts as a run. */
  readonly now: number
}

/** A response as Strava sent it, read back from a sink. `hash` is verified against `text`. */
export interface StoredResponse {
  readonly id: string
  readonly text: string
  /** Bytes of `text`; absent if the sink has only the text. */
  readonly bytes?: Uint8Array
  readonly hash: string
  /** Time of the response as known to the sink, in milliseconds since 1970. */
  readonly fetchedAt: number
}

/** An item whose stored form differs from what `write` would store, with a description for the user. */
export interface ItemDifference {
  readonly item: Item
  readonly detail: string
}

/**
 * The sink is unavailable. `disk`: full or not writable; `busy`: another run is writing to it or
 * has begun to; `unreachable`: any other cause.
 */
export class SinkError extends Schema.TaggedError<SinkError>()("SinkError", {
  sink: SinkName,
  reason: Schema.Literals(["disk", "busy", "unreachable"]),
  /** Cause, for the user, without secrets. */
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  override get message() {
    return `Cannot write to the ${this.sink} sink: ${this.detail}`
  }
}

export interface Sink {
  readonly name: SinkName
  /** For the user: a path, or a database URL without its password. */
  readonly location: string
  /** Messages for the user from opening it, such as about an unencrypted connection. */
  readonly notes?: ReadonlyArray<string>
  /** True if content of deleted items was found and removed, so that bytes of it might be left. */
  readonly uncleared?: boolean
  /** Resources whose file is rewritten by each batch, so that few and large batches are better. */
  readonly whole: ReadonlySet<Resource>
  write(batch: Batch): Effect.Effect<ReadonlyArray<Refusal>, SinkError>
  /** Absent if the sink was opened read-only, or does not count runs. */
  readonly generation?: Generation
  /** Counts this run, before its first write, and returns the new number; absent if opening it counts. */
  readonly advance?: Effect.Effect<number, SinkError>
  /** Fails if it has the files of another athlete; absent if it can hold data of several athletes. */
  ensureOwn?(athlete: AthleteId): Effect.Effect<void, SinkError>
  /** Counts what it holds of the athlete, damaged items included; absent if it cannot be counted. */
  contents?(athlete: AthleteId): Effect.Effect<SinkContents, SinkError>
  /**
   * Streams all entries of `resource`, including duplicates, and reads as little of each as possible. Entries
   * that are `proven` are not read.
   */
  held(resource: Resource, proven?: Proven): Stream.Stream<SinkEntry, SinkError>
  /** Returns the stored responses of these ids, in any order; none if the sink keeps no responses. */
  kept(
    resource: Resource,
    ids: ReadonlyArray<string>,
  ): Effect.Effect<ReadonlyArray<StoredResponse>, SinkError>
  /** Returns the items of the batch that are missing or differ in content from what `write` would store. */
  differing(batch: Batch): Effect.Effect<ReadonlyArray<ItemDifference>, SinkError>
  /** Replaces the list of missing responses and their reasons. Databases only. */
  explain?(without: ReadonlyArray<MissingResponse>): Effect.Effect<void, SinkError>
  /** Erases all bytes of deleted items as far as possible, and deletes renamed damaged files. */
  readonly clear: Effect.Effect<void, SinkError>
  /** Renames the table of `resource` if it cannot be read; returns its new name if renamed. */
  putAside(resource: Resource): Effect.Effect<Option.Option<string>, SinkError>
}

/** A configured sink. If it cannot be opened, only this sink is held back, and the next run retries. */
export interface SinkSource extends SinkTraits {
  /** Folder, or URL without its password. */
  readonly location: string
  /** Identifies the store behind the name. A store with a new identity is treated as empty. */
  readonly identity?: string
  /**
   * True if the store exists; opening it creates it otherwise. Absent if only opening it shows
   * that.
   */
  readonly there?: Effect.Effect<boolean>
  /**
   * False if it is certainly empty, as checked without opening it; absent if only opening it shows
   * that.
   */
  readonly isMade?: Effect.Effect<boolean>
  /** True if the sink creates files at this path in its folder; absent if it has no folder. */
  readonly owns?: (path: string) => boolean
  readonly open: Effect.Effect<Sink, SinkError, Scope.Scope>
  /**
   * Opens it read-only: creates, migrates and deletes nothing. A sink that does not exist is empty. Takes no
   * lock of a server, so it is safe during a run.
   */
  readonly look: Effect.Effect<Sink, SinkError, Scope.Scope>
  /** For reports and tables; absent if it keeps no responses. */
  readonly reader?: ReadableSink
  /**
   * Opens it for one athlete, so that no data of others is read, and runs of different athletes do not wait
   * for each other. Absent if it is in the athlete's own folder.
   */
  of?(athlete: AthleteId): Pick<SinkSource, "open" | "look">
}

/** The sinks of this run. */
export class Sinks extends Context.Service<Sinks, ReadonlyArray<SinkSource>>()(
  "paceline/sinks/Sinks",
) {}

/** Configured sinks that are not part of this run. They are only read, for stored responses. */
export const OtherSinks = Context.Reference<ReadonlyArray<SinkSource>>(
  "paceline/sinks/OtherSinks",
  { defaultValue: () => [] },
)
