/** Reasons why a page has no data, with the command that changes it, if there is one. */
import type { MissingReason } from "../landed/coverage.ts"
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

/** Reasons why one activity has no streams: see `SiteActivity.lack`. */
export const missingReasonTexts: Readonly<Record<MissingReason, string>> = {
  listed: "They are still to be fetched. Run: deno task streams",
  quarantined: "They could not be fetched yet and are retried. See: deno task status",
  skipped: "It was entered manually, or Strava does not permit them. See: deno task status",
  absent: "Strava has none.",
  purged: "They were purged by age.",
}
