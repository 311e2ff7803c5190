/** The tracks of activities for the two panels of routes. */
import type { Entry, Facts } from "../Facts.ts"
import { decodePolyline, type Position, withoutEnds } from "../metrics/track.ts"

export interface Track {
  readonly entry: Entry
  readonly positions: ReadonlyArray<Position>
}

/** More would make the page heavy, and the map no clearer. */
export const mostTracks = 1_500

export interface Tracks {
  /** Newest first. */
  readonly tracks: ReadonlyArray<Track>
  /** How many there are in all. */
  readonly total: number
}

/** Tracks without their ends, of the newest activities that have one. */
export const tracksOf = ({ entries, maps }: Facts): Tracks => {
  if (!maps) return { tracks: [], total: 0 }
  const outdoors = entries.filter(({ activity, group }) =>
    activity.polyline !== null && activity.trainer !== true && group !== "indoor"
  )
  const tracks: Array<Track> = []
  for (const entry of outdoors) {
    if (tracks.length === mostTracks) break
    const { id, polyline } = entry.activity
    const positions = withoutEnds(id, decodePolyline(polyline ?? ""))
    if (positions.length > 1) tracks.push({ entry, positions })
  }
  return { tracks, total: outdoors.length }
}
