/** The newest routes, small, each to its own scale, without a location. */
import { decimal, kilometers } from "../format.ts"
import { markup, named } from "../html.ts"
import { longitudeFrom } from "../../metrics/area.ts"
import { isoOf } from "../../metrics/days.ts"
import { type Group, groupNames, sportGroups } from "../../metrics/sports.ts"
import { pathOf, thinned } from "../../metrics/track.ts"
import { notYet, type Panel } from "../Panel.ts"
import { both, drawing } from "../drawing/svg.ts"
import { withoutMaps } from "./heatmap.ts"
import { type MapTrack, noTracks, type Tracks } from "../drawing/tracks.ts"

const most = 112
const cell = 42
const size = 32

/** Returns a shape in a square of `size`, north up, thinned to visible detail. */
const shapeOf = ({ positions }: MapTrack): string => {
  const [lng0, lat0] = positions[0]!
  const flat = positions.map(([lng, lat]) =>
    [longitudeFrom(lng0, lng) * Math.cos(lat0 * Math.PI / 180), -lat] as const
  )
  const [xs, ys] = [flat.map(([x]) => x), flat.map(([, y]) => y)]
  const least = (values: ReadonlyArray<number>) => values.reduce((a, b) => Math.min(a, b))
  const range = (values: ReadonlyArray<number>) =>
    values.reduce((a, b) => Math.max(a, b)) - least(values)
  const scale = size / Math.max(range(xs), range(ys), 1e-6)
  const [left, top] = [(size - range(xs) * scale) / 2, (size - range(ys) * scale) / 2]
  const points = flat.map(([x, y]) =>
    [left + (x - least(xs)) * scale, top + (y - least(ys)) * scale] as const
  )
  return pathOf(thinned(points, 1))
}

const grid = (tracks: ReadonlyArray<MapTrack>, width: number) => {
  const columns = Math.floor(width / cell)
  const pitch = width / columns
  const place = (n: number) => Math.round(n * 10) / 10
  return drawing({
    width,
    height: Math.ceil(tracks.length / columns) * cell,
    name: "routes",
    content: markup`${
      tracks.map((track, i) => {
        const { activity, day, group, meters } = track.entry
        const x = place(i % columns * pitch + (pitch - size) / 2)
        const y = place(Math.floor(i / columns) * cell + (cell - size) / 2)
        return markup`
          <path class="${group}" transform="translate(${x},${y})" d="${shapeOf(track)}">
            <title>${isoOf(day)} ${named(activity.name)}, ${kilometers(meters)} km</title>
          </path>
        `
      })
    }`,
  }, {
    title: "Routes, small",
    description: `The shapes of ${decimal(tracks.length)} routes, the newest first.`,
  })
}

export const routes = (found: Tracks, maps: boolean): Panel => {
  const { tracks } = found
  const head = { id: "routes", title: "Every route, small", span: 7 as const }
  if (!maps) return { ...head, body: notYet(withoutMaps) }
  const shown = tracks.slice(0, most)
  if (shown.length === 0) return { ...head, body: notYet(noTracks(found)) }
  const present = sportGroups.filter((group) => shown.some(({ entry }) => entry.group === group))
  return {
    ...head,
    subtitle: `the newest ${decimal(shown.length)} outdoors, newest first, each to its own scale`,
    legend: present.map((group): readonly [string, Group] => [groupNames[group], group]),
    body: both((width) => grid(shown.slice(0, width < 500 ? 64 : most), width), 672),
    table: {
      caption: "The activities whose routes are shown",
      head: ["Day", "Name", "Sport", "Kilometers"],
      rows: shown.map(({ entry: { activity, day, group, meters } }) => [
        isoOf(day),
        named(activity.name),
        groupNames[group],
        kilometers(meters),
      ]),
    },
  }
}
