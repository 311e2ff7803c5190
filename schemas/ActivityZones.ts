/**
 * Time in zones of one activity, as `GET /activities/{id}/zones` sends it, to subscribers only. The
 * entries name their `type`. The type `pace` and fractions of all numbers are not in the reference
 * but have been seen.
 */
import { Schema } from "effect"
import { declare, type DeclaredColumn } from "./Declaration.ts"
import { maybe, open } from "./open.ts"

/** One zone; `max` is -1 if it has no end. `time` is in seconds. */
const TimedZone = open({
  min: maybe(Schema.Finite),
  max: maybe(Schema.Finite),
  time: maybe(Schema.Finite),
})

/** The zones of one kind, from the lowest. */
const ActivityZone = open({
  type: maybe(Schema.String),
  score: maybe(Schema.Finite),
  points: maybe(Schema.Finite),
  max: maybe(Schema.Finite),
  sensor_based: maybe(Schema.Boolean),
  custom_zones: maybe(Schema.Boolean),
  distribution_buckets: maybe(Schema.Array(TimedZone)),
})

const ActivityZones = Schema.Array(ActivityZone)

/** Known types of entries, with the words for their zones and the unit of the bounds. */
const types = {
  heartrate: ["heart-rate zones", "beats per minute"],
  power: ["power zones", "watts"],
  pace: ["pace zones", "meters per second"],
} as const

const columns = Object.entries(types).flatMap(([type, [zones, unit]]) => {
  const of = (
    name: string,
    kind: DeclaredColumn["type"],
    comment: string,
    path: ReadonlyArray<string> = [name],
  ): DeclaredColumn => ({ name: `${type}_${name}`, type: kind, comment, path: [type, ...path] })
  const buckets = (name: string, field: string, comment: string) =>
    of(name, "numbers", comment, ["distribution_buckets", field])
  return [
    of("score", "number", `score in the ${zones}, as sent by Strava`),
    of("points", "number", `points in the ${zones}, as sent by Strava`),
    of("max", "number", `max of the ${zones}, as sent by Strava`),
    of("sensor_based", "boolean", `true if the ${zones} are measured by a sensor`),
    of("custom_zones", "boolean", `true if the athlete set the ${zones}`),
    buckets("zone_min", "min", `lower bounds of the ${zones}, lowest zone first, ${unit}`),
    buckets("zone_max", "max", `upper bounds of the ${zones}, ${unit}; -1: no bound`),
    buckets("zone_time", "time", `time in each of the ${zones}, seconds`),
  ]
})

export const activityZonesResource = declare({
  schema: ActivityZones,
  entries: {
    types: Object.keys(types),
    entry: ActivityZone,
    lists: { distribution_buckets: TimedZone },
  },
  table: {
    comment: "One row per activity with time in zones. Requested only with --with activity_zones.",
    columns,
    since: "0012_activity_zones",
  },
  noun: "activity zones",
  counted: ["set of activity zones", "sets of activity zones"],
  help: "Fetch missing time in zones of activities, if enabled",
  per: "activity",
  named: false,
  optional: { on: false },
  atOnce: { compared: 1_000, surveyed: 1_000, adopted: 100 },
})
