/** The athlete's zones of heart rate and power, as `GET /athlete/zones` sends them (`profile:read_all`). */
import { Schema } from "effect"
import { declare } from "./Declaration.ts"
import { maybe, open } from "./open.ts"

/** One zone; `max` is -1 if it has no end. */
export const Zone = open({ min: maybe(Schema.Finite), max: maybe(Schema.Finite) })

/** The zones of one kind, from the lowest. */
export const ZoneSet = open({
  custom_zones: maybe(Schema.Boolean),
  zones: maybe(Schema.Array(Zone)),
})

/**
 * `power` is absent without a power meter. Strava's own example shows another response, about
 * activities.
 */
export const Zones = open({ heart_rate: maybe(ZoneSet), power: maybe(ZoneSet) })
export type Zones = typeof Zones.Type

export const zonesResource = declare({
  schema: Zones,
  noun: "zones",
  counted: ["set of zones", "sets of zones"],
  help: "Fetch heart-rate and power zones",
  per: "athlete",
  named: false,
  planned: "heart-rate and power zones, weekly",
  optional: { on: true },
  scope: "profile:read_all",
  atOnce: { compared: 10, surveyed: 100, adopted: 100 },
})
