/** Reads the responses that a sink keeps, for reports and tables. Changes nothing. */
import { type Effect, type Option, Schema, type Scope, type Stream } from "effect"
import type { AthleteId } from "../schemas/Athlete.ts"
import type { Resource } from "../schemas/Item.ts"

/** `busy`: a run has the embedded database open. */
export class SinkReadError extends Schema.TaggedError<SinkReadError>()("SinkReadError", {
  reason: Schema.Literals(["nothing", "disk", "busy", "configuration", "unreachable"]),
  /** Cause and fix, without secrets. */
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {}

/** Reason why there is no response to an item. */
export type MissingStatus = "absent" | "quarantined" | "skipped" | "purged"

/** Resources of which an activity has one response or none. */
export type ActivityResource = "streams" | "details"

/** Response to the item `id`. */
export interface StoredText {
  readonly id: string
  readonly text: string
  /** Bytes of `text`, if the sink has them. */
  readonly bytes?: Uint8Array
  /** SHA-256 of the text, if the sink has compared it. */
  readonly hash?: string
}

/** An open sink of one athlete. */
export interface SinkReader {
  /** Number of items by resource, without reading them. */
  counts(athlete: AthleteId): Effect.Effect<ReadonlyMap<Resource, number>, SinkReadError>
  /** Activities that Strava still has, newest first. One can occur twice, or be damaged. */
  readonly activities: Stream.Stream<string, SinkReadError>
  /** Rows of the export, in any order. */
  readonly exported: Stream.Stream<string, SinkReadError>
  /** Responses of the athlete's bikes and shoes, in the order of their ids. */
  readonly gear: Stream.Stream<string, SinkReadError>
  profile(resource: "athlete" | "zones"): Effect.Effect<Option.Option<string>, SinkReadError>
  /** Ids of the activities that have a response of `resource`. */
  ids(resource: ActivityResource): Effect.Effect<ReadonlySet<string>, SinkReadError>
  /** Reason by activity why there is no response, if the sink knows it. */
  missing(
    resource: ActivityResource,
  ): Effect.Effect<ReadonlyMap<string, MissingStatus>, SinkReadError>
  /** Responses of those of `ids` that have one, for `streams` and `details` in the order of `ids`. */
  read(
    resource: "activities" | ActivityResource,
    ids: ReadonlyArray<string>,
  ): Stream.Stream<StoredText, SinkReadError>
}

/** A sink that can be opened by reports and tables. */
export interface ReadableSink {
  /** Description of the contents for the user, such as `a database in ./data/postgres`. */
  readonly contents: string
  /** True if it has a list of activities; absent if the sink always has one where it exists. */
  readonly hasActivities?: Effect.Effect<boolean>
  /** Opens it for `athlete`, the owner of the state file; undefined if that is not known. */
  open(
    athlete: AthleteId | undefined,
  ): Effect.Effect<SinkReader, SinkReadError, Scope.Scope>
}
