/** Best pace for each distance and best power for each time: the last 90 days against all time. */
import { empty, type Html, markup } from "../../html.ts"
import { cursorLine, dot, gridLine, label, legend } from "../../charts/axes.ts"
import { effortName } from "../../charts/efforts.ts"
import { rateOf } from "../../charts/quantities.ts"
import { line, nearestIn, sentence, svg } from "../../charts/svg.ts"
import { clock, decimal, ticks } from "../../format.ts"
import type { Chart } from "../../model/Chart.ts"
import type { Panel } from "../../model/Panel.ts"
import { recentDays, type SiteBest, type SiteCurve } from "../../model/SiteCurve.ts"
import { activityAddress, type SiteView } from "../../model/SiteView.ts"
import { shortDate } from "../../../metrics/days.ts"
import { type Units } from "../../../metrics/units.ts"
import { chosenGroup } from "./figures/filters.ts"

interface Kind {
  readonly kind: "run" | "power"
  readonly color: string
  /** Returns the height of a best: the higher, the better. */
  readonly size: (best: SiteBest) => number
  /** Formats a height with its unit. */
  readonly format: (units: Units, size: number) => string
  /** Returns heights for grid lines between two. */
  readonly ticks: (units: Units, low: number, high: number) => ReadonlyArray<number>
  /** Keys that are named under the axis. */
  readonly keys: ReadonlyArray<number>
}

/** Steps of pace in seconds. */
const paceSteps = [5, 10, 15, 30, 60, 120, 300, 600]

const run: Kind = {
  kind: "run",
  color: "run",
  size: ({ key, value }) => key / value,
  format: (units, speed) => {
    const rate = rateOf("run", units)
    return `${rate.format(speed)} ${rate.unit}`
  },
  ticks: (units, low, high) => {
    const unit = units === "metric" ? 1_000 : 1_609.344
    const [from, to] = [unit / high, unit / low]
    const step = paceSteps.find((each) => (to - from) / each <= 5) ?? paceSteps.at(-1)!
    const first = Math.ceil(from / step)
    return Array.from(
      { length: Math.max(0, Math.floor(to / step) - first + 1) },
      (_, i) => unit / ((first + i) * step),
    )
  },
  keys: [400, 1_000, 3_000, 10_000, 42_195],
}

const power: Kind = {
  kind: "power",
  color: "ride",
  size: ({ value }) => value,
  format: (_, watts) => `${decimal(watts)} W`,
  ticks: (_, low, high) => ticks(low, high, 4),
  keys: [5, 60, 300, 1_200, 3_600, 10_800],
}

const reading = (view: SiteView, { format, kind, size }: Kind, curve: SiteCurve, key: number) => {
  const shown = (best: SiteBest | undefined) =>
    best === undefined
      ? "none"
      : markup`<b>${format(view.units, size(best))}</b> on ${shortDate(best.day)}`
  const at = (bests: ReadonlyArray<SiteBest>) => bests.find((best) => best.key === key)
  const best = at(curve.all)
  return markup`${effortName(kind, key)}${
    kind === "run" && best !== undefined && ` in ${clock(best.value)}`
  }: all time ${shown(best)} · last ${recentDays} days ${shown(at(curve.recent))}`
}

