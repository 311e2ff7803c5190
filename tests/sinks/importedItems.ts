/** Items that were made from a bulk export, with synthetic data. */
import type { Item } from "../../schemas/Item.ts"
import { activityFieldsOf, item } from "./items.ts"

type Members = Readonly<Record<string, unknown>>

const imported = (of: Pick<Item, "id" | "resource"> & { readonly json: Members }): Item => ({
  ...item({ ...of, json: { ...of.json, source: "export" } }),
  fetchedAt: Date.UTC(2026, 10, 1),
})

/** Returns an activity that was imported; `fields` are added or replaced. */
export const importedActivity = (id: number, fields: Members = {}): Item =>
  imported({
    resource: "activities",
    id: String(id),
    json: { ...activityFieldsOf(id), commute: false, ...fields },
  })

/** Returns athlete 7 as in the export. */
export const importedAthlete = (fields: Members = {}): Item =>
  imported({ resource: "athlete", id: "7", json: { id: 7, firstname: "Ada", ...fields } })

/** Returns a bike or a pair of shoes as in the export. */
export const importedGear = (id: string): Item =>
  imported({ resource: "gear", id, json: { id, name: "Ride on", brand_name: "Rapid" } })

/** Returns the streams of activity `id` as made from its file: `distance` is computed. */
export const importedStreamsItem = (
  id: number,
  byType: Readonly<Record<string, ReadonlyArray<unknown>>>,
): Item => ({
  ...item({
    resource: "streams",
    id: String(id),
    json: Object.fromEntries(
      Object.entries(byType).map(([type, data]) => [type, {
        data,
        series_type: "time",
        original_size: data.length,
        resolution: "high",
        source: "export",
        file: `activities/${id}.fit.gz`,
        ...(type === "distance" ? { derived: true } : {}),
      }]),
    ),
  }),
  fetchedAt: Date.UTC(2026, 10, 1),
})

/** Returns the row of activity `id` in the export; `fields` are added or replaced. */
export const exportItem = (id: number, fields: Members = {}): Item => ({
  ...item({
    resource: "export",
    id: String(id),
    json: {
      activity_id: id,
      archive: "export_1.zip",
      exported_at: "2026-11-01T00:00:00Z",
      file: { name: `activities/${id}.fit.gz`, size: 1234, version: "0badcafe" },
      streams: ["time", "distance"],
      derived: ["distance"],
      notes: ['cropped: "20" of 30 s\nare outside'],
      description: 'Ride on, with "quotes"',
      calories: 656.5,
      with_pet: true,
      media: null,
      activity: { ...activityFieldsOf(id), source: "export" },
      row: { "Activity ID": String(id), "Distance": "1.00", "Distance (2)": "1000.5" },
      ...fields,
    },
  }),
  fetchedAt: Date.UTC(2026, 10, 1),
})
