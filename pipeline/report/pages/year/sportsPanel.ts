/** Time and distance of each sport in a year. */
import { groupNames } from "../../../metrics/sports.ts"
import { distanceText } from "../../charts/quantities.ts"
import { sentence } from "../../charts/svg.ts"
import { decimal } from "../../format.ts"
import { markup } from "../../html.ts"
import type { Panel } from "../../model/Panel.ts"
import { addressOf } from "../../model/SiteView.ts"
import { chosenYear, sportsOfYear, yearFacts } from "./YearFacts.ts"

export const sportsPanel: Panel = {
  id: "sports",
  span: 6,
  title: () => "By sport",
  subtitle: () => "hours",
  draw: ({ part, site, units }) => {
    const year = chosenYear(site, part)
    const sports = sportsOfYear(yearFacts(site, year).activities)
    if (sports.length === 0) return sentence("No time in this year.")
    const most = sports[0]!.seconds
    return markup`<table class="bars"><thead class="sr"><tr><th scope="col">Sport</th><th scope="col">Share</th><th scope="col">Hours</th><th scope="col">Distance</th></tr></thead><tbody>${
      sports.map(({ group, meters, seconds }) =>
        markup`<tr class="${group}"><th scope="row"><a href="${
          addressOf("activities", { group, year: String(year) })
        }">${
          groupNames[group]
        }</a></th><td class="share"><svg viewBox="0 0 100 13" preserveAspectRatio="none" aria-hidden="true"><rect width="${
          Math.round(seconds / most * 1_000) / 10
        }" height="13"/></svg></td><td class="r">${
          decimal(seconds / 3_600, seconds < 36_000 ? 1 : 0)
        }</td><td class="r mut">${meters > 0 ? distanceText(units, meters) : "–"}</td></tr>`
      )
    }</tbody></table>`
  },
}
