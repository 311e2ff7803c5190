/** The streams of an activity with one crosshair over all of them. */
import { clock, tick, ticks } from "../../../format.ts"
import { empty, type Html, markup } from "../../../html.ts"
import { coloredLine } from "../../../charts/coloredLine.ts"
import { distanceNumber } from "../../../charts/quantities.ts"
import { spread } from "../../../charts/spread.ts"
import { choices, line, nearestIn, pixel, svg } from "../../../charts/svg.ts"
import type { Chart } from "../../../model/Chart.ts"
import type { Panel, PanelTable } from "../../../model/Panel.ts"
import { type SiteView, withFilters } from "../../../model/SiteView.ts"
import { zoneOf } from "../../../../metrics/heartRate.ts"
import { distanceIn, metersPer, unitNames, type Units } from "../../../../metrics/units.ts"
import { type Opened, stepDistances } from "../opened.ts"
import { momentText, sectionText } from "./readouts.ts"
import { type StreamLine, streamLines, type Strip, stripsHeight, stripsOf } from "./strips.ts"

/** Pixels at the right for the ends of the scales. */
const right = 46

/** Group of the cursors that show the same moment. */
export const momentGroup = "moment"

type AxisName = "distance" | "time"

const axisOf = ({ query }: SiteView, { recording }: Opened): AxisName =>
  query.get("axis") === "time" || stepDistances(recording) === undefined ? "time" : "distance"

/** Steps of an axis of time in minutes. */
const timeSteps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 360, 720]

const axisTicks = (
  axis: AxisName,
  units: Units,
  last: number,
  count: number,
): ReadonlyArray<readonly [at: number, text: string]> => {
  const { distance } = unitNames[units]
  if (axis === "distance") {
    const all = ticks(0, distanceIn(units, last), count).slice(1)
    return all.map((value, i) => [
      value * metersPer[distance],
      `${tick(value)}${i === all.length - 1 ? ` ${distance}` : ""}`,
    ])
  }
  const step = 60 * (timeSteps.find((minutes) => last / 60 / minutes <= count) ?? 1_440)
  return Array.from({ length: Math.floor(last / step) }, (_, i) => [
    (i + 1) * step,
    clock((i + 1) * step),
  ])
}

interface Scene {
  readonly opened: Opened
  readonly zones: ReadonlyArray<number>
  readonly width: number
  /** Pixels of each step from the left. */
  readonly xs: ReadonlyArray<number>
}

const points = ({ xs }: Scene, { values, y }: Strip) =>
  values.map((value, i) => [xs[i]!, y(value)] as const)

const zoneLine = (scene: Scene, strip: Strip): Html => {
  const { width, zones } = scene
  const limits = zones.flatMap((zone, i) =>
    i > 0 && zone > strip.low && zone < strip.high ? [[zone, i + 1] as const] : []
  )
  const names = spread(limits.map(([zone]) => strip.y(zone) + 4), 12, strip.top, strip.bottom + 4)
  const zoneAt = (i: number) => `z${Math.max(1, zoneOf(strip.values[i]!, zones))}`
  return markup`${
    limits.map(([zone, number], i) =>
      markup`<path class="b dots" d="M0 ${pixel(strip.y(zone))}H${
        width - right
      }"/><text class="s" x="${width - right + 6}" y="${
        pixel(names[i]!)
      }">Z${number} ${zone}</text>`
    )
  }${
    [...coloredLine(points(scene, strip), zoneAt)].map(([zone, d]) =>
      markup`<path class="stream ${zone}" d="${d}"/>`
    )
  }${limits.length === 0 && scaleEnds(scene, strip)}`
}

/** Returns the ends of the scale of a strip. */
const scaleEnds = ({ width }: Scene, { format, high, low, y }: Strip): Html =>
  markup`${
    [high, low].map((value) =>
      markup`<text class="s" x="${width - right + 6}" y="${pixel(y(value) + 4)}">${
        format(value)
      }</text>`
    )
  }`

const stripLine = (scene: Scene, strip: Strip): Html => {
  if (strip.key === "beats" && scene.zones.length > 0) return zoneLine(scene, strip)
  const d = line(points(scene, strip))
  const [first, last] = [scene.xs[0]!, scene.xs.at(-1)!]
  const ends = scaleEnds(scene, strip)
  return strip.key === "altitude"
    ? markup`<path class="area" d="M${pixel(first)} ${strip.bottom}L${d.slice(1)}L${
      pixel(last)
    } ${strip.bottom}Z"/><path class="stream ground-line" d="${d}"/>${ends}`
    : markup`<path class="stream" d="${d}"/><path class="b dots" d="M0 ${
      pixel(strip.y(strip.mean))
    }H${scene.width - right}"/>${ends}`
}

/** Returns the text at the right end of a strip's title. */
const valueText = ({ width }: Scene, { top }: Strip, text: string, names: string): Html =>
  markup`<text class="${names}" x="${width - right}" y="${
    top - 8
  }" text-anchor="end">${text}</text>`

