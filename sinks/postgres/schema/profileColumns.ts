/** Columns of what there is one of for an athlete, zones and totals, and of gear: see columns.ts. */
import { column, type JsonFields, type PostgresColumn } from "./column.ts"

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as JsonFields)[name] : undefined

const { read: readNumber } = column("value", "float8", "")

/** One bound of every zone of a kind, from the lowest; null where there are no zones. */
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
  column("heart_rate_custom_zones", "boolean", "whether the athlete set them", [
    "heart_rate",
    "custom_zones",
  ]),
  bounds("heart_rate", "min", "where each zone begins, beats per minute, from the lowest zone"),
  bounds("heart_rate", "max", "where each zone ends, beats per minute; -1: it has no end"),
  bounds("power", "min", "where each zone begins, watts; null without zones of power"),
  bounds("power", "max", "where each zone ends, watts; -1: it has no end"),
]

const spans = { recent: "the last four weeks", ytd: "this year", all: "all time" }

const totals = Object.entries(spans).flatMap(([span, when]) =>
  ["ride", "run", "swim"].flatMap((sport) => {
    const outer = `${span}_${sport}_totals`
    const total = (name: string, type: PostgresColumn["type"], comment: string) =>
      column(`${outer}_${name}`, type, `${comment}, ${sport}s of ${when}`, [outer, name])
    return [
      total("count", "integer", "how many activities"),
      total("distance", "float8", "metres"),
      total("moving_time", "float8", "seconds without pauses"),
      total("elapsed_time", "float8", "seconds from start to end"),
      total("elevation_gain", "float8", "metres climbed"),
      ...(span === "recent" ? [total("achievement_count", "integer", "achievements")] : []),
    ]
  })
)

export const statsColumns: ReadonlyArray<PostgresColumn> = [
  column("biggest_ride_distance", "float8", "metres of the longest ride"),
  column("biggest_climb_elevation_gain", "float8", "metres of the highest climb"),
  ...totals,
]

export const gearColumns: ReadonlyArray<PostgresColumn> = [
  column("resource_state", "integer", "how much Strava told: 2 summary, 3 detail"),
  // A column named primary would have to be quoted by whoever asks for it.
  column("is_primary", "boolean", "whether it is the athlete's default", ["primary"]),
  column("name", "text", "name"),
  column("nickname", "text", "what the athlete calls it"),
  column("retired", "boolean", "whether it is no longer used"),
  column("distance", "float8", "metres it has been used for"),
  column("converted_distance", "float8", "the same in the athlete's unit, km or miles"),
  column("brand_name", "text", "brand"),
  column("model_name", "text", "model"),
  column("frame_type", "integer", "of bikes: 1 mountain, 2 cross, 3 road, 4 time trial, 5 gravel"),
  column("weight", "float8", "kilograms"),
  column("description", "text", "what the athlete wrote of it"),
  column("notification_distance", "float8", "distance at which Strava reminds of its age"),
]
