/**
 * One activity in detail, as `GET /activities/{id}?include_all_efforts=true` sends it: the
 * summary's fields, and description, calories, laps, splits, efforts, photos. Only the id is
 * certain.
 */
import { Schema } from "effect"
import { declare } from "./Declaration.ts"
import { SummaryActivity } from "./Activity.ts"
import { maybe, open } from "./open.ts"

const parts = Schema.Array(Schema.Record(Schema.String, Schema.Unknown))

/** Lists whose entries are rows of tables of their own. */
export const detailLists = [
  "laps",
  "splits_metric",
  "splits_standard",
  "segment_efforts",
  "best_efforts",
] as const
export type DetailList = typeof detailLists[number]

/**
 * Entries of the lists can have any shape; their known fields are the columns of their tables. The
 * map has a `polyline` here. Ids of efforts exceed 2^53, and some have occurred twice.
 */
export const DetailedActivity = open({
  ...SummaryActivity.schema.fields,
  description: maybe(Schema.String),
  calories: maybe(Schema.Finite),
  device_name: maybe(Schema.String),
  embed_token: maybe(Schema.String),
  hide_from_home: maybe(Schema.Boolean),
  perceived_exertion: maybe(Schema.Finite),
  prefer_perceived_exertion: maybe(Schema.Boolean),
  private_note: maybe(Schema.String),
  gear: maybe(open({ id: maybe(Schema.String), name: maybe(Schema.String) })),
  photos: maybe(open({ count: maybe(Schema.Finite) })),
  stats_visibility: maybe(Schema.Unknown),
  available_zones: maybe(Schema.Unknown),
  similar_activities: maybe(Schema.Unknown),
  laps: maybe(parts),
  splits_metric: maybe(parts),
  splits_standard: maybe(parts),
  segment_efforts: maybe(parts),
  best_efforts: maybe(parts),
})
export type DetailedActivity = typeof DetailedActivity.Type

export const detailsResource = declare({
  schema: DetailedActivity,
  noun: "details",
  counted: ["set of details", "sets of details"],
  help: "Fetch missing details (laps, splits, efforts), if enabled",
  per: "activity",
  named: true,
  optional: { on: false, contents: "laps, splits, …" },
  scope: "activity:read_all",
  atOnce: { compared: 1_000, surveyed: 1_000, adopted: 100 },
})
