/** A year in review on one A4 page. */
import { isoOf, shortDate } from "../../../metrics/days.ts"
import { distanceIn, heightIn, unitNames, type Units } from "../../../metrics/units.ts"
import { quantity } from "../../../output/kit/plurals.ts"
import { calendarChart } from "../../charts/calendar.ts"
import { sentence } from "../../charts/svg.ts"
import { decimal, hoursMinutes } from "../../format.ts"
import { Html, markup } from "../../html.ts"
import type { Page, Panel } from "../../model/Panel.ts"
import { addressOf, type SiteView } from "../../model/SiteView.ts"
import { monthsPanel } from "./monthsPanel.ts"
import { rememberedPanel } from "./rememberedPanel.ts"
import { routesPanel } from "./routesPanel.ts"
import { sportsPanel } from "./sportsPanel.ts"
import {
  chosenYear,
  type YearFacts,
  yearFacts,
  yearsWithActivities,
  type YearTotals,
} from "./YearFacts.ts"

/** Pixels of the contents of a sheet of A4 on paper: 210 mm without the margins of 14 mm. */
const paper = 688

const factsOf = ({ part, site }: Pick<SiteView, "part" | "site">) =>
  yearFacts(site, chosenYear(site, part))

interface Figure {
  readonly name: string
  readonly unit: string
  readonly of: (totals: YearTotals) => number
  readonly format: (value: number) => string
}

const figures = (units: Units): ReadonlyArray<Figure> => [
  {
    name: "Distance",
    unit: unitNames[units].distance,
    of: ({ meters }) => Math.round(distanceIn(units, meters)),
    format: decimal,
  },
  {
    name: "Moving time",
    unit: "h",
    of: ({ seconds }) => Math.round(seconds / 60) * 60,
    format: hoursMinutes,
  },
  {
    name: "Climb",
    unit: unitNames[units].height,
    of: ({ climb }) => Math.round(heightIn(units, climb)),
    format: decimal,
  },
  { name: "Activities", unit: "", of: ({ activities }) => activities, format: decimal },
  { name: "Days active", unit: "", of: ({ days }) => days, format: decimal },
]

/** Returns the difference of a figure from the year before, such as `▼ 121 less`. */
export const differenceText = (
  now: number,
  before: number,
  format: (value: number) => string,
): string =>
  now === before
    ? "the same"
    : now > before
    ? `▲ ${format(now - before)} more`
    : `▼ ${format(before - now)} less`

/** `30 Nov` */
const dayAndMonth = (day: number) => shortDate(day).slice(0, -5)

/** Returns a sentence that names the comparison of the figures. */
export const comparisonText = ({ asOf }: SiteView["site"], facts: YearFacts): string => {
  const { comparison, isPartial, year } = facts
  const until = isPartial ? ` to ${dayAndMonth(asOf.day)}` : ""
  return comparison === undefined
    ? `no activity in ${year - 1}${until}`
    : `compared with ${year - 1}${until}`
}

const poster = (view: SiteView): Html => {
  const { site, units } = view
  const facts = factsOf(view)
  const { activities, comparison, isPartial, streak, totals, year } = facts
  return markup`<div class="yh"><h1 class="y">${year}</h1><p class="ryt"><b>${site.athlete}</b><br>${
    isPartial && `to ${dayAndMonth(site.asOf.day)} · `
  }${
    activities.length === 0
      ? "no activity"
      : `${quantity(totals.days, "day")} active · longest streak ${quantity(streak, "day")}`
  }<br>${comparisonText(site, facts)}</p></div><dl class="k">${
    figures(units).map(({ format, name, of, unit }) =>
      markup`<div><dt>${name}</dt><dd><div class="fig">${format(of(totals))}${
        unit !== "" && markup` <small>${unit}</small>`
      }</div>${
        comparison !== undefined &&
        markup`<p>${differenceText(of(totals), of(comparison), format)}</p>`
      }</dd></div>`
    )
  }</dl>`
}

const calendarPanel: Panel = {
  id: "days",
  span: 12,
  title: () => "Every day",
  subtitle: () => "the stronger the color, the more time",
  draw: (view, width) => {
    const { activities, year } = factsOf(view)
    if (activities.length === 0) return sentence(`There is no activity in ${year}.`)
    return calendarChart(view, activities, { years: [year], width, named: false })
  },
  table: (view) => {
    const { activities } = factsOf(view)
    if (activities.length === 0) return undefined
    const days = Map.groupBy(activities.toReversed(), ({ day }) => day)
    return {
      head: ["Day", "Activities", "Hours"],
      rows: Array.from(days, ([day, own]) => [
        shortDate(day),
        decimal(own.length),
        hoursMinutes(own.reduce((sum, { moving }) => sum + moving, 0)),
      ]),
    }
  },
}

const chips = (view: SiteView): Html => {
  const { year } = factsOf(view)
  const years = [...new Set([year, ...yearsWithActivities(view.site)])].sort((a, b) => b - a)
  return markup`<ul class="years" aria-label="Years">${
    years.map((each) =>
      markup`<li><a href="${addressOf(`year/${each}`)}"${
        each === year && new Html(` aria-current="page"`)
      }>${each}</a></li>`
    )
  }</ul>`
}

export const yearPage: Page = {
  name: "year",
  title: (view) => `${factsOf(view).year} in review`,
  head: poster,
  panels: () => [calendarPanel, monthsPanel, sportsPanel, rememberedPanel, routesPanel],
  tracks: true,
  paper,
  frame: (view, contents) =>
    view.site.ledger.none !== undefined
      ? markup`<div class="hero"><h1>Year in review</h1></div>${sentence(view.site.ledger.none)}`
      : markup`<div class="sheet-tools noprint">${
        chips(view)
      }<button class="btn" type="button" data-print>Print on A4</button></div><article class="sheet">${contents}<p class="ft"><span>Made from ${
        quantity(factsOf(view).activities.length, "activity", "activities")
      } on this computer</span><span>Paceline · data of ${
        isoOf(view.site.asOf.day)
      }</span></p></article>`,
}
