/** Stored, missing and pending streams and details of each year. */

/** Reason why there is no response, from the state file or the database. */
export type MissingReason = "absent" | "quarantined" | "skipped" | "purged" | "listed"

/** Number of activities by the status of one resource; the sum is the number of activities. */
export interface Share {
  readonly here: number
  /** Strava has none. */
  readonly absent: number
  /** Failed repeatedly; later runs retry. */
  readonly quarantined: number
  /** Not fetched: entered manually, or not permitted by Strava. */
  readonly skipped: number
  /** Purged by age, and not fetched again. */
  readonly purged: number
  readonly toFetch: number
}

export interface Coverage {
  /** Local year of the start; null if the start is unknown. */
  readonly year: number | null
  readonly listed: number
  readonly streams: Share
  readonly details: Share
  /** Number of streams that were imported from an export. */
  readonly imported: number
}

/** Activities that have a response of one resource, and the reasons why others have none. */
export interface KnownResource {
  readonly here: ReadonlySet<string>
  /** Those among them whose response was imported from an export. */
  readonly imported?: ReadonlySet<string> | undefined
  readonly lacks: ReadonlyMap<string, MissingReason>
}

/** An activity and its local time of start; null if that is unknown. */
export interface StartedActivity {
  readonly id: string
  readonly local: string | null
}

/** Counts activities by the status of their streams or details. */
const shareOf = (
  activities: ReadonlyArray<Pick<StartedActivity, "id">>,
  { here, lacks }: KnownResource,
): Share => {
  const share = { here: 0, absent: 0, quarantined: 0, skipped: 0, purged: 0, toFetch: 0 }
  for (const { id } of activities) {
    const lack = lacks.get(id) ?? "listed"
    share[here.has(id) ? "here" : lack === "listed" ? "toFetch" : lack]++
  }
  return share
}

/**
 * Returns the coverage of each year, newest first; activities without a year come last.
 * `quarantined` are activities that Strava lists and that could not be read, so that neither they
 * nor their streams are stored.
 */
export const coverageOf = (
  activities: ReadonlyArray<StartedActivity>,
  known: { readonly streams: KnownResource; readonly details: KnownResource },
  quarantined: ReadonlyArray<StartedActivity> = [],
): ReadonlyArray<Coverage> => {
  const stored = new Set(activities.map(({ id }) => id))
  const unread = quarantined.filter(({ id }) => !stored.has(id))
  const unreadable = unread.map(({ id }) => [id, "quarantined"] as const)
  const withUnread = ({ lacks, ...found }: KnownResource): KnownResource => ({
    ...found,
    lacks: unread.length === 0 ? lacks : new Map([...lacks, ...unreadable]),
  })
  const [streams, details] = [withUnread(known.streams), withUnread(known.details)]
  const yearOf = ({ local }: StartedActivity) => local === null ? null : Number(local.slice(0, 4))
  return [...Map.groupBy([...activities, ...unread], yearOf)]
    .sort(([a], [b]) => (b ?? -Infinity) - (a ?? -Infinity))
    .map(([year, rows]) => ({
      year,
      listed: rows.length,
      streams: shareOf(rows, streams),
      details: shareOf(rows, details),
      imported: rows.filter(({ id }) => streams.here.has(id) && streams.imported?.has(id)).length,
    }))
}
