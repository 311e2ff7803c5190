/**
 * What has landed, to be read: activities, samples, details, profile, and how much of it is here. Out of
 * the folder of JSON, or where there is none, out of PostgreSQL; nothing is asked of Strava or changed.
 */
import { Context, Effect, Layer, Option, Path, type Redacted, Stream } from "effect"
import type { DetailedAthlete } from "../../schemas/Athlete.ts"
import type { Zones } from "../../schemas/Zones.ts"
import { exists } from "../../sinks/files/atomic.ts"
import type { Activity } from "./Activity.ts"
import { ArchiveError } from "./ArchiveError.ts"
import { type Coverage, coverageOf, type KnownResource } from "./coverage.ts"
import { describeShortfalls } from "../state/outbox/shortfall.ts"
import { jsonSource, listOf } from "./json.ts"
import { configuredSource } from "./postgres.ts"
import type { SampleNames, Samples } from "./Samples.ts"
import type { PerActivity, Source } from "./Source.ts"
import { isEmpty, look, type StoredState } from "./state.ts"

interface ArchiveSettings {
  /** The folder that everything lands in. */
  readonly data: string
  readonly databaseUrl: Option.Option<Redacted.Redacted>
}

export class Archive extends Context.Service<Archive, {
  /** Where it is read from: `location` is a folder, or a URL without its password. */
  readonly source: Pick<Source, "name" | "location">
  /** What the state file says; undefined where there is none that can be read. */
  readonly state: StoredState | undefined
  /** What the user should know, such as that the state file cannot be read. */
  readonly notes: ReadonlyArray<string>
  /** Every activity that Strava still has, newest first, each once; not held in memory. */
  readonly activities: Stream.Stream<Activity, ArchiveError>
  readonly athlete: Effect.Effect<Option.Option<DetailedAthlete>, ArchiveError>
  readonly zones: Effect.Effect<Option.Option<Zones>, ArchiveError>
  /** How much of each year is here, newest first. */
  readonly coverage: Effect.Effect<ReadonlyArray<Coverage>, ArchiveError>
  /** Which activities have samples here, and details, and why others have none. */
  readonly known: Effect.Effect<Readonly<Record<PerActivity, KnownResource>>, ArchiveError>
  /** The samples of an activity; none where there are none here. */
  streams(id: string): Effect.Effect<Option.Option<Samples>, ArchiveError>
  /**
   * The samples of those of `ids` that have any here, in the order of `ids`, one after the other. With
   * `wanted`, only these lists are sure to be there, and it is faster.
   */
  streamsOf(
    ids: ReadonlyArray<string>,
    wanted?: SampleNames,
  ): Stream.Stream<readonly [id: string, samples: Samples], ArchiveError>
  /** The answers themselves, in the digits that were sent, of those of `ids` that have any. */
  readonly sent: Source["sent"]
  /** The answer in detail, as `JSON.parse` reads it; ids of efforts in it may be rounded. */
  details(
    id: string,
  ): Effect.Effect<Option.Option<Readonly<Record<string, unknown>>>, ArchiveError>
}>()("paceline/archive/Archive") {
  static readonly layer = (settings: ArchiveSettings) =>
    Layer.effect(
      Archive,
      Effect.gen(function* () {
        const { notes, state } = yield* stateIn(settings.data)
        const source = yield* sourceIn(settings, state)
        return make(source, state, [...notes, ...yield* lostIn(source, state)])
      }),
    )
}

/** Says that the source holds less than has landed there: what is read from it is not all there was. */
const lostIn = Effect.fnUntraced(function* (source: Source, state: StoredState | undefined) {
  if (state?.owner === undefined) return []
  const counts = yield* source.counts(state.owner)
  const shortfalls = state.expected.flatMap((all) => {
    const found = counts.get(all.resource) ?? 0
    return all.sink === source.name && found < all.expected ? [{ ...all, found }] : []
  })
  return shortfalls.length === 0 ? [] : [
    `${
      describeShortfalls(source.name, source.location, shortfalls)
    }. The next run restores what another ` +
    "sink keeps, and fetches the rest again. To see the cost: deno task plan",
  ]
})

/** A state file that is damaged takes nothing from what has landed. */
const stateIn = Effect.fnUntraced(function* (data: string) {
  const there = yield* isThere((yield* Path.Path).join(data, "state.db"))
  if (!there) return { state: undefined, notes: [] }
  return yield* look(data).pipe(
    Effect.map((state) => ({ state, notes: [] as ReadonlyArray<string> })),
    Effect.catchTag(
      "StateError",
      ({ message }) => Effect.succeed({ state: undefined, notes: [message] }),
    ),
  )
})

const isThere = (path: string) => Effect.orElseSucceed(exists(path), () => true)

const sourceIn = Effect.fnUntraced(function* (
  { data, databaseUrl }: ArchiveSettings,
  state: StoredState | undefined,
) {
  const path = yield* Path.Path
  const folder = path.join(data, "json")
  const dataDir = path.join(data, "postgres")
  const files = yield* isThere(yield* listOf(folder))
  const database = Option.isSome(databaseUrl) || (yield* isThere(dataDir))
  const landed = (sink: "json" | "postgres") => state?.landed.get(sink) ?? 0
  // Files of old, beside a database that runs have gone on with, are not what there is.
  if (files && !(database && landed("postgres") > landed("json"))) return yield* jsonSource(folder)
  // An account without activities has no list of them, only the folder.
  const empty = state !== undefined && isEmpty(state)
  if (empty && (!database || (yield* isThere(folder)))) return yield* jsonSource(folder)
  if (database) return yield* configuredSource({ dataDir, url: databaseUrl }, state?.owner)
  return yield* new ArchiveError({
    reason: "nothing",
    detail: `there is neither ${yield* listOf(folder)} nor a database in ${dataDir}. Run first: ` +
      "deno task pipeline (or deno task demo, then add --data ./demo). Where there is only CSV, " +
      "add files of JSON: deno task pipeline --sink csv --sink json",
  })
})

const make = (
  source: Source,
  state: StoredState | undefined,
  notes: ReadonlyArray<string>,
): Archive["Service"] => {
  const knownOf = Effect.fnUntraced(function* (resource: PerActivity) {
    const here = yield* source.here(resource)
    return { here, lacks: state?.lacks[resource] ?? (yield* source.lacks(resource)) }
  })
  const known = Effect.all({ streams: knownOf("streams"), details: knownOf("details") })
  const begun = source.activities.pipe(
    Stream.map(({ id, local }) => ({ id, local })),
    Stream.runCollect,
  )
  return Archive.of({
    source: { name: source.name, location: source.location },
    state,
    notes,
    activities: source.activities,
    athlete: source.athlete,
    zones: source.zones,
    known,
    coverage: Effect.zipWith(
      begun,
      known,
      (activities, known) => coverageOf(activities, known, state?.quarantined),
    ),
    streams: Effect.fn("Archive.streams")((id) =>
      Effect.map(
        Stream.runHead(source.samples([id])),
        Option.map(([, samples]) => samples),
      )
    ),
    streamsOf: source.samples,
    sent: source.sent,
    details: Effect.fn("Archive.details")(source.details),
  })
}
