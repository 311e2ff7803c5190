/**
 * A sink is somewhere items are kept. Delivery is at-least-once: after a crash a sink is given items
 * it already has, and must then hold one copy of each. The contract, tested over every sink:
 *
 * - `write` replaces by key and keeps everything written before, by this run or any other;
 * - when `write` succeeds, every item that it does not return as refused is durable;
 * - replaying a batch changes nothing; an item that can never land is refused, and the others land;
 * - what is `gone` of a batch is deleted: files hold nothing of it, and a database keeps a row with its id
 *   and the time, or none if it is purged; what comes again after that is there again;
 * - an error means nothing is known: the same batch will come again;
 * - items may be read only until `write` returns: the bytes of what all sinks hold are freed.
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
  /** Place in the order in which sinks are read for a repair, from 1; they are purged in reverse. */
  readonly rank: number
  /** True if it is a database, which a command opens only if it must, since that takes seconds. */
  readonly isDatabase?: boolean
  /** Names of files that it makes in the data directory, next to its folder. */
  readonly besideFolder?: ReadonlyArray<string>
  /** Path in its folder of a file that every run leaves, which shows that runs have used a data directory. */
  readonly mainFile?: string
  /** True if items that older versions wrote can lack their response. */
  readonly hasOldItems?: boolean
  /** Contents of its folder that the demo lists: files, and folders with words for the files in them. */
  readonly demoFiles?: ReadonlyArray<{ readonly path: string; readonly files?: string }>
}

/** An item that the sink will never take, and why, in words for the user. */
export interface Refusal {
  readonly item: Item
  readonly reason: string
}

/** An item that Strava no longer has, or that is purged. */
export interface Gone {
  readonly athlete: AthleteId
  readonly id: string
  /** When it was found to be deleted, in milliseconds since 1970. */
  readonly deletedAt: number
  /** Nothing of it may stay, not even a row that says that it is deleted. */
  readonly purged?: boolean
}

/** Items of one resource, and what is gone of it; no key twice. */
export interface Batch {
  readonly resource: Resource
  readonly items: ReadonlyArray<Item>
  readonly gone?: ReadonlyArray<Gone>
}

/** Why there is no answer of an item: for who counts what a database holds. */
export interface Without {
  readonly athlete: AthleteId
  readonly resource: Resource
  readonly id: string
  readonly status: MissingStatus
  /** In words, for people. */
  readonly reason: string
}

