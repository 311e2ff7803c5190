/**
 * A view, and the statements that create it. Names and comments state the units. Rounded and summed
 * values are `float8` or whole numbers, because drivers return `numeric` as text.
 */
import { commentsOn } from "../schema/define.ts"

type Type =
  | "bigint"
  | "boolean"
  | "date"
  | "float8"
  | "integer"
  | "interval"
  | "text"
  | "timestamp"
  | "timestamptz"

export type ViewColumn = readonly [name: string, type: Type, expression: string, comment: string]

export interface View {
  readonly name: string
  /** Meaning of a row, and the rows that are left out. */
  readonly comment: string
  readonly columns: ReadonlyArray<ViewColumn>
  /** SQL after `from`, including conditions and groups. */
  readonly from: string
}

/**
 * An existing view keeps its columns and their types and gets new ones at its end, so that views which
 * people made on top of it stay. Migration 0005 shows how to change the type of a column.
 */
export const viewStatements = ({ columns, comment, from, name }: View): ReadonlyArray<string> => [
  `create or replace view ${name} as select ${
    columns.map(([as, type, expression]) => `(${expression})::${type} as ${as}`).join(", ")
  } from ${from}`,
  ...commentsOn("view", name, comment, columns.map(([name, , , comment]) => ({ name, comment }))),
]

/** SQL that rounds to digits, as `float8`: `round` with digits exists only for `numeric`. */
export const roundedSql = (expression: string, digits: number) =>
  `round((${expression})::numeric, ${digits})::float8`

/** SQL for a rounded sum; 0 without rows. */
export const total = (expression: string, digits: number) =>
  `coalesce(${roundedSql(`sum(${expression})`, digits)}, 0)`

/**
 * SQL for the local start of activity `a`: Strava's own value, otherwise computed. The time zone
 * label is not used: it has the offset of winter, and PostgreSQL fails for a name that it does not
 * know.
 */
export const localStart = (a: string) =>
  `coalesce(${a}.start_date_local, ` +
  `${a}.start_date at time zone 'UTC' + coalesce(${a}.utc_offset, 0) * interval '1 second')`

/** Join of activity `a` with its row `e` in the bulk export. */
export const withExport =
  "left join strava.export e on e.activity_id = a.id and e.deleted_at is null"

export const sourceComment = "api: sent by Strava's API; export: imported from the bulk export"

/** SQL for the title of activity `a`: that of the export `e` if it is newer. */
export const titleOf =
  "case when e.exported_at > a.fetched_at then coalesce(e.name, a.name) else a.name end"

/**
 * SQL for the sport of activity `a`: that of the export `e` if it is newer, unless it is only Strava's older and
 * shorter name of the same sport.
 */
export const sportOf =
  "case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end"

/** SQL for the relative effort of activity `a`, which the API sends only to subscribers. */
export const effortOf = "coalesce(a.suffer_score, e.suffer_score)"

/** Activities that are not deleted, with the fields that views sum up; `local` is the local start. */
export const presentActivities = `(
  select a.id, a.athlete_id, ${sportOf} as sport_type, ${
  localStart("a")
} as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, ${effortOf} as suffer_score
  from strava.activities a ${withExport} where a.deleted_at is null
)`

/** Condition of a join on athlete and sport; the sport can be null. */
export const sameSport = (a: string, b: string) =>
  `${a}.athlete_id = ${b}.athlete_id and ${a}.sport_type is not distinct from ${b}.sport_type`

/** Meters of a mile, a yard and a foot; exact by the international yard of 1959. */
export const mile = 1609.344
export const yard = 0.9144
const foot = 0.3048

/** SQL for a length in meters as feet. */
export const inFeet = (meters: string) => `${meters} / ${foot}`

/** SQL for the time per `length` meters, to the second; null without a distance. */
export const timePer = (length: number, seconds: string, meters: string) =>
  `case when ${meters} > 0 then make_interval(secs => round(${seconds} / (${meters} / ${length}))) end`

/** SQL for the minutes per `length` meters as a number; null without a distance. */
export const minutesPer = (length: number, seconds: string, meters: string) =>
  roundedSql(`${seconds} / 60.0 / (nullif(${meters}, 0) / ${length})`, 2)

/** SQL for the activity's page at Strava. */
export const urlOf = (id: string) => `'https://www.strava.com/activities/' || ${id}`
