/** Tracks of activities for the two panels with routes. */
import type { ReportActivity, ReportFacts } from "../Facts.ts"
import { isOutdoors, mostTracks } from "../importedTracks.ts"
import { decodePolyline, type Position, withoutEnds } from "../../metrics/track.ts"
import { quantity } from "../../output/kit/plurals.ts"

export interface MapTrack {
  readonly entry: ReportActivity
  readonly positions: ReadonlyArray<Position>
}

export interface Tracks {
  /** Newest first. */
  readonly tracks: ReadonlyArray<MapTrack>
  /** Number of outdoor activities that have a track. */
  readonly total: number
  /** Number of all activities. */
  readonly activities: number
}

/** Returns the reason why no track is drawn. */
export const noTracks = ({ activities, total }: Tracks): string =>
  `There is no activity with a track yet${
    activities === 0
      ? "."
      : total === 0
      ? `: of ${
        quantity(activities, "activity", "activities")
      }, each was indoors, entered manually, or hides its map.`
      : ` that can be drawn: ${
        quantity(total, "track is", "tracks are")
      } not longer than what is cut off at the ends.`
  }`

/** Returns the tracks of the newest activities that have one, without their ends. */
export const tracksOf = ({ entries, importedTracks, maps }: ReportFacts): Tracks => {
  const activities = entries.length
  if (!maps) return { tracks: [], total: 0, activities }
  const outdoors = entries.filter((entry) =>
    (entry.activity.polyline !== null || importedTracks.has(entry.activity.id)) &&
    isOutdoors(entry)
  )
  const tracks: Array<MapTrack> = []
  for (const entry of outdoors) {
    if (tracks.length === mostTracks) break
    const { id, polyline } = entry.activity
    const track = polyline === null ? importedTracks.get(id) ?? [] : decodePolyline(polyline)
    const positions = withoutEnds(id, track)
    if (positions.length > 1) tracks.push({ entry, positions })
  }
  return { tracks, total: outdoors.length, activities }
}
