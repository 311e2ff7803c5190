/** Moving time of each day, year by year. */
import { legend } from "../../charts/axes.ts"
import { calendarChart } from "../../charts/calendar.ts"
import { weekdayNames } from "../../charts/dates.ts"
import { choice, sentence } from "../../charts/svg.ts"
import { hoursMinutes } from "../../format.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteView } from "../../model/SiteView.ts"
import { monthOf, months, yearOf } from "../../../metrics/days.ts"
import { quantity } from "../../../output/kit/plurals.ts"
import { overviewAddress, shownActivities, yearsWith } from "./figures/filters.ts"

/** Years that are drawn without a choice, and on a phone. */
const usualYears = 3
const fewerYears = 1
const narrow = 500

const colors = [
  ["h1", "under ½ h"],
  ["h2", "½ to 1 h"],
  ["h3", "1 to 2 h"],
  ["h4", "over 2 h"],
] as const

const showsAll = ({ query }: SiteView) => query.get("days") === "all"

export const calendarPanel: Panel = {
  id: "cal",
  span: 8,
  title: () => "Every day",
  subtitle: ({ site }) =>
    `Moving time of each day; a column is a week, ${weekdayNames(site.weekStart)[0]} on top`,
  controls: () => legend(colors),
  draw: (view, width) => {
    const activities = shownActivities(view)
    if (activities.length === 0) return sentence("No activities yet.")
    const years = yearsWith(activities)
    const count = showsAll(view) ? years.length : width < narrow ? fewerYears : usualYears
    return calendarChart(view, activities, { years: years.slice(0, count), width, named: true })
  },
  more: (view) => {
    const further = yearsWith(shownActivities(view)).length - usualYears
    return further <= 0 ? undefined : choice(
      showsAll(view) ? "Fewer years" : quantity(further, "earlier year"),
      overviewAddress(view, { days: showsAll(view) ? undefined : "all" }),
    )
  },
  table: (view) => {
    const activities = shownActivities(view)
    const years = yearsWith(activities)
    const seconds = new Map<number, number>()
    for (const { day, moving } of activities) {
      const at = yearOf(day) * 12 + monthOf(day)
      seconds.set(at, (seconds.get(at) ?? 0) + moving)
    }
    return years.length === 0 ? undefined : {
      head: ["Moving time, h", ...years.map(String)],
      rows: months.map((month, at) => [
        month,
        ...years.map((year) => {
          const sum = seconds.get(year * 12 + at)
          return sum === undefined ? "–" : hoursMinutes(sum)
        }),
      ]),
    }
  },
}
