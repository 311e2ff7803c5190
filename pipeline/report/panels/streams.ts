/**
 * The samples of one activity: a row per stream on one axis, with a cursor that can be moved along
 * it.
 */
import type { KnownResource } from "../../landed/coverage.ts"
import type { Samples } from "../../landed/Samples.ts"
import type { ReportActivity, ReportFacts } from "../Facts.ts"
import {
  decimal,
  durationOfSeconds,
  hoursMinutes,
  kilometers,
  minutesSeconds,
  ticks,
} from "../format.ts"
import { type Html, markup, named } from "../html.ts"
import { type Axis, axisOf, bridged, bucketed, speedOf } from "../../metrics/buckets.ts"
import { shortDate } from "../../metrics/days.ts"
import { sportName } from "../../metrics/sports.ts"
import { notYet, type Panel } from "../Panel.ts"
import { missingReasonTexts, noEntries, noSamples } from "../reasons.ts"
import { both, drawing } from "../drawing/svg.ts"
import { drawRow, layout, type StreamRow } from "../drawing/streamRow.ts"

/** Seconds per kilometer: a slower pace counts as standing still. */
const slowest = 20 * 60

const paceTicks = (low: number, high: number): ReadonlyArray<number> => {
  const step = [15, 30, 60, 120, 300].find((step) => (high - low) / step <= 3) ?? 600
  const first = Math.ceil(low / step)
  return Array.from(
    { length: Math.max(0, Math.floor(high / step) - first + 1) },
    (_, i) => (first + i) * step,
  )
}

/** Seconds for `meters`; null at a speed that counts as standing still. */
const paceOver = (meters: number) => (speed: number | null): number | null =>
  speed === null || speed * slowest < 1_000 ? null : meters / speed

const whole = (value: number) => decimal(value)

const rowsOf = (
  { group }: ReportActivity,
  samples: Samples,
  axis: Axis,
  count: number,
): ReadonlyArray<StreamRow> => {
  const steps = (values: Samples["watts"]) => {
    const found = values === undefined ? [] : bucketed(axis, values, count)
    const filled = found.filter((value) => value !== null).length
    return bridged(found, filled === 0 ? 0 : Math.max(4, Math.ceil(3 * count / filled)))
  }
  const onFoot = group === "run" || group === "walk"
  const speed = steps(speedOf(samples))
  const row = (
    name: string,
    unit: string,
    color: string,
    values: StreamRow["values"],
  ): StreamRow => ({
    name,
    unit,
    color,
    values,
    shown: whole,
    area: false,
    reverse: false,
  })
  const rows: ReadonlyArray<StreamRow> = [
    { ...row("elevation", "m", "ground", steps(samples.altitude)), area: true },
    onFoot || group === "swim"
      ? {
        ...row(
          "pace",
          onFoot ? "/km" : "/100 m",
          "swim",
          speed.map(paceOver(onFoot ? 1_000 : 100)),
        ),
        shown: minutesSeconds,
        ticks: paceTicks,
        reverse: true,
      }
      : {
        ...row("speed", "km/h", "swim", speed.map((value) => value === null ? null : value * 3.6)),
        shown: (value) => decimal(value, 1),
      },
    row("heart rate", "bpm", "run", steps(samples.heartrate)),
    row("power", "W", "ride", steps(samples.watts)),
    row(
      "cadence",
      onFoot ? "steps/min" : "rpm",
      "walk",
      steps(samples.cadence).map((value) => value === null ? null : onFoot ? value * 2 : value),
    ),
  ]
  return rows.filter(({ values }) => values.filter((value) => value !== null).length > 1)
}

const axisName = ({ of }: Axis, value: number): string =>
  of === "distance" ? `${decimal(value / 1_000, 1)} km` : durationOfSeconds(value)

const axisTicks = (
  { from, of, to }: Axis,
  count: number,
): ReadonlyArray<readonly [number, string]> => {
  if (of === "distance") {
    return ticks(from / 1_000, to / 1_000, count).map((km) => [km * 1_000, `${km} km`])
  }
  const step = [60, 120, 300, 600, 900, 1_800, 3_600].find((step) => (to - from) / step <= count) ??
    Math.ceil((to - from) / count / 7_200) * 7_200
  const first = Math.ceil(from / step)
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, i) => {
    const seconds = (first + i) * step
    return [seconds, seconds === 0 ? "0" : durationOfSeconds(seconds)]
  })
}

