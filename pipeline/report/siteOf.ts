/** The data of the site, from the activities and the facts of their streams. */
import { Option } from "effect"
import type { DetailedGear } from "../../schemas/Gear.ts"
import type { Zones } from "../../schemas/Zones.ts"
import type { KnownResource } from "../landed/coverage.ts"
import type { StoredState } from "../landed/state.ts"
import { sportName } from "../metrics/sports.ts"
import { minuteTime } from "../output/kit/times.ts"
import { printable } from "../output/kit/terminal.ts"
import type { ReportActivity } from "./history.ts"
import { cadenceFactor } from "./model/blockText.ts"
import type { Site, SiteGear } from "./model/Site.ts"
import type { SiteActivity } from "./model/SiteActivity.ts"
import type { PackedRecording } from "./pack/readRecordings.ts"

/** Returns text without line breaks and characters that hide or reorder others. */
export const shownText = (text: string | null | undefined): string =>
  printable((text ?? "").replaceAll(/\s+/g, " ").trim())

const rounded = (value: number | null | undefined): number | undefined =>
  typeof value === "number" ? Math.round(value) : undefined

/** Returns a text that is not empty. */
const named = (text: string | null): string | undefined => shownText(text) || undefined

export const siteActivityOf = (
  { activity, climb, day, group, meters, seconds }: ReportActivity,
  facts: PackedRecording | undefined,
  { here, lacks }: KnownResource,
): SiteActivity => {
  const { average_cadence, elapsed_time, local } = activity
  const sport = activity.sport_type ?? activity.type
  const moving = Math.round(seconds)
  return {
    id: activity.id,
    name: named(activity.name) ?? sportName(sport),
    sport: sport ?? "Workout",
    group,
    day,
    minute: Number(local?.slice(11, 13) ?? 0) * 60 + Number(local?.slice(14, 16) ?? 0),
    meters: Math.round(meters),
    moving,
    elapsed: Math.max(moving, Math.round(elapsed_time ?? 0)),
    climb: Math.round(climb),
    beats: rounded(activity.average_heartrate),
    maxBeats: rounded(activity.max_heartrate),
    watts: activity.device_watts === true ? rounded(activity.average_watts) : undefined,
    cadence: average_cadence === null ? undefined : rounded(average_cadence * cadenceFactor(group)),
    load: rounded(activity.suffer_score),
    gear: named(activity.gear_id),
    device: named(activity.device_name),
    isPrivate: activity.private === true,
    commute: activity.commute === true,
    trainer: activity.trainer === true,
    manual: activity.manual === true,
    source: activity.source,
    streams: facts?.streams ?? [],
    lack: here.has(activity.id) ? undefined : lacks.get(activity.id) ?? "listed",
    zoneSeconds: facts?.zoneSeconds ?? [],
  }
}

/** Returns the lower bounds of the heart rate zones; empty unless they rise. */
export const lowerBounds = (zones: Option.Option<Zones>): ReadonlyArray<number> => {
  const lower = (Option.getOrUndefined(zones)?.heart_rate?.zones ?? []).map(({ min }) => min)
  const rising = lower.every((min, i) =>
    typeof min === "number" && (i === 0 || min > (lower[i - 1] ?? Infinity))
  )
  return rising ? lower.map(Number) : []
}

/** Strava's ids of bikes begin with b, those of shoes with g. */
const gearKind = (id: string): SiteGear["kind"] => id.startsWith("b") ? "bike" : "shoes"

/** Returns the gear with a response, then gear that only activities mention, each by id. */
export const siteGear = (
  gear: ReadonlyArray<DetailedGear>,
  activities: ReadonlyArray<SiteActivity>,
): ReadonlyArray<SiteGear> => {
  const known = gear.map((each): SiteGear => ({
    id: each.id,
    name: named(each.nickname ?? null) ?? named(each.name ?? null) ?? each.id,
    brand: shownText([each.brand_name, each.model_name].filter(Boolean).join(" ")),
    kind: gearKind(each.id),
    meters: rounded(each.distance),
    retired: each.retired === true,
    weight: each.weight ?? undefined,
  }))
  const ids = new Set(known.map(({ id }) => id))
  const others = [...new Set(activities.flatMap(({ gear }) => gear ?? []))]
    .filter((id) => !ids.has(id)).toSorted()
  return [
    ...known,
    ...others.map((id): SiteGear => ({
      ...{ id, name: id, brand: "", kind: gearKind(id) },
      ...{ meters: undefined, retired: false, weight: undefined },
    })),
  ]
}

const windows = [["read15", "15-minute window"], ["readDay", "day (UTC)"]] as const

/** Returns the usage of both windows at the last request. */
export const siteQuota = (state: StoredState | undefined): Site["quota"] =>
  windows.flatMap(([bucket, window]) => {
    const row = state?.quota.find((each) => each.bucket === bucket)
    return row === undefined
      ? []
      : [{ window, used: row.used, limit: row.cap, from: minuteTime(row.start) }]
  })
