/**
 * The names and values of Strava's answers that are known: its API reference of April 2026, and what
 * recordings show beyond it. They decide what is told as new, and nothing else: all of it is kept.
 */
import { SummaryActivity } from "./Activity.ts"
import { DetailedAthlete } from "./Athlete.ts"
import { DetailedActivity } from "./DetailedActivity.ts"
import { DetailedGear } from "./Gear.ts"
import type { Resource } from "./Item.ts"
import { ActivityStats, ActivityTotal } from "./Stats.ts"
import { streamTypes } from "./StreamSet.ts"
import { Zone, Zones, ZoneSet } from "./Zones.ts"

/** What is known of an object. */
export interface Known {
  readonly fields: ReadonlySet<string>
  /** Of members that are objects, or lists of them. */
  readonly within: Readonly<Record<string, Known>>
  /** The values of members that are one of a few words. */
  readonly values: Readonly<Record<string, ReadonlySet<string>>>
}

const words = (text: string) => text.trim().split(/\s+/)

const known = (
  fields: ReadonlyArray<string>,
  within: Known["within"] = {},
  values: Readonly<Record<string, string>> = {},
): Known => ({
  fields: new Set(fields),
  within,
  values: Object.fromEntries(
    Object.entries(values).map(([field, text]) => [field, new Set(words(text))]),
  ),
})

const fieldsOf = (schema: { readonly schema: { readonly fields: object } }) =>
  Object.keys(schema.schema.fields)

/** Of June 2026; Strava adds to it without notice. */
const sportTypes = `
  AlpineSki BackcountrySki Badminton Basketball Canoeing Cricket Crossfit Dance EBikeRide Elliptical
  EMountainBikeRide Golf GravelRide Handcycle HighIntensityIntervalTraining Hike IceSkate InlineSkate
  Kayaking Kitesurf MountainBikeRide NordicSki Padel PhysicalTherapy Pickleball Pilates Racquetball
  Ride RockClimbing RollerSki Rowing Run Sail Skateboard Snowboard Snowshoe Soccer Squash
  StairStepper StandUpPaddling Surfing Swim TableTennis Tennis TrailRun Velomobile VirtualRide
  VirtualRow VirtualRun Volleyball Walk WaterSport WeightTraining Wheelchair Windsurf Workout Yoga`

const enums = {
  sport_type: sportTypes,
  type: sportTypes,
  visibility: "everyone followers_only only_me",
}

const gear = words(
  "id primary name nickname resource_state retired distance converted_distance brand_name " +
    "model_name frame_type weight description notification_distance",
)
const meta = known(words("id resource_state visibility"))
const map = known(words("id polyline summary_polyline resource_state"))

// `hide_from_home` is in the reference, though only details have been seen with it.
const activity = known(
  [...fieldsOf(SummaryActivity), "hide_from_home"],
  { athlete: meta, map },
  enums,
)

const segment = known(
  words(
    `id resource_state name activity_type distance average_grade maximum_grade elevation_high
     elevation_low start_latlng end_latlng elevation_profile elevation_profiles climb_category city
     state country private hazardous starred athlete_pr_effort athlete_segment_stats`,
  ),
)
const effort = known(
  words(
    `id resource_state name activity activity_id athlete elapsed_time moving_time start_date
     start_date_local distance start_index end_index average_cadence average_watts device_watts
     average_heartrate max_heartrate segment kom_rank pr_rank achievements hidden is_kom visibility`,
  ),
  { activity: meta, athlete: meta, segment },
)
const lap = known(
  words(
    `id resource_state name activity athlete elapsed_time moving_time start_date start_date_local
     distance average_speed max_speed lap_index split start_index end_index total_elevation_gain
     average_cadence average_watts device_watts average_heartrate max_heartrate pace_zone`,
  ),
  { activity: meta, athlete: meta },
)
const split = known(
  words(
    `distance elapsed_time elevation_difference moving_time split average_speed
     average_grade_adjusted_speed average_heartrate pace_zone`,
  ),
)

const zoneSet = known(fieldsOf(ZoneSet), { zones: known(fieldsOf(Zone)) })
const totals = known(fieldsOf(ActivityTotal))
const stats = fieldsOf(ActivityStats)
const stream = known(words("type data series_type original_size resolution"))

export const knownOf: Readonly<Record<Resource, Known>> = {
  athlete: known([
    ...fieldsOf(DetailedAthlete),
    ...words(
      `badge_type_id friend follower blocked can_follow mutual_friend_count athlete_type clubs
       postable_clubs_count bikes shoes`,
    ),
  ], { bikes: known(gear), shoes: known(gear) }),
  zones: known(fieldsOf(Zones), { heart_rate: zoneSet, power: zoneSet }),
  stats: known(
    stats,
    Object.fromEntries(stats.filter((name) => name.endsWith("_totals")).map((n) => [n, totals])),
  ),
  gear: known(fieldsOf(DetailedGear)),
  activities: activity,
  details: known(fieldsOf(DetailedActivity), {
    ...activity.within,
    gear: known(gear),
    laps: lap,
    splits_metric: split,
    splits_standard: split,
    segment_efforts: effort,
    best_efforts: effort,
    photos: known(words("primary count use_primary_photo")),
  }, enums),
  streams: known(streamTypes, Object.fromEntries(streamTypes.map((type) => [type, stream]))),
}
