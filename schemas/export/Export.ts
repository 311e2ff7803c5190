/**
 * One row of `activities.csv` in the athlete's bulk export: the fields that Strava's API does not send, the
 * origin of everything that was imported for the activity, and the row itself.
 */
import { Schema } from "effect"
import { exportColumns } from "../exportColumns.ts"
import { declare } from "../Declaration.ts"
import { SentId } from "../Activity.ts"
import { maybe, open } from "../open.ts"

const Export = open({
  activity_id: SentId,
  archive: maybe(Schema.String),
  exported_at: maybe(Schema.String),
  file: maybe(open({
    name: maybe(Schema.String),
    size: maybe(Schema.Finite),
    version: maybe(Schema.String),
    /** CRC-32 in hexadecimal; only if the file is kept in the folder of the original files. */
    crc32: maybe(Schema.String),
  })),
  streams: maybe(Schema.Array(Schema.String)),
  derived: maybe(Schema.Array(Schema.String)),
  notes: maybe(Schema.Array(Schema.String)),
  activity: maybe(Schema.Unknown),
  row: maybe(Schema.Record(Schema.String, Schema.String)),
})

export const exportResource = declare({
  schema: Export,
  table: {
    comment:
      "One row per activity of the bulk export: fields that Strava's list of activities does not have.",
    columns: [
      { name: "name", type: "text", comment: "title", path: ["activity", "name"] },
      { name: "sport_type", type: "text", comment: "sport", path: ["activity", "sport_type"] },
      {
        name: "suffer_score",
        type: "number",
        comment: "relative effort",
        path: ["activity", "suffer_score"],
      },
      ...exportColumns.map(({ comment, name, type }) => ({ name, type, comment, path: [name] })),
      { name: "archive", type: "text", comment: "file name of the export", path: ["archive"] },
      { name: "exported_at", type: "time", comment: "time of the export", path: ["exported_at"] },
      {
        name: "file",
        type: "text",
        comment: "name of the activity's file in the export; null if it has none",
        path: ["file", "name"],
      },
      {
        name: "file_size",
        type: "integer",
        comment: "size of the file in the export, bytes",
        path: ["file", "size"],
      },
      {
        name: "streams",
        type: "texts",
        comment: "types of the streams that were read from the file",
        path: ["streams"],
      },
      {
        name: "derived",
        type: "texts",
        comment: "types of the streams that were computed, because the file does not have them",
        path: ["derived"],
      },
      {
        name: "notes",
        type: "texts",
        comment: "problems of the row and the file",
        path: ["notes"],
      },
    ],
    without: ["activity", "row"],
    since: "0013_export",
  },
  noun: "rows of the export",
  counted: ["row of the export", "rows of the export"],
  help: "Import the bulk export that Strava sends on request",
  per: "activity",
  named: false,
  oneFile: true,
  onlyExport: true,
  atOnce: { compared: 1_000, surveyed: 1_000, adopted: 100 },
})
