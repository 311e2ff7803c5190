/** What a look at the sinks found, as figures for programs; `commands/verifyPage.ts` is for people. */
import type { Resource } from "../../schemas/Item.ts"
import type { UnknownSink } from "../state/ledger/counts.ts"
import type { SinkError, SinkName } from "../../sinks/Sink.ts"

/** An item that a sink does not hold as the state file says it does. */
export interface VerifyDifference {
  readonly sink: SinkName
  readonly resource: Resource
  readonly id: string
  readonly detail: string
}

/** Something that no item of ours lacks by, and that is left alone. */
export interface Oddity {
  readonly sink: SinkName
  readonly resource: Resource
  readonly detail: string
}

/** One resource in one sink, in items. */
export interface VerifyPart {
  readonly sink: SinkName
  readonly resource: Resource
  /** Those that the state file says are there, and those of them that are. */
  readonly expected: number
  readonly there: number
  /** Those whose content agrees with the response it was made from: read now, or unchanged since it was. */
  readonly compared: number
  /** Those of `compared` that were not read, because they are unchanged since they were verified. */
  readonly unchanged: number
  /** Those that the next run delivers, that the sink refused, and that came before it was added. */
  readonly waiting: number
  readonly refused: number
  readonly lacking: number
  /** Those of `lacking` that no sink keeps: a run with `--backfill` fetches them again. */
  readonly unkept: number
  readonly different: number
}

/** One year's items of a resource (UTC; null where Strava told no time), and how many each sink holds. */
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

/** What was mended. */
export interface Repair {
  /** Answers that were delivered again, out of the state file or another sink. */
  readonly restored: number
  /** What was purged and was there again, and has been taken away. */
  readonly expelled: number
  /** Items that nobody has the answer of; the next run asks for them. */
  readonly lost: ReadonlyArray<Omit<VerifyDifference, "detail">>
  /** Requests that the next run needs for them, beside the list that it asks for anyway. */
  readonly requests: number
  /** Tables that could not be read back, by their new names. */
  readonly aside: ReadonlyArray<string>
}

export interface VerifyResult {
  /** How the run that is going on names itself, if one is: figures may be of different moments. */
  readonly running: string | null
  readonly sinks: ReadonlyArray<SinkReport>
  /** Sinks that the state file mentions and this version cannot verify. */
  readonly unknownSinks: ReadonlyArray<UnknownSink>
  readonly parts: ReadonlyArray<VerifyPart>
  readonly unchanged: Unchanged
  readonly years: ReadonlyArray<Year>
  readonly differences: ReadonlyArray<VerifyDifference>
  /** What sinks hold that the state file does not know. */
  readonly unknown: ReadonlyArray<VerifyDifference>
  readonly oddities: ReadonlyArray<Oddity>
  /** Answers of Strava's whose streams are not of one length. */
  readonly uneven: ReadonlyArray<{ readonly id: string; readonly detail: string }>
  /** Items that no sink has to hold: to fetch, absent, typed in by hand, set aside. */
  readonly without: {
    readonly listed: number
    readonly absent: number
    readonly skipped: number
    readonly quarantined: number
    readonly purged: number
  }
  readonly repair?: Repair
}
