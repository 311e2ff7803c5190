/** How a sink of files writes its format, and how it reads it back. */
import type { Effect, FileSystem, Path, PlatformError, Stream } from "effect"
import type { SummaryActivity } from "../schemas/Activity.ts"
import type { DetailedAthlete } from "../schemas/Athlete.ts"
import type { StreamSet } from "../schemas/StreamSet.ts"
import type { Accepted } from "./accept.ts"
import type { Held, Kept, SinkError } from "./Sink.ts"

export type Services = FileSystem.FileSystem | Path.Path
export type Failure = SinkError | PlatformError.PlatformError

/** How the table of activities in a file is looked at; a file that does not exist holds none. */
export interface TableLook {
  /** Its rows, as they stand; an activity that is there twice is told twice. */
  held(file: string): Stream.Stream<Held, Failure, Services>
  /** The answers of `ids` that it keeps. */
  kept(
    file: string,
    ids: ReadonlySet<string>,
    fetchedAt: number,
  ): Effect.Effect<ReadonlyArray<Kept>, Failure, Services>
  /** What is not as written, by the id of each activity; undefined where nothing is. */
  differing(
    file: string,
    activities: ReadonlyArray<Accepted<SummaryActivity>>,
  ): Effect.Effect<ReadonlyMap<string, string | undefined>, Failure, Services>
  /** Why it cannot be read back, if so. */
  damage(file: string): Effect.Effect<string | undefined, Failure, Services>
}

/** How a format writes what it is given. Every file is replaced whole, or left as it is. */
export interface Format {
  readonly name: "json" | "csv"
  /** The names of the files of tables. */
  readonly athlete: string
  readonly activities: string
  /** What the name of a file of streams ends in, after the activity's id. */
  readonly extension: string
  athleteContent(athlete: Accepted<DetailedAthlete>): Effect.Effect<Uint8Array>
  streamsContent(streams: Accepted<StreamSet>): Effect.Effect<Uint8Array>
  /** Add or replace `activities` in the table at `file`, which may not exist yet. */
  mergeActivities(
    file: string,
    activities: ReadonlyArray<Accepted<SummaryActivity>>,
  ): Effect.Effect<void, Failure, Services>
  /** Whether its files are the answers themselves, byte for byte. */
  readonly keepsAnswers: boolean
  /** Whose profile the file of the athlete holds; undefined where it cannot be read. */
  athleteIdOf(content: Uint8Array): Effect.Effect<string | undefined>
  readonly look: TableLook
}
