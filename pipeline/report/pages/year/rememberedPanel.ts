/** The days of a year to remember, as a table. */
import { shortDate } from "../../../metrics/days.ts"
import { sentence } from "../../charts/svg.ts"
import { markup, named } from "../../html.ts"
import type { Panel } from "../../model/Panel.ts"
import { addressOf } from "../../model/SiteView.ts"
import { rememberedDays } from "./remembered.ts"
import { chosenYear, yearFacts } from "./YearFacts.ts"

/** `31 Aug` */
const dayAndMonth = (day: number): string => shortDate(day).slice(0, -5)

export const rememberedPanel: Panel = {
  id: "remembered",
  span: 12,
  title: () => "The days to remember",
  subtitle: () => "",
  draw: ({ part, site, units }) => {
    const rows = rememberedDays(yearFacts(site, chosenYear(site, part)).activities, units)
    if (rows.length === 0) return sentence("No activity of this year has a distance or a time.")
    return markup`<table class="days"><thead class="sr"><tr><th scope="col">Superlative</th><th scope="col">Activity</th><th scope="col">Value</th></tr></thead><tbody>${
      rows.map(({ activity, title, value }) =>
        markup`<tr><th scope="row">${title}</th><td><a href="${
          addressOf(`activity/${activity.id}`)
        }">${named(activity.name)}</a> <small>${
          dayAndMonth(activity.day)
        }</small></td><td class="r"><b>${value}</b></td></tr>`
      )
    }</tbody></table>`
  },
}
