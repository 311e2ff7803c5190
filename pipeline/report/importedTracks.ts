/** Tracks of imported activities: an export has no polylines, so they come from the streams. */
import { Effect, Stream } from "effect"
import type { Samples } from "../landed/Samples.ts"
import { StoredData } from "../landed/StoredData.ts"
import { metersBetween, type Position } from "../metrics/track.ts"
import type { ReportActivity } from "./Facts.ts"

/** Maximum number of tracks that are drawn: more would make the page large, and the map no clearer. */
export const mostTracks = 1_500

/** True if the activity might have a track to draw. */
export const isOutdoors = ({ activity, group }: ReportActivity): boolean =>
  activity.trainer !== true && group !== "indoor"

const wanted = new Set(["lat", "lng"] as const)

/** Meters between two points of a track: less is not visible on the map. */
const leastStep = 15

/** Returns the positions of a stream, without those that are too near to the one before. */
const positionsOf = ({ lat = [], lng = [] }: Samples): ReadonlyArray<Position> => {
  const kept: Array<Position> = []
  for (let i = 0; i < lat.length; i++) {
    const [x, y] = [lng[i], lat[i]]
    if (typeof x !== "number" || typeof y !== "number") continue
    const before = kept.at(-1)
    const position: Position = [x, y]
    if (before === undefined || metersBetween(before, position) >= leastStep) kept.push(position)
  }
  return kept
}

/** Reads the tracks of the newest imported activities that have one, by activity. */
export const readImportedTracks = Effect.fn("readImportedTracks")(function* (
  entries: ReadonlyArray<ReportActivity>,
  here: ReadonlySet<string>,
) {
  const { streamsOf } = yield* StoredData
  const ids = entries.filter((entry) => {
    const { id, polyline, source } = entry.activity
    return source === "export" && polyline === null && here.has(id) && isOutdoors(entry)
  }).map(({ activity }) => activity.id)
  const tracks = new Map<string, ReadonlyArray<Position>>()
  yield* Stream.runForEach(
    streamsOf(ids, wanted).pipe(Stream.take(mostTracks)),
    ([id, samples]) =>
      Effect.sync(() => {
        const positions = positionsOf(samples)
        if (positions.length > 1) tracks.set(id, positions)
      }),
  )
  return tracks
})
