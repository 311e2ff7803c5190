/**
 * A view, and the statements that make it. Units are in the names, and every comment says them; what is
 * rounded or summed is `float8` or a whole number, for drivers hand on `numeric` as text.
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
  /** What one row is, and what is left out. */
  readonly comment: string
  readonly columns: ReadonlyArray<ViewColumn>
  /** All that follows `from`, conditions and groups too. */
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

/** Rounded, as `float8`: `round` to digits is for `numeric` only. */
export const roundedSql = (expression: string, digits: number) =>
  `round((${expression})::numeric, ${digits})::float8`

/** The sum, rounded; 0 of nothing. */
export const total = (expression: string, digits: number) =>
  `coalesce(${roundedSql(`sum(${expression})`, digits)}, 0)`

/**
 * When activity `a` began by the clocks there: Strava's word for it, else reckoned. The label of the
 * time zone is not asked: it shows the offset of winter, and PostgreSQL fails at a name it lacks.
 */
export const localStart = (a: string) =>
  `coalesce(${a}.start_date_local, ` +
  `${a}.start_date at time zone 'UTC' + coalesce(${a}.utc_offset, 0) * interval '1 second')`

/** The activities that are not deleted, with what is summed; `local` is when they began there. */
export const presentActivities = `(
  select a.id, a.athlete_id, a.sport_type, ${localStart("a")} as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, a.suffer_score
  from strava.activities a where a.deleted_at is null
)`

/** `left join` of each row of `a` on athlete and sport, which may be null. */
export const sameSport = (a: string, b: string) =>
  `${a}.athlete_id = ${b}.athlete_id and ${a}.sport_type is not distinct from ${b}.sport_type`

/** Time per kilometre, to the second; null where nothing was covered. */
export const perKilometre = (seconds: string, metres: string) =>
  `case when ${metres} > 0 then make_interval(secs => round(${seconds} / (${metres} / 1000))) end`

/** Where Strava shows an activity. */
export const urlOf = (id: string) => `'https://www.strava.com/activities/' || ${id}`