const stripHtml = (scene: Scene, strip: Strip): Html =>
  markup`<path class="b base" d="M0 ${strip.bottom}.5H${scene.width - right}"/>${
    stripLine(scene, strip)
  }<text class="lab title" x="0" y="${strip.top - 8}">${strip.title}</text>${
    strip.key === "altitude"
      ? empty
      : valueText(scene, strip, `${strip.format(strip.mean)} ${strip.unit} mean`, "halo")
  }`

const draw = (view: SiteView, opened: Opened, width: number): Chart => {
  const { units } = view
  const { recording } = opened
  const axis = axisOf(view, opened)
  const at = axis === "distance" ? stepDistances(recording)! : recording.time
  const last = Math.max(1, at.at(-1)!)
  const plot = width - right
  const lines = streamLines(opened, units)
  const strips = stripsOf(lines)
  const height = stripsHeight(lines)
  const bottom = height - 24
  const scene: Scene = {
    opened,
    zones: view.site.zones,
    width,
    xs: at.map((value) => value / last * plot),
  }
  const grid = axisTicks(axis, units, last, width < 500 ? 4 : 7).map(([value, text]) => {
    const x = pixel(value / last * plot)
    return markup`<path class="g" d="M${x} 18V${bottom}"/><text x="${x}" y="${
      height - 4
    }" text-anchor="middle">${text}</text>`
  })
  const moment = (step: number): Html => {
    const x = pixel(scene.xs[step]!)
    return markup`<path class="cur" d="M${x} 14V${bottom}"/>${
      strips.map((strip) =>
        markup`<circle class="dot-now" cx="${x}" cy="${
          pixel(strip.y(strip.values[step]!))
        }" r="3.5"/><rect class="cover" x="${plot - 120}" y="${
          strip.top - 20
        }" width="120" height="16"/>${
          valueText(scene, strip, `${strip.format(strip.values[step]!)} ${strip.unit}`, "lab")
        }`
      )
    }`
  }
  return {
    svg: svg(width, height, [
      ...grid,
      markup`<g class="${opened.activity.group}">${
        strips.map((strip) => stripHtml(scene, strip))
      }</g>`,
    ]),
    cursor: {
      label: "Streams of this activity",
      count: at.length,
      start: 0,
      group: momentGroup,
      near: (x) => nearestIn(scene.xs, x),
      mark: moment,
      read: (step) => momentText(opened, lines, units, step),
      section: {
        mark: (from, to) =>
          markup`<rect class="section" x="${pixel(scene.xs[from]!)}" y="14" width="${
            pixel(scene.xs[to]! - scene.xs[from]!)
          }" height="${bottom - 14}"/>`,
        read: (from, to) => sectionText(opened, units, from, to),
      },
    },
  }
}

/** Most rows of the table of streams. */
const mostRows = 100

/** Returns the streams as numbers, with every step or, of long recordings, every few steps. */
const tableOf = (
  lines: ReadonlyArray<StreamLine>,
  { recording }: Opened,
  units: Units,
): PanelTable => {
  const distances = stepDistances(recording)
  const count = recording.time.length
  const every = Math.ceil(count / mostRows)
  const steps = Array.from(
    { length: Math.ceil(count / every) },
    (_, i) => Math.min(count - 1, (i + 1) * every - 1),
  )
  return {
    head: [
      "Time",
      ...(distances === undefined ? [] : [`Distance, ${unitNames[units].distance}`]),
      ...lines.map(({ title, unit }) => `${title}, ${unit}`),
    ],
    rows: steps.map((step) => [
      clock(recording.time[step]!),
      ...(distances === undefined ? [] : [distanceNumber(units, distances[step]!)]),
      ...lines.map(({ format, values }) => format(values[step]!)),
    ]),
  }
}

/** Returns the panel of the streams; `span` is the width that the track leaves. */
export const streamsPanel = (opened: Opened, span: 7 | 12): Panel => ({
  id: "streams",
  span,
  title: () => "Streams",
  subtitle: ({ site }) =>
    `Point, or use ← →, to read a moment; drag, or hold Shift, to measure a section${
      site.maps || !opened.activity.streams.includes("latlng")
        ? ""
        : ". The track is left out (--no-maps)"
    }`,
  controls: (view) => {
    const axis = axisOf(view, opened)
    const address = (name: string | undefined) =>
      withFilters(`activity/${view.part}`, view.query, { axis: name })
    return markup`<div class="pair noprint"><button type="button" class="btn sm" data-measure aria-pressed="false">Measure</button>${
      stepDistances(opened.recording) === undefined ? empty : choices("Axis", [
        ["Distance", address(undefined), axis === "distance"],
        ["Time", address("time"), axis === "time"],
      ])
    }</div>`
  },
  draw: (view, width) => draw(view, opened, width),
  table: ({ units }) => tableOf(streamLines(opened, units), opened, units),
})
