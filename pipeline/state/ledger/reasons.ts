/** Reasons of ledger entries. Known ones are stored as codes; texts of other errors are stored as they are. */

/** Codes that are stored in the column `reason`. They never change. */
export const reasons = {
  changed: "activity_changed",
  damaged: "staged_damaged",
  deleted: "deleted",
  lost: "lost_by_sink",
  lostImport: "import_lost_by_sink",
  manual: "entered_manually",
  noSamples: "no_samples",
  notAvailable: "not_available",
  notPermitted: "not_available_or_permitted",
  notYet: "not_yet_available",
  restored: "activity_restored",
  subscribersOnly: "subscribers_only",
  undecodable: "undecodable",
  uploadedLate: "uploaded_late",
} as const

type ReasonCode = typeof reasons[keyof typeof reasons]

const texts: Readonly<Record<ReasonCode, string>> = {
  activity_changed: "activity changed at Strava",
  activity_restored: "activity restored at Strava",
  deleted: "deleted at Strava",
  entered_manually: "entered manually, no streams",
  import_lost_by_sink: "a sink lost it; import your export again: deno task import FILE",
  lost_by_sink: "a sink lost it, and no other sink has it",
  no_samples: "streams without samples",
  not_available: "not available (404)",
  not_available_or_permitted: "not available (404), or the permission to read it was withdrawn",
  not_yet_available: "not available yet",
  staged_damaged: "the staged response was damaged",
  subscribers_only: "available to Strava subscribers only (402)",
  undecodable: "its response could not be decoded",
  uploaded_late: "recently uploaded",
}

/** Sentences that earlier versions stored in place of codes. */
const former: Readonly<Record<string, ReasonCode>> = {
  "Strava gives it to subscribers only (402)": "subscribers_only",
  "Strava has no samples": "no_samples",
  "Strava has none (404)": "not_available",
  "Strava has none (404), or the permission to read it was taken away":
    "not_available_or_permitted",
  "Strava has none yet": "not_yet_available",
  "Strava has none yet; asked again in the next run": "not_yet_available",
  "Strava has none; asked once more in the next run": "not_yet_available",
  "a sink lost it and nobody else has it": "lost_by_sink",
  "deleted at Strava": "deleted",
  "entered by hand: no samples": "entered_manually",
  "its answer could not be read": "undecodable",
  "the activity has changed": "activity_changed",
  "the activity is there again": "activity_restored",
  "the response had no samples": "no_samples",
  "the staged answer was damaged": "staged_damaged",
  "uploaded lately": "uploaded_late",
}

const isCode = (stored: string): stored is ReasonCode => Object.hasOwn(texts, stored)

/** Returns the text of a stored reason; empty if there is none. */
export const reasonText = (stored: string | null): string => {
  if (stored === null) return ""
  const code = Object.hasOwn(former, stored) ? former[stored] ?? stored : stored
  return isCode(code) ? texts[code] : code
}
