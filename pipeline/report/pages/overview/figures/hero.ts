/** The headline of the overview, and the sports to choose from. */
import { Html, markup } from "../../../html.ts"
import { distanceMeasure, type Measure, measureSum, timeMeasure } from "../../../charts/measures.ts"
import { decimal } from "../../../format.ts"
import type { SiteActivity } from "../../../model/SiteActivity.ts"
import type { SiteView } from "../../../model/SiteView.ts"
import { firstOfYear, sameDayIn, shortDate, yearOf } from "../../../../metrics/days.ts"
import { groupNames, sportGroups } from "../../../../metrics/sports.ts"
import { chosenGroup, overviewAddress, shownActivities } from "./filters.ts"

/** This year, last year up to the same day, and all of last year. */
export interface YearComparison {
  readonly year: number
  readonly now: ReadonlyArray<SiteActivity>
  readonly before: ReadonlyArray<SiteActivity>
  readonly allBefore: ReadonlyArray<SiteActivity>
}

export const comparisonOf = (view: SiteView): YearComparison => {
  const { day: last } = view.site.asOf
  const year = yearOf(last)
  const activities = shownActivities(view)
  const allBefore = activities.filter(({ day }) =>
    day >= firstOfYear(year - 1) && day < firstOfYear(year)
  )
  return {
    year,
    now: activities.filter(({ day }) => day >= firstOfYear(year)),
    before: allBefore.filter(({ day }) => day <= sameDayIn(year - 1, last)),
    allBefore,
  }
}

/** Returns distance, or time if last year has no distance. */
const comparedBy = ({ before }: YearComparison): Measure =>
  measureSum(before, distanceMeasure) > 0 ? distanceMeasure : timeMeasure

/** `2026 is 8 % ahead of 2025`; without a last year, `2026 so far`. */
const headline = (compared: YearComparison): string => {
  const { before, now, year } = compared
  const measure = comparedBy(compared)
  const last = measureSum(before, measure)
  if (last === 0) return `${year} so far`
  const percent = Math.round((measureSum(now, measure) / last - 1) * 100)
  return percent === 0
    ? `${year} is level with ${year - 1}`
    : `${year} is ${decimal(Math.abs(percent))} % ${percent > 0 ? "ahead of" : "behind"} ${
      year - 1
    }`
}

const chips = (view: SiteView): Html => {
  const { activities } = view.site
  const chosen = chosenGroup(view)
  const options = [undefined, ...sportGroups].map((group) => ({
    group,
    count: group === undefined
      ? activities.length
      : activities.filter((activity) => activity.group === group).length,
  })).filter(({ count }) => count > 0)
  return markup`<div class="chips" role="group" aria-label="Sport">${
    options.map(({ count, group }) =>
      markup`<a href="${overviewAddress(view, { sport: group })}" data-filter${
        group === chosen && new Html(` aria-current="true"`)
      }>${group !== undefined && markup`<i class="dot ${group}"></i>`}${
        group === undefined ? "All sports" : groupNames[group]
      } <b>${decimal(count)}</b></a>`
    )
  }</div>`
}

export const hero = (view: SiteView, compared: YearComparison): Html => {
  const { asOf, athlete } = view.site
  const { allBefore, before, year } = compared
  const first = shortDate(firstOfYear(year)).replace(` ${year}`, "")
  const against = before.length > 0 && measureSum(before, comparedBy(compared)) > 0
    ? `, ${comparedBy(compared).name.toLowerCase()} against the same days of ${year - 1}`
    : allBefore.length > 0
    ? `, none by this day of ${year - 1}`
    : ""
  return markup`<div class="hero"><div><h1>${headline(compared)}</h1><p class="sub">${
    athlete !== "" && `${athlete} · `
  }${first} to ${shortDate(asOf.day)}${against}</p></div>${chips(view)}</div>`
}
