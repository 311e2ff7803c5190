/** The track of an activity, colored by one of its streams. */
import { empty, type Html, markup } from "../../html.ts"
import { coloredLine, type Stretch } from "../../charts/coloredLine.ts"
import { fitted } from "../../charts/glyph.ts"
import { rateOf } from "../../charts/quantities.ts"
import { smoothed } from "../../charts/smooth.ts"
import { choices, line, pixel, svg } from "../../charts/svg.ts"
import type { Chart } from "../../model/Chart.ts"
import type { Panel } from "../../model/Panel.ts"
import { type SiteView, withFilters } from "../../model/SiteView.ts"
import type { Position } from "../../../metrics/track.ts"
import { metersPer, unitNames, type Units } from "../../../metrics/units.ts"
import type { Opened } from "./opened.ts"
import { momentText, sectionText } from "./streams/readouts.ts"
import { momentGroup } from "./streams/streamsPanel.ts"
import { stretchesOf } from "./streams/stretches.ts"
import { type StreamLine, streamLines, stripsHeight } from "./streams/strips.ts"
import { chosenColoring, colorable, coloringOf, ramp } from "./trackColors.ts"

/** Lengths of a scale bar in kilometers or miles. */
const lengths = [.05, .1, .2, .5, 1, 2, 5, 10, 20, 50, 100]

const metersPerDegree = 111_195

/** Returns a bar of a round length in the lower right corner. */
const scaleBar = (width: number, height: number, scale: number, units: Units): Html => {
  const { distance } = unitNames[units]
  const pixels = (length: number) => length * metersPer[distance] / metersPerDegree * scale
  const length = lengths.findLast((each) => pixels(each) < width * .28) ?? lengths[0]!
  const bar = pixels(length)
  return markup`<path class="scale" d="M${pixel(width - 14 - bar)} ${height - 19}v5h${
    pixel(bar)
  }v-5"/><text class="s" x="${pixel(width - 14 - bar / 2)}" y="${
    height - 21
  }" text-anchor="middle">${length} ${distance}</text>`
}

type Point = readonly [x: number, y: number]

/** Most pixels of the height of a map, which leaves room for the streams on a tablet. */
const highest = 460

const heightFor = (
  positions: ReadonlyArray<Position>,
  width: number,
  lines: ReadonlyArray<StreamLine>,
): number => {
  const wide = fitted(positions, width, 1e6, 0)
  const ys = positions.map((position) => wide.project(position)[1])
  const natural = Math.max(...ys) - Math.min(...ys)
  // At least as high as the streams, next to which it is on wide screens.
  const least = Math.min(stripsHeight(lines) - 26, width)
  const most = Math.min(width * .82, highest)
  return Math.round(Math.max(Math.min(width * .62, most), least, Math.min(most, natural)))
}

/** Returns a line through the points between two indexes, interrupted where the GPS jumped. */
const lineBetween = (
  points: ReadonlyArray<Point>,
  stretches: ReadonlyArray<Stretch>,
  begin: number,
  end: number,
): string =>
  stretches.map(({ first, last }) =>
    points.slice(Math.max(first, begin), Math.max(0, Math.min(last, end) + 1))
  ).filter(({ length }) => length > 1).map(line).join("")

/** Returns the parts of the track that are drawn; empty if it has none of two positions. */
const shownStretches = ({ activity, recording }: Opened): ReadonlyArray<Stretch> => {
  const { from, positions } = recording.track ?? { from: 0, positions: [] }
  const { isPlausible } = rateOf(activity.group, "metric")
  return stretchesOf(positions, recording.time.slice(from), isPlausible)
    .filter(({ first, last }) => last > first)
}

const draw = (view: SiteView, opened: Opened, width: number): Chart => {
  const { recording } = opened
  const { from, positions } = recording.track!
  const lines = streamLines(opened, view.units)
  const stretches = shownStretches(opened)
  const isShown = (i: number) => stretches.some(({ first, last }) => i >= first && i <= last)
  const shown = positions.filter((_, i) => isShown(i))
  const height = heightFor(shown, width, lines)
  const { project, scale } = fitted(shown, width, height, 26)
  const points = positions.map(project)
  const stream = chosenColoring(view, lines)
  const values = smoothed((stream?.values ?? []).slice(from, from + positions.length))
  const coloring = stream && coloringOf(stream, values, view.site.zones)
  const whole = lineBetween(points, stretches, 0, points.length)
  return {
    svg: markup`${
      svg(width, height, [
        markup`<rect class="ground" width="${width}" height="${height}" rx="8"/><path class="casing" d="${whole}"/>`,
        ...(coloring === undefined
          ? [markup`<path class="way s3" d="${whole}"/>`]
          : [...coloredLine(points, (i) => coloring.colorOf(values[i]!), stretches)].map((
            [color, d],
          ) => markup`<path class="way ${color}" d="${d}"/>`)),
        scaleBar(width, height, scale, view.units),
      ])
    }${coloring && ramp(coloring)}`,
    cursor: {
      label: "Position on the track",
      count: recording.time.length,
      start: from,
      group: momentGroup,
      near: (x, y) => {
        const squares = points.map(([px, py], i) =>
          isShown(i) ? (px - x) ** 2 + (py - y) ** 2 : Infinity
        )
        return from + squares.indexOf(Math.min(...squares))
      },
      mark: (step) => {
        const point = isShown(step - from) ? points[step - from] : undefined
        return point === undefined
          ? empty
          : markup`<circle class="here" cx="${pixel(point[0])}" cy="${pixel(point[1])}" r="7"/>`
      },
      read: (step) => momentText(opened, lines, view.units, step),
      section: {
        mark: (begin, end) => {
          const part = lineBetween(points, stretches, begin - from, end - from)
          return part === "" ? empty : markup`<path class="part" d="${part}"/>`
        },
        read: (begin, end) => sectionText(opened, view.units, begin, end),
      },
    },
  }
}

/** Returns the panel of the track; undefined if the recording has none. */
export const trackPanel = (opened: Opened): Panel | undefined =>
  shownStretches(opened).length === 0 ? undefined : {
    id: "track",
    span: 5,
    title: () => "Track",
    subtitle: () => "The first and last 200 to 900 m are left out. No map tiles are loaded.",
    controls: (view) => {
      const lines = streamLines(opened, view.units)
      const current = chosenColoring(view, lines)
      return choices(
        "Color of the track",
        colorable(lines).map(({ line, name }, i) => [
          line.title,
          withFilters(`activity/${view.part}`, view.query, { color: i === 0 ? undefined : name }),
          line.key === current?.key,
        ]),
      )
    },
    draw: (view, width) => draw(view, opened, width),
  }