/** What a sink holds of an item, as far as a look at it tells. */
export interface Held {
  /** Undefined for what is no item: a line that cannot be read, a file of another's. */
  readonly id: string | undefined
  /** SHA-256 of the answer that it was made from, where the sink can tell: not by CSV. */
  readonly hash?: string
  /** Where it is and what is wrong with it, for people, if anything is. */
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

/** Number of items by resource that a sink holds of an athlete, by a look that is cheap on every run. */
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

/** An answer as Strava sent it, out of a sink that keeps answers; its hash agrees with its text. */
export interface Kept {
  readonly id: string
  readonly text: string
  /** Bytes of `text`; absent if only the text is there. */
  readonly bytes?: Uint8Array
  readonly hash: string
  /** When it was received as far as the sink knows, in milliseconds since 1970. */
  readonly fetchedAt: number
}

/** An item that the sink does not hold as `write` would leave it, and what is different, for people. */
export interface ItemDifference {
  readonly item: Item
  readonly detail: string
}

/**
 * The sink cannot take anything just now. `disk`: full or not writable; `busy`: another run is writing
 * to it, or has begun to since; `unreachable`: anything else.
 */
export class SinkError extends Schema.TaggedError<SinkError>()("SinkError", {
  sink: SinkName,
  reason: Schema.Literals(["disk", "busy", "unreachable"]),
  /** What failed, in words for the user, without secrets. */
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  override get message() {
    return `Cannot write to the ${this.sink} sink: ${this.detail}`
  }
}

export interface Sink {
  readonly name: SinkName
  /** Where it lands, for people: a path, or a database URL without its password. */
  readonly location: string
  /** Notes for the user about how it was opened, such as an unencrypted connection. */
  readonly notes?: ReadonlyArray<string>
  /** True if it was found to keep content of deleted items, which is removed, but bytes may be left. */
  readonly uncleared?: boolean
  /** Resources that are rewritten whole, so that batches should be as few and as large as possible. */
  readonly whole: ReadonlySet<Resource>
  write(batch: Batch): Effect.Effect<ReadonlyArray<Refusal>, SinkError>
  /** Absent of a sink that was opened to be looked at, or does not count. */
  readonly generation?: Generation
  /** Counts this run, before its first write, and returns the new number; absent if opening it counts. */
  readonly advance?: Effect.Effect<number, SinkError>
  /** Fails if it is another athlete's, so that their files are not mixed; absent if it can be of several. */
  ensureOwn?(athlete: AthleteId): Effect.Effect<void, SinkError>
  /** Counts what it holds of the athlete, damaged items included; absent if it cannot be counted. */
  contents?(athlete: AthleteId): Effect.Effect<SinkContents, SinkError>
  /**
   * Everything it holds of `resource`, each item as often as it is there, without reading more of it than
   * it must. What is `proven` is not read.
   */
  held(resource: Resource, proven?: Proven): Stream.Stream<Held, SinkError>
  /** The answers of these ids that it keeps whole, in any order; none of a sink that keeps no answers. */
  kept(
    resource: Resource,
    ids: ReadonlyArray<string>,
  ): Effect.Effect<ReadonlyArray<Kept>, SinkError>
  /** The items of the batch that are missing or not as `write` would leave them, by their content. */
  differing(batch: Batch): Effect.Effect<ReadonlyArray<ItemDifference>, SinkError>
  /** Keep, in place of what was kept before, why there is no answer of these items; not of files. */
  explain?(without: ReadonlyArray<Without>): Effect.Effect<void, SinkError>
  /** Let no byte stay of what was taken away, as far as that can be told; also no damaged file put aside. */
  readonly clear: Effect.Effect<void, SinkError>
  /** Put the table of `resource` aside, where it cannot be read back; gives its new name, if it did. */
  putAside(resource: Resource): Effect.Effect<Option.Option<string>, SinkError>
}

/** A configured sink. If it cannot be opened, only this sink is held back, and the next run retries. */
export interface SinkSource extends SinkTraits {
  /** Folder, or URL without its password. */
  readonly location: string
  /** What it is, where the name leaves a choice: another one than last time holds nothing of ours yet. */
  readonly identity?: string
  /** Whether it was ever made: where not, opening it would make it. Absent where only opening tells. */
  readonly there?: Effect.Effect<boolean>
  /** True unless it surely holds nothing, as seen without opening it; absent if only opening tells. */
  readonly isMade?: Effect.Effect<boolean>
  /** Whether it makes files of this path, counted from its folder; absent where it lands in no folder. */
  readonly owns?: (path: string) => boolean
  readonly open: Effect.Effect<Sink, SinkError, Scope.Scope>
  /**
   * Opens it to be looked at: nothing is made, migrated or removed. What was never made, or is there no
   * more, is a sink that holds nothing. Takes no lock of a server, so that it can be done during a run.
   */
  readonly look: Effect.Effect<Sink, SinkError, Scope.Scope>
  /** For reports and tables; absent if it keeps no responses. */
  readonly reader?: ReadableSink
  /**
   * Opens it for one athlete, so that nothing of another is read, and runs of different athletes do not
   * wait for each other. Absent where it is in the athlete's own folder.
   */
  of?(athlete: AthleteId): Pick<SinkSource, "open" | "look">
}

/** The sinks of this run. */
export class Sinks extends Context.Service<Sinks, ReadonlyArray<SinkSource>>()(
  "paceline/sinks/Sinks",
) {}

/** Sinks that there may be beside those of this run, to be looked at for what they keep. */
export const OtherSinks = Context.Reference<ReadonlyArray<SinkSource>>(
  "paceline/sinks/OtherSinks",
  { defaultValue: () => [] },
)
