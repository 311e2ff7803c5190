/** Columns of an activity's details and of the entries of its lists: see columns.ts. */
import type { DetailList } from "../../../schemas/DetailedActivity.ts"
import { column, indexed, type JsonFields, type PostgresColumn } from "./column.ts"
import { activityColumns } from "./columns.ts"

const object = (value: unknown): JsonFields =>
  typeof value === "object" && value !== null ? value as JsonFields : {}

/** Returns the URL of the photo with the largest number of pixels. */
const largestPhoto = (answer: JsonFields): unknown => {
  const urls = object(object(object(answer["photos"])["primary"])["urls"])
  const size = Object.keys(urls).filter((size) => /^\d{1,9}$/.test(size))
    .reduce((a, b) => Number(b) > Number(a) ? b : a, "0")
  return column("url", "text", "", [size]).read(urls)
}

/** Version of these columns: see `PostgresTable`. 2: ids of efforts above 2^53 that end in zeros are no longer null. */
export const detailProjection = 2

export const detailColumns: ReadonlyArray<PostgresColumn> = [
  ...activityColumns,
  column("description", "text", "description"),
  column("private_note", "text", "private note"),
  column("calories", "float8", "energy, kilocalories"),
  column("perceived_exertion", "float8", "perceived exertion, 1 to 10"),
  column(
    "prefer_perceived_exertion",
    "boolean",
    "true if the perceived exertion is used instead of the heart rate",
  ),
  column("gear_name", "text", "name of the bike or shoes", ["gear", "name"]),
  column("map_polyline", "text", "full track in Google's polyline encoding", ["map", "polyline"]),
  {
    name: "photo_url",
    type: "text",
    comment: "URL of the largest version of the first photo; the others are in raw",
    read: largestPhoto,
  },
  column("embed_token", "text", "token for embedding the activity"),
  column("hide_from_home", "boolean", "true if hidden from followers' feeds"),
]

const start = [
  column("start_date", "timestamptz", "start time"),
  column("start_date_local", "timestamp", "start in local time"),
]
const times = [
  column("elapsed_time", "integer", "elapsed time including pauses, seconds"),
  column("moving_time", "integer", "moving time, seconds"),
]
const distance = column("distance", "float8", "distance, meters")
const range = [
  column("start_index", "integer", "index of the first sample in the streams, from 0"),
  column("end_index", "integer", "index of the last sample in the streams"),
]
const averages = [
  column(
    "average_cadence",
    "float8",
    "average cadence, revolutions per minute (for runs: of one foot)",
  ),
  column("average_watts", "float8", "average power, watts"),
  column("device_watts", "boolean", "true if measured by a power meter; false if estimated"),
  column("average_heartrate", "float8", "average heart rate, beats per minute"),
  column("max_heartrate", "float8", "maximum heart rate, beats per minute"),
]
const paceZone = column("pace_zone", "integer", "pace zone")

const effortId = column(
  "id",
  "bigint",
  "Strava's id of the effort; not a key, because ids have occurred twice",
)

/** A table with a row per entry of one or two lists. */
export interface EntryTable {
  readonly name: string
  readonly comment: string
  /** Lists that it holds; of two lists, the column `unit` says which. */
  readonly lists: ReadonlyArray<{ readonly list: DetailList; readonly unit?: string }>
  readonly columns: ReadonlyArray<PostgresColumn>
}

/** Tables whose rows are delivered with `details` and replaced together, per activity. */
export const entries: ReadonlyArray<EntryTable> = [
  {
    name: "strava.laps",
    comment: "One row per lap. Names and units are Strava's own.",
    lists: [{ list: "laps" }],
    columns: [
      column("id", "bigint", "Strava's id of the lap"),
      column("name", "text", "title"),
      column("lap_index", "integer", "number of the lap, from 1"),
      column("split", "integer", "number of the split"),
      ...start,
      ...times,
      distance,
      ...range,
      column("total_elevation_gain", "float8", "elevation gain, meters"),
      column("average_speed", "float8", "average speed, meters per second"),
      column("max_speed", "float8", "maximum speed, meters per second"),
      ...averages,
      paceZone,
    ],
  },
  {
    name: "strava.splits",
    comment: "One row per kilometer and one per mile of runs. Names and units are Strava's own.",
    lists: [{ list: "splits_metric", unit: "metric" }, {
      list: "splits_standard",
      unit: "standard",
    }],
    columns: [
      column("split", "integer", "number of the split, from 1"),
      ...times,
      distance,
      column("elevation_difference", "float8", "elevation difference from start to end, meters"),
      column("average_speed", "float8", "average speed, meters per second"),
      column("average_grade_adjusted_speed", "float8", "grade-adjusted speed, meters per second"),
      column("average_heartrate", "float8", "average heart rate, beats per minute"),
      paceZone,
    ],
  },
  {
    name: "strava.segment_efforts",
    comment: "One row per segment effort. Names and units are Strava's own.",
    lists: [{ list: "segment_efforts" }],
    columns: [
      effortId,
      column("name", "text", "name of the segment"),
      ...start,
      ...times,
      distance,
      ...range,
      ...averages,
      column("kom_rank", "integer", "rank among all athletes, 1 to 10, else null"),
      column("pr_rank", "integer", "rank among the athlete's own efforts, 1 to 3, else null"),
      column("hidden", "boolean", "true if hidden by Strava"),
      column("visibility", "text", "everyone, followers_only or only_me"),
      column("segment_id", "bigint", "Strava's id of the segment", ["segment", "id"]),
      column("segment_activity_type", "text", "sport of the segment", ["segment", "activity_type"]),
      column("segment_distance", "float8", "length of the segment, meters", [
        "segment",
        "distance",
      ]),
      column("segment_average_grade", "float8", "average grade, percent", [
        "segment",
        "average_grade",
      ]),
      column("segment_maximum_grade", "float8", "maximum grade, percent", [
        "segment",
        "maximum_grade",
      ]),
      column("segment_elevation_high", "float8", "highest elevation, meters", [
        "segment",
        "elevation_high",
      ]),
      column("segment_elevation_low", "float8", "lowest elevation, meters", [
        "segment",
        "elevation_low",
      ]),
      column(
        "segment_climb_category",
        "integer",
        "climb category: 0 none, 1 to 5 for category 4 to hors catégorie",
        [
          "segment",
          "climb_category",
        ],
      ),
      column("segment_city", "text", "city", ["segment", "city"]),
      column("segment_state", "text", "state or region", ["segment", "state"]),
      column("segment_country", "text", "country", ["segment", "country"]),
      column("segment_private", "boolean", "true if visible only to its creator", [
        "segment",
        "private",
      ]),
      column("segment_hazardous", "boolean", "true if flagged as hazardous", [
        "segment",
        "hazardous",
      ]),
      column("segment_starred", "boolean", "true if starred by the athlete", [
        "segment",
        "starred",
      ]),
    ],
  },
  {
    name: "strava.best_efforts",
    comment: "One row per best effort: the fastest stretch of a standard length in a run.",
    lists: [{ list: "best_efforts" }],
    columns: [
      effortId,
      indexed("name", "standard length, such as 400m or Half-Marathon"),
      ...start,
      ...times,
      distance,
      ...range,
      column("pr_rank", "integer", "rank among the athlete's own efforts, 1 to 3, else null"),
    ],
  },
]
