/** Items with synthetic data, in the form that the stages produce. */
import { createHash } from "node:crypto"
import { AthleteId } from "../../schemas/Athlete.ts"
import type { Item, Resource } from "../../schemas/Item.ts"
import { bytesOf } from "../../schemas/json/utf8.ts"

const fetchedAt = Date.UTC(2026, 0, 1)

/** Returns an item with this `text`, or with `json` as `JSON.stringify` writes it. */
export const item = (
  from:
    & { readonly resource: Resource; readonly id: string; readonly athlete?: number }
    & ({ readonly text: string } | { readonly json: unknown }),
): Item => {
  const text = "text" in from ? from.text : JSON.stringify(from.json)
  return {
    athlete: AthleteId.make(from.athlete ?? 7),
    resource: from.resource,
    id: from.id,
    text,
    hash: createHash("sha256").update(bytesOf(text)).digest("hex"),
    fetchedAt,
  }
}

/** Returns athlete 7. */
export const athleteItem = (fields: Readonly<Record<string, unknown>> = {}): Item =>
  item({ resource: "athlete", id: "7", json: { id: 7, firstname: "Ada", ...fields } })

/** Returns the fields of a plausible activity that began `id` minutes after 2026-01-01. */
export const activityFieldsOf = (id: number) => ({
  id,
  name: `Ride ${id}`,
  sport_type: "Ride",
  distance: 1000.5,
  start_date: new Date(Date.UTC(2026, 0, 1, 0, id)).toISOString(),
})

/** Returns an activity that began `id` minutes after 2026-01-01; `fields` are added or replaced. */
export const activity = (id: number, fields: Readonly<Record<string, unknown>> = {}): Item =>
  item({ resource: "activities", id: String(id), json: { ...activityFieldsOf(id), ...fields } })

/** Returns an activity whose text ends with `members`, JSON source text: `"a": 2.0, "b": 1e-7`. */
export const activityWith = (id: number, members: string): Item =>
  item({
    resource: "activities",
    id: String(id),
    text: `${JSON.stringify(activityFieldsOf(id)).slice(0, -1)}, ${members}}`,
  })

/** Returns the streams of activity `id`, by type: `{ time: [0, 1] }`. */
export const streamsItem = (
  id: number,
  byType: Readonly<Record<string, ReadonlyArray<unknown>>>,
): Item =>
  item({
    resource: "streams",
    id: String(id),
    json: Object.fromEntries(
      Object.entries(byType).map(([type, data]) => [type, {
        data,
        series_type: "distance",
        original_size: data.length,
        resolution: "high",
      }]),
    ),
  })

/** Returns the zones of athlete 7. */
export const zonesItem = (types: Readonly<Record<string, unknown>> = {}): Item =>
  item({
    resource: "zones",
    id: "7",
    json: {
      heart_rate: {
        custom_zones: false,
        zones: [{ min: 0, max: 115 }, { min: 115, max: 152 }, { min: 152, max: -1 }],
      },
      ...types,
    },
  })

/** Returns the time in zones of activity `id`: by heart rate, with `entries` added. */
export const activityZonesItem = (id: number, entries: ReadonlyArray<unknown> = []): Item =>
  item({
    resource: "activity_zones",
    id: String(id),
    json: [
      {
        score: 656.5,
        distribution_buckets: [{ min: 0, max: 115, time: 100 }, { min: 115, max: -1, time: 2.5 }],
        type: "heartrate",
        sensor_based: true,
        custom_zones: false,
        note: "Ride on",
      },
      ...entries,
    ],
  })

/** Returns the stats of athlete 7. */
export const statsItem = (fields: Readonly<Record<string, unknown>> = {}): Item =>
  item({
    resource: "stats",
    id: "7",
    json: {
      biggest_ride_distance: 150000.5,
      biggest_climb_elevation_gain: null,
      recent_run_totals: { count: 3, distance: 31000.25, achievement_count: 2 },
      ytd_run_totals: { count: 12, distance: 118000, moving_time: 474287.5 },
      ...fields,
    },
  })

/** Returns a bike (`b1`) or a pair of shoes (`g1`). */
export const gearItem = (id: string, fields: Readonly<Record<string, unknown>> = {}): Item =>
  item({ resource: "gear", id, json: { id, name: "Ride on", distance: 1000.5, ...fields } })

/** Returns the details of activity `id`. */
export const detailsItem = (id: number, fields: Readonly<Record<string, unknown>> = {}): Item =>
  item({
    resource: "details",
    id: String(id),
    json: { ...activityFieldsOf(id), description: "wet", calories: 656.5, ...fields },
  })

/** Returns details whose text ends with `members`, JSON source text. */
export const detailsWith = (id: number, members: string): Item =>
  item({
    resource: "details",
    id: String(id),
    text: `${JSON.stringify(activityFieldsOf(id)).slice(0, -1)}, ${members}}`,
  })
