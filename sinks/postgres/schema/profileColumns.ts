/** Columns of zones, stats and gear: see columns.ts. */
import { column, type JsonFields, type PostgresColumn } from "./column.ts"

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as JsonFields)[name] : undefined

const { read: readNumber } = column("value", "float8", "")

/** One bound of every zone of a kind, from the lowest zone; null if there are no zones. */
const bounds = (kind: string, bound: "min" | "max", comment: string): PostgresColumn => ({
  name: `${kind}_${bound}`,
  type: "float8[]",
  comment,
  read: (answer) => {
    const zones = member(answer[kind], "zones")
    return Array.isArray(zones)
      ? zones.map((zone) => readNumber({ value: member(zone, bound) }))
      : null
  },
})

export const zonesColumns: ReadonlyArray<PostgresColumn> = [
  column("heart_rate_custom_zones", "boolean", "true if set by the athlete", [
    "heart_rate",
    "custom_zones",
  ]),
  bounds("heart_rate", "min", "lower bound of each zone, beats per minute, from the lowest zone"),
  bounds("heart_rate", "max", "upper bound of each zone, beats per minute; -1 if unbounded"),
  bounds("power", "min", "lower bound of each zone, watts; null without power zones"),
  bounds("power", "max", "upper bound of each zone, watts; -1 if unbounded"),
]

const spans = { recent: "the last four weeks", ytd: "this year", all: "all time" }

const totals = Object.entries(spans).flatMap(([span, when]) =>
  ["ride", "run", "swim"].flatMap((sport) => {
    const outer = `${span}_${sport}_totals`
    const total = (name: string, type: PostgresColumn["type"], comment: string) =>
      column(`${outer}_${name}`, type, `${sport}s of ${when}: ${comment}`, [outer, name])
    return [
      total("count", "integer", "number of activities"),
      total("distance", "float8", "distance, meters"),
      total("moving_time", "float8", "moving time, seconds"),
      total("elapsed_time", "float8", "elapsed time including pauses, seconds"),
      total("elevation_gain", "float8", "elevation gain, meters"),
      ...(span === "recent"
        ? [total("achievement_count", "integer", "number of achievements")]
        : []),
    ]
  })
)

export const statsColumns: ReadonlyArray<PostgresColumn> = [
  column("biggest_ride_distance", "float8", "longest ride, meters"),
  column("biggest_climb_elevation_gain", "float8", "elevation gain of the biggest climb, meters"),
  ...totals,
]

/** Version of the columns of gear: see `PostgresTable`. */
export const gearProjection = 1

export const gearColumns: ReadonlyArray<PostgresColumn> = [
  column("resource_state", "integer", "level of detail: 2 summary, 3 detail"),
  // `primary` is a reserved word: every query would have to quote it.
  column("is_primary", "boolean", "true if the athlete's default", ["primary"]),
  column("name", "text", "name"),
  column("nickname", "text", "nickname"),
  column("retired", "boolean", "true if retired"),
  column("distance", "float8", "total distance, meters"),
  column("converted_distance", "float8", "total distance in the athlete's unit (km or miles)"),
  column("brand_name", "text", "brand"),
  column("model_name", "text", "model"),
  column("frame_type", "integer", "bikes: 1 mountain, 2 cross, 3 road, 4 time trial, 5 gravel"),
  column("weight", "float8", "weight, kilograms"),
  column("description", "text", "description"),
  column("notification_distance", "float8", "distance at which Strava sends a reminder"),
]
