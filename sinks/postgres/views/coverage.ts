/** How much of what Strava lists has landed here, by year. */
import { localStart, type View, type ViewColumn } from "./View.ts"

type Of = "streams" | "details"

const count = (condition: string) => `count(*) filter (where ${condition})`

/** Status of a missing response; a purged activity takes its streams and details with it. */
const statusOf = (one: string) => `coalesce(m${one}.status, ma.status)`

/** Columns of one resource: what has an answer, what never will or not now, and what is still to come. */
const of = (resource: Of, what: string): ReadonlyArray<ViewColumn> => {
  const one = resource.charAt(0)
  const without = (is: string) => count(`${one}.activity_id is null and ${statusOf(one)} ${is}`)
  return [
    [
      `with_${resource}`,
      "integer",
      count(`${one}.activity_id is not null`),
      `how many have ${what} here`,
    ],
    [`${resource}_absent`, "integer", without("= 'absent'"), `for how many Strava has no ${what}`],
    [
      `${resource}_quarantined`,
      "integer",
      without("= 'quarantined'"),
      `for how many ${what} failed and will be tried again`,
    ],
    [
      `${resource}_skipped`,
      "integer",
      without("= 'skipped'"),
      `for how many ${what} may not be asked for`,
    ],
    [
      `${resource}_to_fetch`,
      "integer",
      without("is null"),
      `how many have neither ${what} nor a reason in missing`,
    ],
  ]
}

const purged = (resource: Of, what: string): ViewColumn => {
  const one = resource.charAt(0)
  return [
    `${resource}_purged`,
    "integer",
    count(`${one}.activity_id is null and ${statusOf(one)} = 'purged'`),
    `of how many the ${what} were deleted here for their age`,
  ]
}

/**
 * One row is a year of an athlete. `listed` is the sum of the six columns of streams, and of the six of
 * details. Activities whose start is unknown, what was purged, and what came without its activity, have
 * no year.
 */
export const coverage: View = {
  name: "strava.v_coverage",
  comment: "One row per athlete and local year: how many activities, and how many of them are " +
    "complete. A row without year counts what came without its activity, and what was purged.",
  columns: [
    ["athlete_id", "bigint", "i.athlete_id", "athletes.id"],
    ["year", "integer", "i.year", "local year of the start; null: not known"],
    ["listed", "integer", "count(*)", "how many activities, without deleted ones"],
    ...of("streams", "samples"),
    ...of("details", "details"),
    ["first_date", "date", "min(i.local)", "local day of the first one"],
    ["last_date", "date", "max(i.local)", "local day of the last one"],
    purged("streams", "samples"),
    purged("details", "details"),
    [
      "activities_purged",
      "integer",
      count("ma.status is not null"),
      "how many activities were deleted here for their age: nothing but that they were here is known",
    ],
  ],
  from: `(
    select a.athlete_id, a.id, ${localStart("a")} as local,
      extract(year from ${localStart("a")})::integer as year
    from strava.activities a where a.deleted_at is null
    union all
    select o.athlete_id, o.id, null, null from (
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
