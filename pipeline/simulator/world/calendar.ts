/**
 * The athlete's calendar: seasons, weekdays, two injuries a year. Each activity is an outline of a few
 * numbers.
 */
import { placeOn, type WorldPlace } from "./places.ts"
import { hash, Random, unit } from "./random.ts"
import { seasonOf, type Sport, sports } from "./sports.ts"
import { instantOf, offsetAt } from "./zones.ts"

/** The stored part of an activity. Everything else is derived from it. */
export interface Outline {
  readonly id: number
  readonly seed: number
  readonly sport: Sport
  readonly place: WorldPlace
  /** Time of the start, in milliseconds since 1970. */
  readonly start: number
  /** Time of the upload, in milliseconds since 1970. */
  readonly uploaded: number
  /** True if entered manually: no upload, no streams. */
  readonly manual: boolean
  /** True if not entered manually but without streams. */
  readonly fileless: boolean
  /** True if the athlete hides the start time: Strava then shows a second past midnight. */
  readonly hidden: boolean
  /** Part of the activity, from its start, that was not cropped; all by default. */
  readonly kept?: number
}

export interface CalendarPlan {
  readonly seed: number
  readonly activities: number
  readonly years: number
  /** Milliseconds since 1970. No activity starts later. */
  readonly until: number
  /** Share of activities entered manually. */
  readonly manual: number
}

const hour = 3_600_000
const day = 24 * hour

const weekday = [1.35, 0.45, 1, 0.95, 1, 0.6, 1.5] as const

/** Likelihood of an activity on this day, by season, weekday, form and injuries. */
const activityLikelihood = (plan: CalendarPlan, at: number, progress: number): number => {
  const date = new Date(at)
  const month = date.getUTCMonth()
  const week = Math.floor(at / (7 * day))
  const year = date.getUTCFullYear()
  const injured = [1, 2].some((turn) => {
    const first = Math.floor(Date.UTC(year, 0, 1) / (7 * day)) + (hash(plan.seed, year, turn) % 50)
    return week >= first && week < first + 2 + (hash(plan.seed, year, turn, 2) % 2)
  })
  if (injured) return 0.04
  const season = 0.75 + 0.5 * (1 - Math.cos(((month + 0.5) / 12) * 2 * Math.PI)) / 2
  const away = placeOn(plan.seed, at).kind === "home" ? 1 : 2.2
  return weekday[date.getUTCDay()]! * season * away * (0.65 + 0.7 * progress) *
    (0.6 + 0.8 * unit(plan.seed, week, 5))
}

const chooseSport = (random: Random, place: WorldPlace, local: number): Sport => {
  const month = new Date(local).getUTCMonth()
  const weekend = [0, 6].includes(new Date(local).getUTCDay())
  const column = place.kind === "snow" ? 1 : place.kind === "journey" ? 2 : 0
  return sports[
    random.weighted(sports.map((sport) =>
      sport.share[column] * seasonOf(sport, month) *
      (weekend === (sport.distance > 9000 || sport.sport_type === "Hike") ? 1.5 : 0.8)
    ))
  ]!
}

/** Returns the hour of the day for activity `turn` of a day. */
const hourOf = (random: Random, sport: Sport, local: number, turn: number): number => {
  const weekend = [0, 6].includes(new Date(local).getUTCDay())
  if (sport.course === "slope") return 9 + random.between(0, 1) + turn * 3
  const slots = weekend
    ? [8.7, 17, 13.5, 19.5]
    : random.chance(0.35)
    ? [6.4, 18.2, 12.2, 20.1]
    : [17.9, 6.6, 12.3, 20.3]
  return slots[turn % 4]! + random.between(-0.7, 0.9)
}

/** Strava's IDs increase with the time of the upload, faster every year. */
const idAt = (uploaded: number, noise: number): number => {
  const years = (uploaded - Date.UTC(2020, 10, 1)) / (365.25 * day)
  const id = years < 0 ? 4.27e9 * Math.exp(years / 2.2) : 4.27e9 + years * 2.405e9
  return Math.max(1000, Math.floor(id + noise * 180_000))
}

const hiddenSince = Date.UTC(2024, 6, 3)

/** Returns the outline of an activity that starts at `start` (or else on the day `local`). */
export const outline = (
  plan: CalendarPlan,
  index: number,
  at: { readonly local: number; readonly turn: number } | { readonly start: number },
  sport?: Sport,
  uploaded?: number,
): Outline => {
  const random = new Random(plan.seed, index, 11)
  const instant = "start" in at ? at.start : at.local
  const place = placeOn(plan.seed, instant)
  const chosen = sport ?? chooseSport(random, place, instant)
  const start = "start" in at ? at.start : Math.floor(
    instantOf(place.zone, at.local + hourOf(random, chosen, at.local, at.turn) * hour) / 1000,
  ) * 1000
  const late = random.chance(0.012)
  const sent = uploaded ??
    start + (late ? random.between(3, 40) * day : random.between(1, 5) * hour)
  const manual = random.chance(plan.manual) && chosen.course !== "virtual"
  return {
    id: idAt(sent, random.next()),
    seed: hash(plan.seed, index, 12),
    sport: chosen,
    place,
    start,
    uploaded: sent,
    manual,
    fileless: !manual && random.chance(0.006),
    hidden: false,
  }
}

/**
 * Returns all activities of the plan, oldest first. IDs and starts are unique, except for hidden
 * starts.
 */
export const scheduleActivities = (plan: CalendarPlan): ReadonlyArray<Outline> => {
  const days = Math.max(1, Math.floor(plan.years * 365.25))
  const first = Math.floor(plan.until / day) * day - (days + 1) * day
  const weights = Array.from(
    { length: days },
    (_, i) => activityLikelihood(plan, first + i * day, i / days),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const ids = new Set<number>()
  const starts = new Set<number>()
  const found: Array<Outline> = []
  let on = 0
  let passed = 0
  let turn = 0
  for (let i = 0; i < plan.activities; i++) {
    const target = ((i + unit(plan.seed, i, 13) * 0.9) / plan.activities) * total
    const before = on
    while (on < days - 1 && passed + weights[on]! <= target) passed += weights[on++]!
    turn = on === before && i > 0 ? turn + 1 : 0
    const made = outline(plan, i, { local: first + on * day, turn })
    let { id, start } = made
    while (starts.has(start)) start += 61_000
    while (ids.has(id)) id++
    ids.add(id)
    starts.add(start)
    found.push({ ...made, id, start })
  }
  return hide(plan, found.sort((a, b) => a.start - b.start))
}

/** Returns the local day, counted from 1970. */
const dayOf = ({ place, start }: Outline): number =>
  Math.floor((start + offsetAt(place.zone, start)) / day)

/** Hides the start of some activities, always of all of a day, so that their starts are equal. */
const hide = (plan: CalendarPlan, outlines: ReadonlyArray<Outline>): ReadonlyArray<Outline> => {
  const perDay = new Map<number, number>()
  for (const made of outlines) perDay.set(dayOf(made), (perDay.get(dayOf(made)) ?? 0) + 1)
  const twice = new Set(
    [...perDay].filter(([of, count]) => count > 1 && of * day >= hiddenSince)
      .map(([of]) => of)
      .filter((of, i) => i === 0 || unit(plan.seed, of, 14) < 0.1),
  )
  return outlines.map((made) => twice.has(dayOf(made)) ? { ...made, hidden: true } : made)
}

/** Returns the start that Strava shows: a second past midnight if it is hidden. */
export const shownStart = (made: Outline): number =>
  made.hidden ? dayOf(made) * day + 1000 : made.start
