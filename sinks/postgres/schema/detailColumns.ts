/** Columns of an activity in detail, and of the entries of its lists: see columns.ts. */
import type { DetailList } from "../../../schemas/DetailedActivity.ts"
import { column, indexed, type JsonFields, type PostgresColumn } from "./column.ts"
import { activityColumns } from "./columns.ts"

const object = (value: unknown): JsonFields =>
  typeof value === "object" && value !== null ? value as JsonFields : {}

/** The address under the largest number of pixels. */
const largestPhoto = (answer: JsonFields): unknown => {
  const urls = object(object(object(answer["photos"])["primary"])["urls"])
  const size = Object.keys(urls).filter((size) => /^\d{1,9}$/.test(size))
    .reduce((a, b) => Number(b) > Number(a) ? b : a, "0")
  return column("url", "text", "", [size]).read(urls)
}

export const detailColumns: ReadonlyArray<PostgresColumn> = [
  ...activityColumns,
  column("description", "text", "what the athlete wrote of it"),
  column("private_note", "text", "what the athlete wrote for themselves"),
  column("calories", "float8", "kilocalories"),
  column("perceived_exertion", "float8", "how hard it felt, from 1 to 10"),
  column(
    "prefer_perceived_exertion",
    "boolean",
    "whether that counts in place of the heart rate",
  ),
  column("gear_name", "text", "name of the bike or shoes", ["gear", "name"]),
  column("map_polyline", "text", "whole track in Google's polyline encoding", ["map", "polyline"]),
  {
    name: "photo_url",
    type: "text",
    comment: "address of the first photo at its largest; the others are in raw",
    read: largestPhoto,
  },
  column("embed_token", "text", "key of the page that shows it in other pages"),
  column("hide_from_home", "boolean", "whether it is kept out of followers' feeds"),
]

const start = [
  column("start_date", "timestamptz", "start"),
  column("start_date_local", "timestamp", "start, as the clock showed it there"),
]
const times = [
  column("elapsed_time", "integer", "seconds from start to end"),
  column("moving_time", "integer", "seconds without pauses"),
]
const distance = column("distance", "float8", "metres")
const range = [
  column("start_index", "integer", "its first sample in streams, from 0"),
  column("end_index", "integer", "its last sample in streams"),
]
const averages = [
  column("average_cadence", "float8", "turns (of one foot, when running) per minute"),
  column("average_watts", "float8", "watts"),
  column("device_watts", "boolean", "whether a power meter measured the watts"),
  column("average_heartrate", "float8", "beats per minute"),
  column("max_heartrate", "float8", "beats per minute"),
]
const paceZone = column("pace_zone", "integer", "zone of pace that it was run in")

const effortId = column(
  "id",
  "bigint",
  `Strava's id of the effort; not a key, for ids have been seen twice`,
)

/** A table of entries, a row each. */
export interface EntryTable {
  readonly name: string
  readonly comment: string
  /** The lists that it holds; where these are two, the column `unit` tells them apart. */
  readonly lists: ReadonlyArray<{ readonly list: DetailList; readonly unit?: string }>
  readonly columns: ReadonlyArray<PostgresColumn>
}

/** Tables whose rows come with `details`, and are replaced all together by activity. */
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
      column("total_elevation_gain", "float8", "metres climbed"),
      column("average_speed", "float8", "metres per second"),
      column("max_speed", "float8", "metres per second"),
      ...averages,
      paceZone,
    ],
  },
  {
    name: "strava.splits",
    comment: "One row per kilometre and one per mile of runs. Names and units are Strava's own.",
    lists: [{ list: "splits_metric", unit: "metric" }, {
      list: "splits_standard",
      unit: "standard",
    }],
    columns: [
      column("split", "integer", "number of the split, from 1"),
      ...times,
      distance,
      column("elevation_difference", "float8", "metres higher at its end than at its start"),
      column("average_speed", "float8", "metres per second"),
      column("average_grade_adjusted_speed", "float8", "metres per second, as if it were flat"),
      column("average_heartrate", "float8", "beats per minute"),
      paceZone,
    ],
  },
  {
    name: "strava.segment_efforts",
    comment: "One row per passage of a segment. Names and units are Strava's own.",
    lists: [{ list: "segment_efforts" }],
    columns: [
      effortId,
      column("name", "text", "name of the segment"),
      ...start,
      ...times,
      distance,
      ...range,
      ...averages,
      column("kom_rank", "integer", "place among all athletes, 1 to 10; else null"),
      column("pr_rank", "integer", "place among the athlete's own, 1 to 3; else null"),
      column("hidden", "boolean", "whether Strava does not show it"),
      column("visibility", "text", "everyone, followers_only or only_me"),
      column("segment_id", "bigint", "Strava's id of the segment", ["segment", "id"]),
      column("segment_activity_type", "text", "sport of the segment", ["segment", "activity_type"]),
      column("segment_distance", "float8", "metres", ["segment", "distance"]),
      column("segment_average_grade", "float8", "percent", ["segment", "average_grade"]),
      column("segment_maximum_grade", "float8", "percent", ["segment", "maximum_grade"]),
      column("segment_elevation_high", "float8", "metres", ["segment", "elevation_high"]),
      column("segment_elevation_low", "float8", "metres", ["segment", "elevation_low"]),
      column("segment_climb_category", "integer", "0 none, 1 to 5: 4 to hors catégorie", [
        "segment",
        "climb_category",
      ]),
      column("segment_city", "text", "city", ["segment", "city"]),
      column("segment_state", "text", "state or region", ["segment", "state"]),
      column("segment_country", "text", "country", ["segment", "country"]),
      column("segment_private", "boolean", "whether only its maker sees it", [
        "segment",
        "private",
      ]),
      column("segment_hazardous", "boolean", "whether it has been called dangerous", [
        "segment",
        "hazardous",
      ]),
      column("segment_starred", "boolean", "whether the athlete has starred it", [
        "segment",
        "starred",
      ]),
    ],
  },
  {
    name: "strava.best_efforts",
    comment: "One row per fastest stretch of a standard length in a run.",
    lists: [{ list: "best_efforts" }],
    columns: [
      effortId,
      indexed("name", "the length, such as 400m or Half-Marathon"),
      ...start,
      ...times,
      distance,
      ...range,
      column("pr_rank", "integer", "place among the athlete's own, 1 to 3; else null"),
    ],
  },
]
