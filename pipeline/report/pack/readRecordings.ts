/** Reads the streams and details of activities once, and keeps only what the report needs of them. */
import { Array, Effect, Stream } from "effect"
import { advanced } from "../../base/CommandProgress.ts"
import type { KnownResource } from "../../landed/coverage.ts"
import type { SampleNames, Samples } from "../../landed/Samples.ts"
import { StoredData } from "../../landed/StoredData.ts"
import type { ReportActivity } from "../history.ts"
import { packBlock } from "./packedBlock.ts"
import { type RecordingFacts, recordingFacts, type RecordingKind } from "./RecordingFacts.ts"

/** Facts with the block as it is written. */
export interface PackedFacts extends Omit<RecordingFacts, "block"> {
  readonly block: Uint8Array
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

const kindOf = ({ activity, group }: ReportActivity): RecordingKind => ({
  id: activity.id,
  group,
  power: activity.device_watts === true,
  needsTrack: activity.polyline === null && isOutdoors({ activity }),
})

/** True if the activity might have a track to draw. */
export const isOutdoors = (
  { activity }: Pick<ReportActivity, "activity">,
): boolean => activity.trainer !== true && activity.sport_type !== "VirtualRide"

interface Reading {
  readonly entries: ReadonlyArray<ReportActivity>
  readonly known: { readonly streams: KnownResource; readonly details: KnownResource }
  readonly zones: ReadonlyArray<number>
}

const none: Samples = {}

/** Returns the facts of those activities that have streams or details. */
export const readRecordings = Effect.fn("readRecordings")(
  function* ({ entries, known, zones }: Reading) {
    const stored = yield* StoredData
    const found = new Map<string, PackedFacts>()
    const hasDetails = (id: string) => known.details.here.has(id)
    const some = entries.filter(({ activity: { id } }) =>
      known.streams.here.has(id) || hasDetails(id)
    )
    let read = 0
    for (const chunk of Array.chunksOf(some, atOnce)) {
      const byId = new Map(chunk.map((entry) => [entry.activity.id, entry]))
      const details = new Map(
        yield* Stream.runCollect(stored.detailsOf([...byId.keys()].filter(hasDetails))),
      )
      const add = (entry: ReportActivity, samples: Samples) => {
        const { id } = entry.activity
        const { block, ...facts } = recordingFacts(kindOf(entry), samples, details.get(id), zones)
        found.set(id, { ...facts, block: packBlock(block) })
      }
      const ids = [...byId.keys()].filter((id) => known.streams.here.has(id))
      yield* Stream.runForEach(
        stored.streamsOf(ids, wanted),
        ([id, samples]) => Effect.sync(() => add(byId.get(id)!, samples)),
      )
      for (const [id, entry] of byId) if (!found.has(id) && details.has(id)) add(entry, none)
      read += chunk.length
      yield* advanced("streams", read, some.length)
    }
    return found
  },
)