const chart = (view: SiteView, width: number, kind: Kind, curve: SiteCurve): Chart => {
  const [height, top, bottom, left, right] = [240, 18, 24, 64, 8]
  const sizes = [...curve.all, ...curve.recent].map(kind.size)
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)]
  const room = Math.max((high - low) * .08, high * .01)
  const [bottomSize, topSize] = [Math.max(low - room, low / 2), high + room]
  const keys = curve.all.map(({ key }) => key)
  const [first, last] = [Math.log(keys[0]!), Math.log(keys.at(-1)!)]
  const x = (key: number) =>
    left + (Math.log(key) - first) / (last - first || 1) * (width - left - right)
  const y = (size: number) =>
    height - bottom - (size - bottomSize) / (topSize - bottomSize) * (height - top - bottom)
  const xs = keys.map(x)
  const lineOf = (bests: ReadonlyArray<SiteBest>, color: string, stroke: number) =>
    bests.length === 0
      ? empty
      : markup`<path class="line" d="${
        line(bests.map((best) => [x(best.key), y(kind.size(best))]))
      }" stroke="var(--${color})" stroke-width="${stroke}"/>${
        bests.map((best) => dot(x(best.key), y(kind.size(best)), 2.5, color))
      }`
  const named = kind.keys.filter((key) => keys.includes(key))
  return {
    svg: svg(width, height, [
      ...kind.ticks(view.units, bottomSize, topSize).filter((size) => y(size) > top - 4).flatMap(
        (size) => [
          gridLine(y(size), 0, width),
          label(0, y(size) - 4, kind.format(view.units, size), { class: "halo" }),
        ],
      ),
      ...named.map((key, i) =>
        label(x(key), height - 5, effortName(kind.kind, key), {
          ...i > 0 && i === named.length - 1
            ? { anchor: "end" as const }
            : i > 0
            ? { anchor: "middle" as const }
            : {},
        })
      ),
      lineOf(curve.all, "ctx", 1.5),
      lineOf(curve.recent, kind.color, 2.25),
    ]),
    cursor: {
      label: kind.kind === "run" ? "Pace by distance" : "Power by time",
      count: keys.length,
      start: 0,
      near: (at) => nearestIn(xs, at),
      mark: (at) => cursorLine(xs[at]!, top, height - bottom),
      read: (at) => reading(view, kind, curve, keys[at]!),
      open: (at) => {
        const { activity, day } = curve.all[at]!
        return activityAddress(view.site, { id: activity, day })
      },
    },
  }
}

/** A line needs two points. */
const isTooShort = ({ all }: SiteCurve) => all.length < 2

const bestCells = (
  view: SiteView,
  kind: Kind,
  best: SiteBest | undefined,
): ReadonlyArray<string | Html> =>
  best === undefined ? ["–", "–"] : [
    `${kind.kind === "run" ? `${clock(best.value)}, ` : ""}${
      kind.format(view.units, kind.size(best))
    }`,
    markup`<a href="${activityAddress(view.site, { id: best.activity, day: best.day })}">${
      shortDate(best.day)
    }</a>`,
  ]

const curvePanel = (
  kind: Kind,
  words: {
    readonly id: string
    readonly title: string
    readonly subtitle: string
    readonly none: string
  },
): Panel => ({
  id: words.id,
  span: 6,
  title: () => words.title,
  subtitle: () => words.subtitle,
  controls: ({ site }) =>
    isTooShort(site.curves[kind.kind])
      ? empty
      : legend([[kind.color, `Last ${recentDays} days`], ["ctx", "All time"]]),
  draw: (view, width) => {
    const curve = view.site.curves[kind.kind]
    return isTooShort(curve) ? sentence(words.none) : chart(view, width, kind, curve)
  },
  table: (view) => {
    const curve = view.site.curves[kind.kind]
    return isTooShort(curve) ? undefined : {
      head: [
        kind.kind === "run" ? "Distance" : "Time",
        "All time",
        "Set on",
        `Last ${recentDays} days`,
        "Set on",
      ],
      rows: curve.all.map((best) => [
        effortName(kind.kind, best.key),
        ...bestCells(view, kind, best),
        ...bestCells(view, kind, curve.recent.find(({ key }) => key === best.key)),
      ]),
    }
  },
})

const pacePanel = curvePanel(run, {
  id: "pace",
  title: "Pace curve",
  subtitle: "Best pace of runs for a distance; a longer best also counts for a shorter distance",
  none: "Needs the streams of a run.",
})

const powerPanel = curvePanel(power, {
  id: "power",
  title: "Power curve",
  subtitle: "Best mean power for a time; a longer best also counts for a shorter time",
  none: "Needs the streams of a power meter.",
})

/** Returns the curves of the chosen sport; of all sports, both, unless one has no data. */
export const curvePanels = (view: SiteView): ReadonlyArray<Panel> => {
  const chosen = chosenGroup(view)
  const { curves } = view.site
  return [
    ...chosen === undefined || chosen === "run" ? [[pacePanel, curves.run] as const] : [],
    ...chosen === undefined || chosen === "ride" ? [[powerPanel, curves.power] as const] : [],
  ].filter(([, curve]) => !isTooShort(curve)).map(([panel]) => panel)
}
