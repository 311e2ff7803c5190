/** All tracks drawn over each other, without a map below them: the more tracks, the brighter. */
import { geoMercator } from "d3-geo"
import { decimal, kilometers } from "../format.ts"
import { type Html, markup } from "../html.ts"
import { areaOf, longitudeFrom } from "../../metrics/area.ts"
import { groupNames, sportGroups } from "../../metrics/sports.ts"
import { pathOf, type Position, thinned } from "../../metrics/track.ts"
import { notYet, type Panel } from "../Panel.ts"
import { drawing } from "../drawing/svg.ts"
import { noTracks, type Tracks } from "../drawing/tracks.ts"
import { mostTracks } from "../importedTracks.ts"
import { quantity } from "../../output/kit/plurals.ts"

const width = 366
/** Height next to a calendar of one, two and three years. */
const heights = [220, 320, 430]
const pad = 10
/** Least pixels between two points of a track. */
const step = 2.5

/** Least width in degrees, so that a single short track is not enlarged beyond it. */
const leastDegrees = .01

export const withoutMaps =
  "Maps are left out of this report. To include them: deno task report --maps"

/** Draws a scale bar of a round number of kilometers, about a quarter of the width. */
const scaleBar = (kilometersPerPixel: number, height: number): Html => {
  const rough = kilometersPerPixel * width / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const length = power * ([5, 2, 1].find((times) => times * power <= rough) ?? 1)
  const end = width - 14
  const start = Math.round((end - length / kilometersPerPixel) * 10) / 10
  const text = length >= 1 ? `${decimal(length)} km` : `${decimal(length * 1_000)} m`
  return markup`
    <path class="scale" d="M${start} ${height - 18}v5H${end}v-5" />
    <text class="scale" x="${(start + end) / 2}" y="${
    height -
    22
  }" text-anchor="middle">${text}</text>
  `
}

const toPoints = (
  projection: (position: [number, number]) => [number, number] | null,
  center: number,
  track: ReadonlyArray<Position>,
) =>
  track.flatMap(([lng, lat]): ReadonlyArray<readonly [number, number]> => {
    const point = projection([longitudeFrom(center, lng), lat])
    return point === null ? [] : [point]
  })

/** Returns the panel; its height matches a calendar of `years` years. */
export const heatmap = (found: Tracks, maps: boolean, years: number): Panel => {
  const { total, tracks } = found
  const head = { id: "heatmap", title: "Where you went", span: 4 as const }
  if (!maps) return { ...head, body: notYet(withoutMaps) }
  const area = areaOf(tracks.map(({ positions }) => positions))
  if (area === undefined) {
    return { ...head, body: notYet(noTracks(found)) }
  }
  const [[west, south], [east, north]] = area.bounds
  const height = heights[Math.min(years, heights.length) - 1] ?? heights[0]!
  const wide = Math.max(0, leastDegrees - (east - west)) / 2
  const high = Math.max(0, leastDegrees - (north - south)) / 2
  const projection = geoMercator().fitExtent([[pad, pad], [width - pad, height - pad]], {
    type: "MultiPoint",
    coordinates: [[west - wide, south - high], [east + wide, north + high]],
  })
  const shown = area.tracks.map((i) => tracks[i]!)
  const middle = (south + north) / 2
  const [a, b] = [projection([0, middle]), projection([.01, middle])]
  const kilometersPerPixel = .01 * Math.PI / 180 * 6_371 * Math.cos(middle * Math.PI / 180) /
    ((b?.[0] ?? 1) - (a?.[0] ?? 0))
  // The more tracks, the fainter each, so that daily routes are not overexposed.
  const faint = shown.length > 600 ? "many" : shown.length > 120 ? "some" : "few"
  const elsewhere = tracks.length - shown.length
  const notes = [
    total > tracks.length && tracks.length === mostTracks
      ? `the newest ${decimal(mostTracks)} of ${decimal(total)} tracks`
      : quantity(tracks.length, "track", "tracks"),
    ...(elsewhere > 0 ? [`${decimal(elsewhere)} of them elsewhere, not shown`] : []),
  ]
  return {
    ...head,
    subtitle: `${notes.join("; ")}. Ends are cut; no map tiles, nothing is sent anywhere`,
    body: markup`<div class="map">${
      drawing({
        width,
        height,
        name: "heatmap",
        content: markup`
          <rect width="${width}" height="${height}" /><g class="${faint}">${
          shown.toReversed().map((
            { positions },
          ) =>
            markup`
              <path d="${pathOf(thinned(toPoints(projection, area.center[0], positions), step))}" />
            `
          )
        }</g>${scaleBar(kilometersPerPixel, height)}
        `,
      }, {
        title: "Where you went",
        description: `${decimal(shown.length)} tracks over each other, without a map under them.`,
      })
    }</div>`,
    table: {
      caption: "Tracks that are shown, by sport",
      head: ["Sport", "Tracks", "Kilometers"],
      rows: sportGroups.flatMap((group) => {
        const some = shown.filter(({ entry }) => entry.group === group)
        const meters = some.reduce((sum, { entry }) => sum + entry.meters, 0)
        return some.length === 0
          ? []
          : [[groupNames[group], decimal(some.length), kilometers(meters)]]
      }),
    },
  }
}
