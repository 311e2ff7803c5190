/**
 * Stored data for reports and tables, read from the sink that keeps most responses. Sends no request to
 * Strava and changes nothing.
 */
import { Context, Effect, Layer, Option, Path, Stream } from "effect"
import { exists } from "../../sinks/files/atomic.ts"
import type { SinkName, SinkTraits } from "../../sinks/Sink.ts"
import { SinkRegistry, type SinkSettings } from "../../sinks/SinkKind.ts"
import { readable } from "../../sinks/readKept.ts"
import {
  type ActivityResource,
  type ReadableSink,
  type SinkReader,
  SinkReadError,
} from "../../sinks/SinkReader.ts"
import { describeShortfalls } from "../state/outbox/shortfall.ts"
import { type Coverage, coverageOf, type KnownResource } from "./coverage.ts"
import { responsesOf } from "./responses.ts"
import { isEmpty, type StoredState, storedState } from "./state.ts"
import { StoredDataError, storedDataError } from "./StoredDataError.ts"

/** Sink that the data is read from. */
interface DataSource extends Pick<SinkTraits, "name" | "title"> {
  /** Folder, or URL without its password. */
  readonly location: string
}

export class StoredData extends Context.Service<
  StoredData,
  ReturnType<typeof responsesOf> & {
    readonly source: DataSource
    /** Data directory. */
    readonly directory: string
    /** Hash of the response by activity, as the state file knows it of this sink; empty without one. */
    readonly hashes: Readonly<Record<ActivityResource, ReadonlyMap<string, string>>>
    /** Contents of the state file; undefined if there is none that can be read. */
    readonly state: StoredState | undefined
    /** Messages for the user, such as that the state file cannot be read. */
    readonly notes: ReadonlyArray<string>
    /** Share of each year that is stored, newest first. */
    readonly coverage: Effect.Effect<ReadonlyArray<Coverage>, StoredDataError>
    /** Activities that have streams and details, and why others have none. */
    readonly known: Effect.Effect<
      Readonly<Record<ActivityResource, KnownResource>>,
      StoredDataError
    >
  }
>()("paceline/landed/StoredData") {
  static readonly layer = (settings: SinkSettings) =>
    Layer.effect(
      StoredData,
      Effect.gen(function* () {
        const { notes, state } = yield* stateIn(settings.data)
        const { reader, source } = yield* openSource(settings, state)
        const lost = yield* Effect.mapError(lostIn(reader, source, state), storedDataError)
        const service = make(reader, source, state, [...notes, ...lost])
        return StoredData.of({ ...service, directory: settings.data })
      }),
    )
}

/** Returns a note if the source holds fewer items than the state file says. */
const lostIn = Effect.fnUntraced(function* (
  reader: SinkReader,
  { location, name }: DataSource,
  state: StoredState | undefined,
) {
  if (state?.owner === undefined) return []
  const counts = yield* reader.counts(state.owner)
  const shortfalls = state.expected.flatMap((all) => {
    const found = counts.get(all.resource) ?? 0
    return all.sink === name && found < all.expected ? [{ ...all, found }] : []
  })
  return shortfalls.length === 0 ? [] : [
    `${describeShortfalls(name, location, shortfalls)}. The next run restores what another ` +
    "sink keeps, and fetches the rest again. To see the cost: deno task plan",
  ]
})

/** Stored data can be read even if the state file is damaged. */
const stateIn = Effect.fnUntraced(function* (data: string) {
  const path = (yield* Path.Path).join(data, "state.db")
  if (!(yield* Effect.orElseSucceed(exists(path), () => true))) {
    return { state: undefined, notes: [] }
  }
  return yield* storedState(data).pipe(
    Effect.map((state) => ({ state, notes: [] as ReadonlyArray<string> })),
    Effect.catchTag(
      "StateError",
      ({ message }) => Effect.succeed({ state: undefined, notes: [message] }),
    ),
  )
})

/** A sink that keeps responses, before it is opened. */
interface Candidate extends DataSource, ReadableSink {
  readonly exists: Effect.Effect<boolean>
  readonly landed: number
}

const yes = Effect.succeed(true)

