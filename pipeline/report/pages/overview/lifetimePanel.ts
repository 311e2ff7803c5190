/** Sums of each year and of all years. */
import { type Html, markup } from "../../html.ts"
import { bar, stretched } from "../../charts/axes.ts"
import { climbMeasure, distanceMeasure, measureSum, timeMeasure } from "../../charts/measures.ts"
import { sentence } from "../../charts/svg.ts"
import { decimal } from "../../format.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import { addressOf, type SiteView } from "../../model/SiteView.ts"
import { shortDate, yearOf } from "../../../metrics/days.ts"
import { unitNames } from "../../../metrics/units.ts"
import { measureOf, shownActivities, yearsWith } from "./figures/filters.ts"

/** Width of the lines before they are stretched. */
const width = 300

const cells = ({ units }: SiteView, activities: ReadonlyArray<SiteActivity>): Html =>
  markup`${
    [
      decimal(activities.length),
      distanceMeasure.format(units, measureSum(activities, distanceMeasure)),
      decimal(measureSum(activities, timeMeasure) / 3_600),
      climbMeasure.format(units, measureSum(activities, climbMeasure)),
    ].map((cell) => markup`<td class="r">${cell === "0" ? "–" : cell}</td>`)
  }`

const table = (view: SiteView): Html => {
  const activities = shownActivities(view)
  const measure = measureOf("by", view)
  const thisYear = yearOf(view.site.asOf.day)
  const rows = yearsWith(activities).map((year) => ({
    year,
    some: activities.filter(({ day }) => yearOf(day) === year),
  }))
  const most = Math.max(1, ...rows.map(({ some }) => measureSum(some, measure)))
  const { distance, height } = unitNames[view.units]
  const head = ["Act.", distance, "Hours", `Climb, ${height}`]
  return markup`<table class="life"><thead><tr><th scope="col">Year</th>${
    head.map((name) => markup`<th scope="col" class="r">${name}</th>`)
  }</tr></thead><tbody>${
    rows.map(({ some, year }) =>
      markup`<tr><th scope="row"><a href="${addressOf(`year/${year}`)}">${year}</a></th>${
        cells(view, some)
      }</tr><tr aria-hidden="true"><td colspan="5" class="tb">${
        stretched(
          width,
          3,
          bar(
            0,
            0,
            measureSum(some, measure) / most * width,
            3,
            year === thisYear ? "accent" : "far",
          ),
        )
      }</td></tr>`
    )
  }</tbody><tfoot><tr><th scope="row">All</th>${cells(view, activities)}</tr></tfoot></table>`
}

export const lifetimePanel: Panel = {
  id: "life",
  span: 4,
  title: () => "Lifetime",
  subtitle: (view) => {
    const oldest = shownActivities(view).at(-1)
    return oldest === undefined
      ? ""
      : `Since ${shortDate(oldest.day)}; lines: ${measureOf("by", view).name.toLowerCase()}`
  },
  draw: (view) => shownActivities(view).length === 0 ? sentence("No activities yet.") : table(view),
}
