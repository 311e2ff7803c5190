/** Items of `GET /athlete/activities`, with the irregularities of real ones. */
import { gearOf, metaAthlete } from "../world/athlete.ts"
import { type Outline, shownStart } from "../world/calendar.ts"
import { float, type JsonObject } from "./json.ts"
import { activityName } from "../world/names.ts"
import { degreesOf } from "../world/places.ts"
import { gainOf, hasPowerMeter, largest, meanOf, type Profile, smallest } from "../world/Profile.ts"
import { Random } from "../world/random.ts"
import { isIndoor } from "../world/sports.ts"
import { polylineOf, wobble } from "../world/Track.ts"
import { isoSeconds, labelOf, offsetAt } from "../world/zones.ts"

/** Time since when a summary names the device. */
const devicesSince = Date.UTC(2025, 9, 27)
/** Before that time, IDs were numbers only, and an activity without a map had null. */
const newer = Date.UTC(2021, 5, 1)

const devices = ["Uhrwerk 265", "Uhrwerk 55", "Radcomputer 540", "Paceline Phone App"] as const

const endpoint = ({ ground, outline, track }: Profile, last: boolean) => {
  if (track === undefined) return outline.start < newer && outline.seed % 2 === 0 ? null : []
  const at = last ? track.x.length - 1 : 0
  const error = wobble(outline.seed, last ? track.length : 0)
  return degreesOf(ground, track.x[at]! + error, track.y[at]! - error).map((v) => float(v, 6))
}

/** Returns Strava's relative effort. */
const relativeEffort = (mean: number, seconds: number): number =>
  Math.round((seconds / 60) * Math.max(0.05, (mean - 95) / 60) ** 2)

const workoutType = ({ outline, workout }: Profile): JsonObject => {
  const { seed, sport } = outline
  const code = sport.body === "still" && sport.sport_type === "WeightTraining"
    ? 30
    : sport.gear === "bike"
    ? workout === "race" ? 11 : workout === "intervals" ? 12 : 10
    : sport.type === "Run"
    ? workout === "race" ? 1 : workout === "long" ? 2 : workout === "intervals" ? 3 : 0
    : undefined
  return code === undefined ? {} : { workout_type: seed % 8 === 0 ? null : code }
}

const effortFields = (profile: Profile, seconds: number): JsonObject => {
  const { cadence, heart, outline, temp, watts } = profile
  const mean = watts && meanOf(profile, watts)
  const meter = hasPowerMeter(outline)
  return {
    ...(cadence && { average_cadence: float(meanOf(profile, cadence)) }),
    ...(temp !== undefined && { average_temp: Math.round(temp) }),
    ...(watts && mean !== undefined && {
      average_watts: float(mean),
      ...(meter && {
        max_watts: Math.round(largest(watts) * 1.15),
        weighted_average_watts: Math.round(meanOf(profile, watts, 4)),
      }),
      device_watts: meter,
      kilojoules: float((mean * seconds) / 1000),
    }),
    has_heartrate: heart !== undefined,
    ...(heart && {
      average_heartrate: float(meanOf(profile, heart)),
      max_heartrate: float(Math.round(largest(heart))),
    }),
  }
}

/** Returns an item of the list. `part` is the part of the athlete's years before the activity. */
export const summaryOf = (profile: Profile, athlete: number, part: number): JsonObject => {
  const { altitude, distance, ground, heart, outline, recording, speed, time, track } = profile
  const { id, manual, seed, sport, start } = outline
  const random = new Random(seed, 71)
  const { zone } = outline.place
  const shown = shownStart(outline)
  const offset = offsetAt(zone, start)
  const moving = Math.round(time[profile.cells]!)
  const elapsed = moving + recording.pauses.reduce((sum, pause) => sum + pause.seconds, 0)
  const meters = manual
    ? Math.round(distance[profile.cells]! / 100) * 100
    : distance[profile.cells]!
  const upload = Math.floor(id * 1.066) + (seed % 10_000)
  const secret = random.chance(0.06)
  const old = start < newer
  const kudos = Math.max(0, Math.round(sport.kudos * random.between(0.2, 2)))
  const photos = random.chance(0.12) ? random.int(1, 5) : 0
  const route = manual ? undefined : track
  const located = manual ? { ...profile, track: undefined } : profile
  return {
    resource_state: 2,
    athlete: metaAthlete(athlete),
    name: activityName(outline, start + offset),
    distance: float(meters),
    moving_time: moving,
    elapsed_time: elapsed,
    total_elevation_gain: manual ? 0 : float(altitude ? gainOf(altitude) : 0),
    type: sport.type,
    sport_type: sport.sport_type,
    ...workoutType(profile),
    ...(start >= devicesSince && !manual &&
      { device_name: devices[sport.gear === "bike" ? 2 : seed % 3 === 2 ? 3 : seed % 3]! }),
    id,
    start_date: isoSeconds(shown),
    start_date_local: isoSeconds(outline.hidden ? shown : shown + offset),
    timezone: labelOf(zone, start),
    utc_offset: float(offset / 1000),
    location_city: null,
    location_state: null,
    location_country: null,
    achievement_count: random.chance(0.3) ? random.int(1, 9) : 0,
    kudos_count: kudos,
    comment_count: random.chance(0.25) ? random.int(1, 4) : 0,
    athlete_count: random.chance(0.15) ? random.int(2, 6) : 1,
    photo_count: 0,
    map: {
      id: `a${id}`,
      summary_polyline: route
        ? polylineOf(route, ground, seed, 160)
        : old && seed % 2 === 0
        ? null
        : "",
      resource_state: 2,
    },
    trainer: isIndoor(sport),
    commute: sport.sport_type === "Ride" && seed % 11 === 0,
    manual,
    private: secret,
    visibility: secret ? "only_me" : "everyone",
    flagged: false,
    gear_id: gearOf(outline, part, athlete)?.id ?? null,
    start_latlng: endpoint(located, false),
    end_latlng: endpoint(located, true),
    average_speed: float(moving > 0 ? meters / moving : 0, 3),
    max_speed: manual ? 0 : float(sport.distance > 0 ? largest(speed) : 0, 3),
    ...(manual ? { has_heartrate: false } : effortFields(profile, moving)),
    heartrate_opt_out: false,
    display_hide_heartrate_option: heart !== undefined && !manual,
    ...(altitude && !manual && {
      elev_high: float(largest(altitude)),
      elev_low: float(smallest(altitude)),
    }),
    upload_id: manual ? null : upload,
    ...(!manual && !old && { upload_id_str: String(upload) }),
    external_id: manual ? null : seed % 3 === 0 ? `${upload}.fit` : `uhrwerk_push_${upload}`,
    from_accepted_tag: false,
    pr_count: random.chance(0.18) ? random.int(1, 4) : 0,
    total_photo_count: photos,
    has_kudoed: false,
    ...(heart && !manual &&
      { suffer_score: float(relativeEffort(meanOf(profile, heart), moving)) }),
    // Undocumented fields, as Strava adds some every year.
    ...(start >= devicesSince && seed % 4 === 0 && {
      sim_conditions: {
        sky: seed % 8 === 0 ? "clear" : "overcast",
        humidity: float(0.5 + (seed % 40) / 100, 2),
      },
    }),
  }
}

export const createdBefore = (outlines: ReadonlyArray<Outline>): number =>
  (outlines[outlines.length - 1]?.start ?? 0) - 30 * 86_400_000
