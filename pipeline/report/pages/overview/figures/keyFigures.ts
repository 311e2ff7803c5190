/** Five figures of this year, each with a bar against last year. */
import { empty, type Html, markup } from "../../../html.ts"
import { bar, stretched } from "../../../charts/axes.ts"
import { climbMeasure, distanceMeasure, measureSum, timeMeasure } from "../../../charts/measures.ts"
import { pixel } from "../../../charts/svg.ts"
import { decimal } from "../../../format.ts"
import type { SiteActivity } from "../../../model/SiteActivity.ts"
import type { Units } from "../../../../metrics/units.ts"
import type { YearComparison } from "./hero.ts"

type Activities = ReadonlyArray<SiteActivity>

interface Figure {
  readonly name: string
  readonly of: (activities: Activities) => number
  readonly format: (value: number) => string
  readonly unit: string
}

const figuresIn = (units: Units): ReadonlyArray<Figure> => [
  ...[distanceMeasure, timeMeasure, climbMeasure].map((measure) => ({
    name: measure === timeMeasure ? "Moving time" : measure.name,
    of: (activities: Activities) => measureSum(activities, measure),
    format: (value: number) => measure.format(units, value),
    unit: measure.unit(units),
  })),
  { name: "Activities", of: ({ length }) => length, format: decimal, unit: "" },
  {
    name: "Days active",
    of: (activities) => new Set(activities.map(({ day }) => day)).size,
    format: decimal,
    unit: "",
  },
]

/** Pixels of a bar before it is stretched. */
const width = 200

const bullet = (now: number, before: number, allBefore: number): Html => {
  const most = Math.max(now, allBefore, 1)
  const x = (value: number) => value / most * width
  return stretched(
    width,
    10,
    markup`${bar(0, 0, x(allBefore), 10, "pale", 1)}${
      bar(0, 3, x(now), 4, "accent", 1)
    }<path class="tick" d="M${pixel(Math.min(width - 1, Math.max(1, x(before))))} 0v10"/>`,
  )
}

/** Returns the difference to last year in words and figures. */
const difference = ({ format, unit }: Figure, now: number, before: number, year: number): Html => {
  const change = now - before
  const size = `${format(Math.abs(change))}${unit === "" ? "" : ` ${unit}`}`
  return format(Math.abs(change)) === format(0)
    ? markup`<b>level</b> with ${year - 1}`
    : markup`<b><span aria-hidden="true">${change > 0 ? "▲" : "▼"} </span>${size}</b> ${
      change > 0 ? "more" : "less"
    } than ${year - 1}`
}

const figureHtml = (figure: Figure, { allBefore, before, now, year }: YearComparison): Html => {
  const [current, last, all] = [figure.of(now), figure.of(before), figure.of(allBefore)]
  return markup`<div class="kpi"><dt>${figure.name}</dt><dd><div class="big">${
    figure.format(current)
  }${figure.unit !== "" && markup`<small> ${figure.unit}</small>`}</div>${
    all > 0 && bullet(current, last, all)
  }<p>${
    last > 0
      ? difference(figure, current, last, year)
      : all > 0
      ? `none by this day of ${year - 1}`
      : empty
  }</p></dd></div>`
}

export const keyFigures = (units: Units, compared: YearComparison): Html => {
  const { allBefore, year } = compared
  return markup`<dl class="kpis">${
    figuresIn(units).map((figure) => figureHtml(figure, compared))
  }</dl><p class="q kq">${
    allBefore.length > 0 &&
    `Bar: ${year} so far. Tick: ${year - 1} by this day. Gray: all of ${year - 1}.`
  }</p>`
}
