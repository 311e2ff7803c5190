/** Result of a verification, for programs; `output/verifyPage.ts` prints it for people. */
import type { Resource } from "../../schemas/Item.ts"
import type { UnknownSink } from "../state/ledger/counts.ts"
import type { SinkError, SinkName } from "../../sinks/Sink.ts"

/** An item that a sink does not hold as the state file says. */
export interface VerifyDifference {
  readonly sink: SinkName
  readonly resource: Resource
  readonly id: string
  readonly detail: string
}

/** An entry of a sink that is not an item of ours. It stays unchanged. */
export interface UnrecognizedEntry {
  readonly sink: SinkName
  readonly resource: Resource
  readonly detail: string
}

/** One resource in one sink, in items. */
export interface VerifyPart {
  readonly sink: SinkName
  readonly resource: Resource
  /** Items that should be there according to the state file, and those of them that are. */
  readonly expected: number
  readonly there: number
  /** Items whose content agrees with the response it was made from: read now, or unchanged since it was. */
  readonly compared: number
  /** Items of `compared` that were not read, because they are unchanged since they were verified. */
  readonly unchanged: number
  /** Items that the next run delivers, that the sink refused, and that were fetched before it was added. */
  readonly waiting: number
  readonly refused: number
  readonly lacking: number
  /** Items of `lacking` that no sink keeps: a run with `--backfill` fetches them again. */
  readonly unkept: number
  readonly different: number
}

/** One year's items of a resource (UTC; null if Strava sent no start), and how many each sink holds. */
export interface Year {
  readonly year: number | null
  readonly resource: Resource
  readonly known: number
  readonly there: Readonly<Partial<Record<SinkName, number>>>
}

export interface SinkReport {
  readonly sink: SinkName
  readonly location: string
  /** Place that the last run wrote to, if this is a copy of it at another address. */
  readonly copyOf?: string
  /** Reason why it cannot be read; absent if it can. `other`: it is not the one that the state file knows. */
  readonly trouble?: { readonly reason: SinkError["reason"] | "other"; readonly detail: string }
}

/** The items that were not read. */
interface Unchanged {
  /** Time of the oldest verification that counts, in milliseconds since 1970; null if all was read now. */
  readonly since: number | null
  /** Reason why this verification cannot be used by the next one, for people; null if it can. */
  readonly notKept: string | null
}

/** Original files of imported activities. */
export interface OriginalsReport {
  /** Path of their folder. */
  readonly folder: string
  /** Number of files that should be there, of those that are intact, and of those that were not read. */
  readonly expected: number
  readonly intact: number
  readonly unchanged: number
  /** Time of the oldest verification that counts, in milliseconds since 1970; null if all were read. */
  readonly since: number | null
  /** Files that are missing or changed, by activity. */
  readonly problems: ReadonlyArray<
    { readonly id: string; readonly name: string; readonly detail: string }
  >
}

/** Result of a repair. */
export interface Repair {
  /** Responses that were delivered again, from the state file or another sink. */
  readonly restored: number
  /** Purged items that a sink held again and that were deleted. */
  readonly expelled: number
  /** Items whose response no sink keeps; the next run fetches them. */
  readonly lost: ReadonlyArray<Omit<VerifyDifference, "detail">>
  /** Requests that the next run needs for them, besides its list. */
  readonly requests: number
  /** Tables that could not be read back, by their new names. */
  readonly aside: ReadonlyArray<string>
}

export interface VerifyResult {
  /** Name of an active run: figures might be of different moments. */
  readonly running: string | null
  readonly sinks: ReadonlyArray<SinkReport>
  /** Sinks that the state file mentions and this version cannot verify. */
  readonly unknownSinks: ReadonlyArray<UnknownSink>
  readonly parts: ReadonlyArray<VerifyPart>
  readonly unchanged: Unchanged
  readonly years: ReadonlyArray<Year>
  readonly differences: ReadonlyArray<VerifyDifference>
  /** Items in sinks that the state file does not know. */
  readonly unknown: ReadonlyArray<VerifyDifference>
  readonly oddities: ReadonlyArray<UnrecognizedEntry>
  /** Responses with streams of different lengths. */
  readonly uneven: ReadonlyArray<{ readonly id: string; readonly detail: string }>
  /** Absent if no original files are kept. */
  readonly originals?: OriginalsReport
  /** Items that no sink has to hold: pending, absent, skipped, quarantined, purged. */
  readonly without: {
    readonly listed: number
    readonly absent: number
    readonly skipped: number
    readonly quarantined: number
    readonly purged: number
  }
  readonly repair?: Repair
}