const candidatesIn = Effect.fnUntraced(function* (
  settings: SinkSettings,
  landed: ReadonlyMap<SinkName, number> | undefined,
) {
  const keepers = (yield* SinkRegistry).filter(({ keepsResponses }) => keepsResponses)
  return yield* Effect.forEach(keepers, ({ make, name, title }) =>
    make(settings).pipe(
      Effect.map((source): Candidate => ({
        ...readable(source),
        name,
        title,
        location: source.location,
        exists: source.there ?? yes,
        landed: landed?.get(name) ?? 0,
      })),
      Effect.catch((error) => {
        const { detail } = error
        const failed = new SinkReadError({ reason: "configuration", detail, cause: error })
        const open = () => Effect.fail(failed)
        const nowhere = { location: title, contents: title, exists: yes, landed: 0 }
        return Effect.succeed<Candidate>({ ...nowhere, name, title, open })
      }),
    ))
})

/** Returns `found neither a nor b`, or the like for another number of things. */
const neither = (things: ReadonlyArray<string>): string =>
  things.length < 2
    ? `found no ${things.join()}`
    : `found neither ${things.slice(0, -1).join(", ")} nor ${things.at(-1)}`

/** Sentence for users whose sinks keep no responses. */
const withoutResponses = Effect.map(SinkRegistry, (sinks) => {
  const [keeper] = sinks.filter(({ keepsResponses }) => keepsResponses)
  const others = sinks.filter(({ isOnRequest, keepsResponses }) =>
    !keepsResponses && isOnRequest !== true
  )
  if (keeper === undefined || others.length === 0) return ""
  const flags = [...others, keeper].map(({ name }) => `--sink ${name}`).join(" ")
  return `. If you have only ${
    others.map(({ title }) => title).join(" or ")
  }, add ${keeper.title}: ` +
    `deno task pipeline ${flags}`
})

/**
 * Chooses the sink with the most activities, the first registered of several. An account without
 * activities has no list of them, so then it is the first sink that exists.
 */
const choose = Effect.fnUntraced(function* (
  candidates: ReadonlyArray<Candidate>,
  state: StoredState | undefined,
) {
  const usable = yield* Effect.filter(
    candidates,
    ({ exists, hasActivities = exists }) => hasActivities,
  )
  const [best] = usable.toSorted((a, b) => b.landed - a.landed)
  if (state === undefined || !isEmpty(state)) return best
  return Option.getOrUndefined(yield* Effect.findFirst(candidates, (one) => one.exists)) ??
    candidates[0]
})

const openSource = Effect.fnUntraced(function* (
  settings: SinkSettings,
  state: StoredState | undefined,
) {
  const candidates = yield* candidatesIn(settings, state?.landed)
  const source = yield* choose(candidates, state)
  if (source === undefined) {
    return yield* new StoredDataError({
      reason: "nothing",
      detail: `${neither(candidates.map(({ contents }) => contents))}. Run first: ` +
        "deno task pipeline (or deno task demo, then add --data ./demo)" +
        (yield* withoutResponses),
    })
  }
  const reader = yield* Effect.mapError(source.open(state?.owner), storedDataError)
  return { reader, source }
})

const make = (
  reader: SinkReader,
  { location, name, title }: DataSource,
  state: StoredState | undefined,
  notes: ReadonlyArray<string>,
): Omit<StoredData["Service"], "directory"> => {
  const responses = responsesOf(reader)
  const knownOf = Effect.fnUntraced(function* (resource: ActivityResource) {
    const here = yield* reader.ids(resource)
    const lacks = state?.lacks[resource] ?? (yield* reader.missing(resource))
    return { here, lacks, imported: resource === "streams" ? state?.imported : undefined }
  }, Effect.mapError(storedDataError))
  const known = Effect.all({ streams: knownOf("streams"), details: knownOf("details") })
  const begun = responses.activities.pipe(
    Stream.map(({ id, local }) => ({ id, local })),
    Stream.runCollect,
  )
  const hashesOf = (resource: ActivityResource) =>
    new Map(
      Array.from(
        state?.hashes[resource] ?? [],
        ([id, landed]) => [id, landed.get(name) ?? ""] as const,
      ).filter(([, hash]) => hash !== ""),
    )
  return {
    ...responses,
    source: { name, title, location },
    hashes: { streams: hashesOf("streams"), details: hashesOf("details") },
    state,
    notes,
    known,
    coverage: Effect.zipWith(
      begun,
      known,
      (activities, known) => coverageOf(activities, known, state?.quarantined),
    ),
  }
}
