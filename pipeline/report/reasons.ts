/**
 * Reasons why a panel is empty: the number of listed activities, and of those without streams, by
 * cause.
 */
import { type KnownResource, type MissingReason, type Share, shareOf } from "../landed/coverage.ts"
import { isEmpty, noActivities } from "../landed/state.ts"
import type { ReportActivity, ReportFacts } from "./Facts.ts"
import { decimal } from "./format.ts"
import { shortDate } from "../metrics/days.ts"
import { quantity } from "../output/kit/plurals.ts"

const activities = (count: number) => quantity(count, "activity", "activities")

/** Returns the reason why a report has no activity. */
export const noEntries = ({ asOf, coverage, leftOut, state }: ReportFacts): string => {
  const { later, undated } = leftOut
  if (state !== undefined && isEmpty(state)) return noActivities(state)
  if (coverage.length === 0) return "No activity is listed yet: deno task pipeline"
  const parts = [
    ...(later > 0 ? [`${activities(later)} dated after ${shortDate(asOf.day)}`] : []),
    ...(undated > 0 ? [`${activities(undated)} without a date`] : []),
  ]
  return `There is no activity with a date up to ${shortDate(asOf.day)} yet${
    parts.length === 0 ? "." : `, only ${parts.join(" and ")}.`
  }`
}

const pieces: ReadonlyArray<readonly [keyof Share, (count: number) => string]> = [
  ["toFetch", (count) => `${decimal(count)} still to fetch (deno task streams)`],
  ["quarantined", (count) => `${decimal(count)} failed and retried later (deno task status)`],
  ["skipped", (count) => `${decimal(count)} entered manually or not permitted`],
  ["absent", (count) => `${decimal(count)} without streams at Strava`],
  ["purged", (count) => `${decimal(count)} purged by age`],
]

/** `of 7 activities: 5 still to fetch (deno task streams), 2 entered manually or not permitted`. */
export const noSamples = (
  entries: ReadonlyArray<ReportActivity>,
  streams: KnownResource,
  what = activities,
) => {
  const share = shareOf(entries.map(({ activity }) => activity), streams)
  const parts = pieces.flatMap(([part, words]) => share[part] > 0 ? [words(share[part])] : [])
  return `of ${what(entries.length)}, ${parts.join(", ")}`
}

/** Returns the number of these entries with samples. */
export const withSamples = (
  entries: ReadonlyArray<ReportActivity>,
  { here }: KnownResource,
): number => entries.filter(({ activity }) => here.has(activity.id)).length

/** Reasons why one activity has no samples, each with the command that changes it, if there is one. */
export const missingReasonTexts: Readonly<Record<MissingReason, string>> = {
  listed: "they are still to be fetched. Run: deno task streams",
  quarantined: "they could not be fetched yet and are retried. See: deno task status",
  skipped: "it was entered manually, or Strava does not permit them. See: deno task status",
  absent: "Strava has none.",
  purged: "they were purged by age.",
}
