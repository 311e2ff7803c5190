/** The view of how much of Strava's list is stored here, by year. */
import { type Source, sources } from "../../../schemas/export/source.ts"
import { localStart, type View, type ViewColumn } from "./View.ts"

type Of = "streams" | "details"

const count = (condition: string) => `count(*) filter (where ${condition})`

/** Number of activities or streams of one source. */
const from = (one: string, source: Source, what: string): ViewColumn => [
  `${what}_from_${source}`,
  "integer",
  count(`${one}.source = '${source}'`),
  `number of ${what} ${
    source === "api" ? "sent by Strava's API" : "imported from the bulk export"
  }`,
]

/** Status of a missing response; a purged activity takes its streams and details with it. */
const statusOf = (one: string) => `coalesce(m${one}.status, ma.status)`

/** Columns of one resource: stored, missing for good or for now, and pending. */
const of = (resource: Of, what: string): ReadonlyArray<ViewColumn> => {
  const one = resource.charAt(0)
  const without = (is: string) => count(`${one}.activity_id is null and ${statusOf(one)} ${is}`)
  return [
    [
      `with_${resource}`,
      "integer",
      count(`${one}.activity_id is not null`),
      `number of activities with ${what} stored`,
    ],
    [
      `${resource}_absent`,
      "integer",
      without("= 'absent'"),
      `number of activities without ${what} at Strava`,
    ],
    [
      `${resource}_quarantined`,
      "integer",
      without("= 'quarantined'"),
      `number of activities whose ${what} failed and will be retried`,
    ],
    [
      `${resource}_skipped`,
      "integer",
      without("= 'skipped'"),
      `number of activities whose ${what} are skipped (see missing.status)`,
    ],
    [
      `${resource}_to_fetch`,
      "integer",
      without("is null"),
      `number of activities with pending ${what}: neither stored nor in missing`,
    ],
  ]
}

const purged = (resource: Of, what: string): ViewColumn => {
  const one = resource.charAt(0)
  return [
    `${resource}_purged`,
    "integer",
    count(`${one}.activity_id is null and ${statusOf(one)} = 'purged'`),
    `number of activities whose ${what} were purged (deleted here by age)`,
  ]
}

/**
 * One row per athlete and year. `listed` is the sum of the six columns of streams, and of the six
 * of details. The year is null for activities with an unknown start, for purged ones, and for
 * streams or details without their activity.
 */
export const coverage: View = {
  name: "strava.v_coverage",
  comment: "One row per athlete and local year: number of activities, and how many are complete. " +
    "The row without a year counts data without an activity, and purged activities.",
  columns: [
    ["athlete_id", "bigint", "i.athlete_id", "athletes.id"],
    ["year", "integer", "i.year", "local year of the start; null if unknown"],
    ["listed", "integer", "count(*)", "number of activities, without deleted ones"],
    ...of("streams", "streams"),
    ...of("details", "details"),
    ["first_date", "date", "min(i.local)", "local date of the first activity"],
    ["last_date", "date", "max(i.local)", "local date of the last activity"],
    purged("streams", "streams"),
    purged("details", "details"),
    [
      "activities_purged",
      "integer",
      count("ma.status is not null"),
      "number of purged activities (deleted here by age), of which nothing else is known",
    ],
    ...sources.map((source) => from("i", source, "activities")),
    ...sources.map((source) => from("s", source, "streams")),
  ],
  from: `(
    select a.athlete_id, a.id, ${localStart("a")} as local,
      extract(year from ${localStart("a")})::integer as year, a.source
    from strava.activities a where a.deleted_at is null
    union all
    select o.athlete_id, o.id, null, null, null from (
      select athlete_id, activity_id as id from strava.streams where deleted_at is null
      union select athlete_id, activity_id from strava.details where deleted_at is null
      union select athlete_id, activity_id from strava.missing
        where resource in ('activities', 'streams', 'details')
    ) o where not exists (select from strava.activities a where a.id = o.id)
  ) i
  left join strava.streams s on s.activity_id = i.id and s.deleted_at is null
  left join strava.details d on d.activity_id = i.id and d.deleted_at is null
  left join strava.missing ms on ms.activity_id = i.id and ms.resource = 'streams'
  left join strava.missing md on md.activity_id = i.id and md.resource = 'details'
  left join strava.missing ma on ma.activity_id = i.id and ma.resource = 'activities'
    and ma.status = 'purged'
  group by i.athlete_id, i.year`,
}
