/** The track of an activity, colored by one of its streams. */
import { empty, type Html, markup } from "../../html.ts"
import { fitted } from "../../charts/glyph.ts"
import { quantile, smoothed } from "../../charts/smooth.ts"
import { choices, line, pixel, svg } from "../../charts/svg.ts"
import type { Chart } from "../../model/Chart.ts"
import type { Panel } from "../../model/Panel.ts"
import { type SiteView, withFilters } from "../../model/SiteView.ts"
import { zoneOf } from "../../../metrics/heartRate.ts"
import type { Position } from "../../../metrics/track.ts"
import { metersPer, unitNames, type Units } from "../../../metrics/units.ts"
import type { Opened } from "./opened.ts"
import { momentText, sectionText } from "./readouts.ts"
import { momentGroup } from "./streamsPanel.ts"
import { type StreamLine, streamLines, stripsHeight } from "./strips.ts"

/** Streams that color a track, by their names in an address. */
const colorings = { pace: "speed", heart: "beats", altitude: "altitude", power: "watts" } as const

const colorable = (lines: ReadonlyArray<StreamLine>) =>
  Object.entries(colorings).flatMap(([name, key]) => {
    const found = lines.find((each) => each.key === key)
    return found === undefined ? [] : [{ name, line: found }]
  })

const chosen = ({ query }: SiteView, lines: ReadonlyArray<StreamLine>): StreamLine | undefined => {
  const all = colorable(lines)
  return (all.find(({ name }) => name === query.get("color")) ?? all[0])?.line
}

interface Coloring {
  /** Returns the class of a color. */
  readonly colorOf: (value: number) => string
  readonly classes: ReadonlyArray<string>
  /** Texts at the ends of the ramp. */
  readonly ends: readonly [low: string, high: string]
}

/** Shares of the steps up to each of the inner limits, so that the extremes stand out. */
const limits = [.12, .35, .65, .88]

/** Returns five colors: zones of heart rate if they are known, otherwise quantiles. */
export const coloringOf = (
  { format, key, unit }: StreamLine,
  values: ReadonlyArray<number>,
  zones: ReadonlyArray<number>,
): Coloring => {
  if (key === "beats" && zones.length > 0) {
    const classes = zones.map((_, i) => `z${i + 1}`)
    return {
      colorOf: (value) => `z${Math.max(1, zoneOf(value, zones))}`,
      classes,
      ends: ["Z1", `Z${zones.length}`],
    }
  }
  const cuts = limits.map((p) => quantile(values, p))
  const low = format(quantile(values, .05))
  return {
    colorOf: (value) => `s${1 + cuts.filter((cut) => value >= cut).length}`,
    classes: [1, 2, 3, 4, 5].map((n) => `s${n}`),
    ends: [low === "–" ? "stop" : low, `${format(quantile(values, .98))} ${unit}`],
  }
}

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

const ramp = ({ classes, ends: [low, high] }: Coloring): Html =>
  markup`<div class="ramp"><span>${low}</span><svg class="rampbar" viewBox="0 0 ${
    classes.length * 20
  } 6" preserveAspectRatio="none" aria-hidden="true">${
    classes.map((name, i) => markup`<rect class="${name}" x="${i * 20}" width="19.4" height="6"/>`)
  }</svg><span>${high}</span></div>`

/** Returns one path per color through points in pixels; a value belongs to the way to its point. */
const coloredPaths = (
  points: ReadonlyArray<readonly [number, number]>,
  values: ReadonlyArray<number>,
  { colorOf }: Coloring,
): ReadonlyMap<string, string> => {
  const paths = new Map<string, string>()
  let last = ""
  for (const [i, [x, y]] of points.entries()) {
    if (i === 0) continue
    const [x0, y0] = points[i - 1]!
    const color = colorOf(values[i]!)
    paths.set(
      color,
      (paths.get(color) ?? "") + (color === last ? "" : `M${pixel(x0)} ${pixel(y0)}`) +
        `L${pixel(x)} ${pixel(y)}`,
    )
    last = color
  }
  return paths
}

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
  return Math.round(Math.max(width * .62, least, Math.min(width * .82, natural)))
}

const draw = (view: SiteView, opened: Opened, width: number): Chart => {
  const { recording } = opened
  const { from, positions } = recording.track!
  const lines = streamLines(opened, view.units)
  const height = heightFor(positions, width, lines)
  const { project, scale } = fitted(positions, width, height, 26)
  const points = positions.map(project)
  const stream = chosen(view, lines)
  const values = smoothed(
    (stream?.values ?? positions.map(() => 0)).slice(from, from + positions.length),
  )
  const coloring = stream && coloringOf(stream, values, view.site.zones)
  const last = from + positions.length - 1
  const mark = (step: number): Html => {
    const point = points[step - from]
    return point === undefined
      ? empty
      : markup`<circle class="here" cx="${pixel(point[0])}" cy="${pixel(point[1])}" r="7"/>`
  }
  return {
    svg: markup`${
      svg(width, height, [
        markup`<rect class="ground" width="${width}" height="${height}" rx="8"/><path class="casing" d="${
          line(points)
        }"/>`,
        ...(coloring === undefined
          ? [markup`<path class="way s3" d="${line(points)}"/>`]
          : [...coloredPaths(points, values, coloring)].map(([color, d]) =>
            markup`<path class="way ${color}" d="${d}"/>`
          )),
        scaleBar(width, height, scale, view.units),
      ])
    }${coloring && ramp(coloring)}`,
    cursor: {
      label: "Position on the track",
      count: recording.time.length,
      start: from,
      group: momentGroup,
      near: (x, y) => {
        const squares = points.map(([px, py]) => (px - x) ** 2 + (py - y) ** 2)
        return from + squares.indexOf(Math.min(...squares))
      },
      mark,
      read: (step) => momentText(opened, lines, view.units, step),
      section: {
        mark: (begin, end) => {
          const part = points.slice(Math.max(0, begin - from), Math.max(0, end - from + 1))
          return begin > last || part.length < 2
            ? empty
            : markup`<path class="part" d="${line(part)}"/>`
        },
        read: (begin, end) => sectionText(opened, view.units, begin, end),
      },
    },
  }
}

/** Returns the panel of the track; undefined if the recording has none. */
export const trackPanel = (opened: Opened): Panel | undefined =>
  (opened.recording.track?.positions.length ?? 0) < 2 ? undefined : {
    id: "track",
    span: 5,
    title: () => "Track",
    subtitle: () => "The first and last 200 to 900 m are left out. No map tiles are loaded.",
    controls: (view) => {
      const lines = streamLines(opened, view.units)
      const current = chosen(view, lines)
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
