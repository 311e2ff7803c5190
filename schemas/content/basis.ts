/** What of a summary decides an activity's samples and details: another basis means other samples. */
import type { SummaryActivity } from "../Activity.ts"

/**
 * A change of any of these is a crop, a correction or another upload. All else (title, visibility, gear,
 * counts of kudos and comments, maps, efforts) changes without the samples.
 */
const fields = [
  "upload_id",
  "external_id",
  "start_date",
  "distance",
  "moving_time",
  "elapsed_time",
  "total_elevation_gain",
  "elev_high",
  "elev_low",
  "manual",
] as const

/** The basis as text, for comparing; an absent field is as one that is null. */
export const basisOf = (activity: SummaryActivity): string =>
  JSON.stringify([
    activity.sport_type ?? activity.type ?? null,
    ...fields.map((field) => activity[field] ?? null),
  ])
