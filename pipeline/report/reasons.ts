/** Reason why a report has no data, with the command that changes it. */
import { shortDate } from "../metrics/days.ts"
import { quantity } from "../output/kit/plurals.ts"
import type { Site } from "./model/Site.ts"

const activities = (count: number) => quantity(count, "activity", "activities")

/** Returns the reason why a report has no activity. */
export const noEntries = (
  { asOf, coverage, leftOut: { later, undated } }: Pick<Site, "asOf" | "coverage" | "leftOut">,
): string => {
  if (coverage.length === 0) return "No activity is stored yet. Run: deno task pipeline"
  const parts = [
    ...(later > 0 ? [`${activities(later)} dated after ${shortDate(asOf.day)}`] : []),
    ...(undated > 0 ? [`${activities(undated)} without a date`] : []),
  ]
  return `There is no activity with a date up to ${shortDate(asOf.day)} yet${
    parts.length === 0 ? "." : `, only ${parts.join(" and ")}.`
  }`
}
