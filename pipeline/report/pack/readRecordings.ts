/** Reads the streams and details of activities that changed since the last report, and keeps what it needs of them. */
import { Array, Effect, Stream } from "effect"
import { createHash } from "node:crypto"
import { advanced } from "../../base/CommandProgress.ts"
import type { KnownResource } from "../../landed/coverage.ts"
import { type DerivedRow, readDerived, writeDerived } from "../../landed/derivedCache.ts"
import {
  type StoredDetails,
  storedDetails,
  storedHash,
  storedSamples,
} from "../../landed/responses.ts"
import type { SampleNames, Samples } from "../../landed/Samples.ts"
import { StoredData } from "../../landed/StoredData.ts"
import type { ReportActivity } from "../history.ts"
import { packBlock } from "./packedBlock.ts"
import { type RecordingFacts, recordingFacts, type RecordingKind } from "./RecordingFacts.ts"

/** Version of what is derived, which is part of the keys: raise it if equal streams lead to something else. */
export const algorithm = 1

/** Facts of an activity, with the block as it is written. */
export interface PackedRecording extends Omit<RecordingFacts, "block">, Omit<DerivedRow, "facts"> {
  /** False if the row is in the cache. */
  readonly isNew: boolean
}

/** Lists of the streams that are read; all but the slope. */
const wanted: SampleNames = new Set(
  [
    ...["time", "distance", "lat", "lng", "altitude", "velocity_smooth"] as const,
    ...["heartrate", "cadence", "watts", "temp", "moving"] as const,
  ],
)

/** Number of activities whose details are in memory at once. */
const atOnce = 100

/** True if the activity might have a track to draw. */
export const isOutdoors = (
  { activity }: Pick<ReportActivity, "activity">,
): boolean => activity.trainer !== true && activity.sport_type !== "VirtualRide"

const kindOf = ({ activity, group }: ReportActivity): RecordingKind => ({
  id: activity.id,
  group,
  power: activity.device_watts === true,
  needsTrack: activity.polyline === null && isOutdoors({ activity }),
})

/** Hashes of the responses of one activity; undefined if it has none. */
interface Hashes {
  readonly streams: string | undefined
  readonly details: string | undefined
}

/** Responses that the state file knows, and the key of what is derived from them; empty if it knows none. */
interface Expected extends Hashes {
  readonly kind: RecordingKind
  readonly key: string
}

const keyOf = (kind: RecordingKind, { details, streams }: Hashes, zones: ReadonlyArray<number>) =>
  createHash("sha256").update(JSON.stringify([algorithm, kind, streams, details, zones]))
    .digest("base64url")

const nothing = new Uint8Array()
const noSamples: Samples = {}

/** Makes a recording from its responses; `key` is empty if it must not be cached. */
const derive = (
  kind: RecordingKind,
  key: string,
  samples: Samples,
  details: StoredDetails | undefined,
  zones: ReadonlyArray<number>,
): PackedRecording => {
  const { block, ...facts } = recordingFacts(kind, samples, details, zones)
  return { ...facts, block: packBlock(block), key, form: "", packed: nothing, isNew: key !== "" }
}

/** Returns the recording of a row that this version of the program has written. */
const recordingFrom = ({ facts, ...row }: DerivedRow): PackedRecording => {
  const known: Omit<RecordingFacts, "block"> = JSON.parse(facts)
  return { ...known, ...row, isNew: false }
}

interface Reading {
  readonly entries: ReadonlyArray<ReportActivity>
  readonly known: { readonly streams: KnownResource; readonly details: KnownResource }
  readonly zones: ReadonlyArray<number>
}

/** Returns what the state file knows of an activity's responses. */
const expectedOf = (
  { known, zones }: Omit<Reading, "entries">,
  hashes: StoredData["Service"]["hashes"],
) =>
(entry: ReportActivity): Expected => {
  const { id } = entry.activity
  const kind = kindOf(entry)
  const hashOf = (resource: keyof Hashes) =>
    known[resource].here.has(id) ? hashes[resource].get(id) ?? "" : undefined
  const found = { streams: hashOf("streams"), details: hashOf("details") }
  const isKnown = found.streams !== "" && found.details !== ""
  return { ...found, kind, key: isKnown ? keyOf(kind, found, zones) : "" }
}

/** Returns the recordings of those activities that have streams or details, by activity. */
export const readRecordings = Effect.fn("readRecordings")(
  function* ({ entries, ...reading }: Reading) {
    const { known, zones } = reading
    const { directory, hashes, responses } = yield* StoredData
    const cached = yield* readDerived(directory)
    const found = new Map<string, PackedRecording>()
    const changed: Array<Expected> = []
    const has = (resource: keyof Hashes, id: string) => known[resource].here.has(id)
    for (const expected of entries.map(expectedOf(reading, hashes))) {
      const { key, kind: { id } } = expected
      if (!has("streams", id) && !has("details", id)) continue
      const row = cached.get(id)
      if (key !== "" && row?.key === key) found.set(id, recordingFrom(row))
      else changed.push(expected)
    }
    let read = 0
    for (const chunk of Array.chunksOf(changed, atOnce)) {
      const byId = new Map(chunk.map((expected) => [expected.kind.id, expected]))
      const ids = (resource: keyof Hashes) => [...byId.keys()].filter((id) => has(resource, id))
      const details = new Map(
        yield* Stream.runCollect(Stream.map(
          responses("details", ids("details")),
          (response) => [response.id, [storedHash(response), storedDetails(response)]] as const,
        )),
      )
      const add = (id: string, streams: string | undefined, samples: Samples) => {
        const expected = byId.get(id)!
        const [hash, content] = details.get(id) ?? []
        // A response that the state file does not know yet must not be cached as the one that it knows.
        const isKnown = streams === expected.streams && hash === expected.details
        const key = isKnown ? expected.key : ""
        found.set(id, derive(expected.kind, key, samples, content, zones))
        return advanced("streams", ++read, changed.length)
      }
      yield* Stream.runForEach(
        responses("streams", ids("streams")),
        (response) =>
          Effect.suspend(() =>
            add(response.id, storedHash(response), storedSamples(response, wanted) ?? noSamples)
          ),
      )
      for (const id of byId.keys()) if (!found.has(id)) yield* add(id, undefined, noSamples)
    }
    return found
  },
)

/** Stores the recordings that are new, for the next report; `stored` are all activities that there are. */
export const cacheRecordings = Effect.fn("cacheRecordings")(function* (
  recordings: ReadonlyMap<string, PackedRecording>,
  stored: ReadonlyArray<string>,
) {
  const { directory } = yield* StoredData
  const rows = new Map(
    [...recordings].flatMap(([id, { block, form, isNew, key, packed, ...facts }]) =>
      isNew ? [[id, { block, form, key, packed, facts: JSON.stringify(facts) }]] : []
    ),
  )
  if (rows.size > 0) yield* writeDerived(directory, { rows, known: new Set(stored) })
})
