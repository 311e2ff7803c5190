/** Where answers are read from: a folder of JSON, or PostgreSQL. Both give the same rows. */
import type { Effect, Option, Stream } from "effect"
import type { AthleteId, DetailedAthlete } from "../../schemas/Athlete.ts"
import type { Zones } from "../../schemas/Zones.ts"
import type { SinkContents } from "../../sinks/Sink.ts"
import type { Activity } from "./Activity.ts"
import type { ArchiveError } from "./ArchiveError.ts"
import type { MissingReason } from "./coverage.ts"
import type { SampleNames, Samples } from "./Samples.ts"

export type PerActivity = "streams" | "details"

export interface Source {
  readonly name: "json" | "postgres"
  /** For people: a folder, or a URL without its password. */
  readonly location: string
  /** Number of items by resource, by a cheap look. */
  counts(athlete: AthleteId): Effect.Effect<SinkContents, ArchiveError>
  /** What Strava still has, newest first; each once. */
  readonly activities: Stream.Stream<Activity, ArchiveError>
  readonly athlete: Effect.Effect<Option.Option<DetailedAthlete>, ArchiveError>
  readonly zones: Effect.Effect<Option.Option<Zones>, ArchiveError>
  /** The activities that have an answer of `resource`. */
  here(resource: PerActivity): Effect.Effect<ReadonlySet<string>, ArchiveError>
  /** By activity, why there is none, where the source itself knows. */
  lacks(resource: PerActivity): Effect.Effect<ReadonlyMap<string, MissingReason>, ArchiveError>
  /** The samples of those of `ids` that have any, in the order of `ids`. */
  samples(
    ids: ReadonlyArray<string>,
    wanted?: SampleNames,
  ): Stream.Stream<readonly [id: string, samples: Samples], ArchiveError>
  /** The answers themselves, in the digits that were sent, of those of `ids` that have any. */
  sent(
    resource: "activities" | "streams",
    ids: ReadonlyArray<string>,
  ): Stream.Stream<readonly [id: string, text: string], ArchiveError>
  /** The answer in detail, as `JSON.parse` reads it. */
  details(
    id: string,
  ): Effect.Effect<Option.Option<Readonly<Record<string, unknown>>>, ArchiveError>
}