const chart = (entry: ReportActivity, samples: Samples, axis: Axis, width: number): Html => {
  const count = Math.min(
    Math.round((width - layout.left - layout.right) / 1.6),
    Math.max(2, axis.at.length),
  )
  const rows = rowsOf(entry, samples, axis, count)
  const bottom = layout.top + rows.length * (layout.row + layout.gap) - layout.gap
  const height = bottom + layout.bottom
  const x = (value: number) =>
    Math.round(
      (layout.left +
        (value - axis.from) / (axis.to - axis.from) * (width - layout.right - layout.left)) * 10,
    ) / 10
  const title = `${named(entry.activity.name)}, ${shortDate(entry.day)}`
  const labels = Array.from(
    { length: count },
    (_, i) => axisName(axis, axis.from + (i + .5) / count * (axis.to - axis.from)),
  )
  const data = {
    left: layout.left / width,
    right: (width - layout.right) / width,
    at: labels,
    rows: rows.map(({ name, shown, unit, values }) => ({
      name,
      values: values.map((value) => value === null ? "–" : `${shown(value)} ${unit}`),
    })),
  }
  return markup`
    <div
      class="streams">${
    drawing({
      width,
      height,
      name: "plot samples",
      content: markup`${
        rows.map((row, i) => drawRow(row, layout.top + i * (layout.row + layout.gap), width))
      }<g class="axis">${
        axisTicks(axis, width < 500 ? 4 : 10).map(([value, name]) =>
          markup`
              <path d="M${x(value)} ${bottom}v5" />
              <text x="${x(value)}" y="${bottom + 18}" text-anchor="middle">${name}</text>
            `
        )
      }</g>`,
    }, {
      title,
      description: `${rows.map(({ name }) => name).join(", ")} along one axis.`,
    })
  }<div class="cross" role="slider" tabindex="0" aria-label="Place in ${title}" aria-valuemin="0" aria-valuemax="${
    count -
    1
  }" aria-valuenow="0" data-samples="${
    JSON.stringify(
      data,
    )
  }" hidden><i></i><output></output></div></div>
  `
}

/** Returns the means of twenty parts of the axis, as a table. */
const tableOf = (entry: ReportActivity, samples: Samples, axis: Axis) => {
  const rows = rowsOf(entry, samples, axis, 20)
  return {
    caption: `Means of twenty parts of ${named(entry.activity.name)}`,
    head: ["Up to", ...rows.map(({ name, unit }) => `${name}, ${unit}`)],
    rows: Array.from({ length: 20 }, (_, i) => [
      axisName(axis, axis.from + (i + 1) / 20 * (axis.to - axis.from)),
      ...rows.map(({ shown, values }) => {
        const value = values[i]
        return value === null || value === undefined ? "–" : shown(value)
      }),
    ]),
  }
}

/** Returns the reason why the samples of this activity are not drawn. */
const notDrawn = (
  { activity }: ReportActivity,
  samples: Samples | undefined,
  { here, lacks }: KnownResource,
) => {
  const names = Object.keys(samples ?? {}).map((name) => name === "lat" ? "latlng" : name)
    .filter((name) => name !== "lng")
  return names.length > 0
    ? `This activity has the streams ${names.join(", ")}, which this panel does not draw.`
    : `There are no stored streams of this activity: ${
      here.has(activity.id)
        ? "Strava's response has none that can be read."
        : missingReasonTexts[lacks.get(activity.id) ?? "listed"]
    }`
}

export const streamsPanel = (facts: ReportFacts): Panel => {
  const { chosen, entries, shown, streams } = facts
  const head = { id: "streams", title: "Sample by sample", span: 12 as const }
  if (shown === undefined) {
    const why = entries.length === 0
      ? noEntries(facts)
      : `There are no streams of any activity yet: ${noSamples(entries, streams)}.`
    return { ...head, body: notYet(why) }
  }
  const { entry, samples = {} } = shown
  const { activity, day, meters, seconds } = entry
  const title = `${named(activity.name)}, ${shortDate(day)}`
  const axis = axisOf(samples)
  if (axis === undefined || rowsOf(entry, samples, axis, 20).length === 0) {
    return { ...head, title, body: notYet(notDrawn(entry, shown.samples, streams)) }
  }
  const parts = [
    named(sportName(activity.sport_type ?? activity.type)),
    ...(meters > 0 ? [`${kilometers(meters)} km`] : []),
    `${hoursMinutes(seconds)} h`,
    chosen ? "chosen by --activity" : "the newest with streams",
  ]
  return {
    ...head,
    title,
    subtitle: markup`
      ${parts.join(" · ")}<span class="with-script"
        hidden>; move along it with the pointer or the arrow keys</span>
    `,
    body: both((width) => chart(entry, samples, axis, width), 1_204, 760),
    table: tableOf(entry, samples, axis),
  }
}
