/**
 * A simulated athlete's history, the same for the same options. An activity is stored as an outline of
 * a few numbers; its summary and its streams are generated for each request.
 */
import { Effect } from "effect"
import type { Json } from "../../../schemas/json/Json.ts"
import { detailedAthlete, gearOf, summaryAthlete, usualAthlete } from "./athlete.ts"
import {
  type CalendarPlan,
  type Outline,
  outline,
  scheduleActivities,
  shownStart,
} from "./calendar.ts"
import { digits, encode, float, type JsonObject } from "../responses/json.ts"
import { cropProfile } from "./crop.ts"
import type { ResponsePart } from "../responses/partial.ts"
import { profileOf } from "./Profile.ts"
import { streamsBody } from "../responses/samples.ts"
import { sports } from "./sports.ts"
import { createdBefore, summaryOf } from "../responses/summaries.ts"
import { isoSeconds, offsetAt } from "./zones.ts"

export interface WorldOptions {
  readonly seed?: number
  /** Number of activities; 700 by default. */
  readonly activities?: number
  /** Number of years; 6 by default. */
  readonly years?: number
  /** End of the history, in milliseconds since 1970; 2026-11-15 by default. */
  readonly until?: number
  /** Number of samples of every activity; by default, the number that a device would record. */
  readonly samples?: number
  /** Share of activities entered manually; 0.015 by default. */
  readonly manual?: number
  readonly athleteId?: number
  /** True if responses have undocumented fields, sports and zones, as Strava adds some every year. */
  readonly news?: boolean
}

/** Changed fields of the summary of a late or edited activity. */
type Patch = { readonly [field: string]: Json }

interface Entry {
  readonly outline: Outline
  readonly patch: Patch | undefined
  /** Time by which the list is sorted and filtered, in milliseconds since 1970. */
  readonly start: number
}

const newestFirst = (a: Entry, b: Entry): number => b.start - a.start || b.outline.id - a.outline.id

/** Returns the fields that show the local time of a moved start. */
const localStart = ({ place }: Outline, start: number): JsonObject => {
  const offset = offsetAt(place.zone, start)
  return { start_date_local: isoSeconds(start + offset), utc_offset: float(offset / 1000) }
}

/** Returns an entry with the start that its outline shows. */
const withShownStart = (created: Outline, patch: Patch | undefined): Entry => {
  const { start_date: _, start_date_local: __, utc_offset: ___, ...others } = patch ?? {}
  return { outline: created, patch: others, start: shownStart(created) }
}

/** Returns undocumented fields and values of a summary. */
const undocumentedFields = ({ seed }: Outline): JsonObject => ({
  ...(seed % 3 === 0 && { sport_type: "HoverBoarding", type: "Hover" }),
  ...(seed % 5 === 0 && { visibility: "sim_friends_of_friends" }),
  ...(seed % 2 === 0 && { sim_mood: { words: ["calm", null], score: float(0.75, 2) } }),
  sim_serial: digits(9_007_199_254_740_993n + BigInt(seed)),
})

export class World {
  readonly athleteId: number
  readonly news: boolean
  private readonly plan: CalendarPlan
  private readonly samples: number | undefined
  private entries: Array<Entry>
  private byId: Map<string, Entry>
  private added = 0
  private readonly places = new Map<string, ResponsePart>()

  private constructor(options: WorldOptions) {
    this.athleteId = options.athleteId ?? usualAthlete
    this.news = options.news ?? false
    this.samples = options.samples
    this.plan = {
      seed: options.seed ?? 1,
      activities: options.activities ?? 700,
      years: options.years ?? 6,
      until: options.until ?? Date.UTC(2026, 10, 15),
      manual: options.manual ?? 0.015,
    }
    this.entries = scheduleActivities(this.plan)
      .map((outline) => ({ outline, patch: undefined, start: shownStart(outline) }))
      .sort(newestFirst)
    this.byId = new Map(this.entries.map((entry) => [String(entry.outline.id), entry]))
  }

  static make(options: WorldOptions = {}): World {
    return new World(options)
  }

  /** Number of activities. */
  get size(): number {
    return this.entries.length
  }

  /** IDs, newest first. */
  get ids(): ReadonlyArray<number> {
    return this.entries.map(({ outline }) => outline.id)
  }

  /** Outlines, newest first. */
  get outlines(): ReadonlyArray<Outline> {
    return this.entries.map(({ outline }) => outline)
  }

  /** Returns the IDs of visible activities that started between these milliseconds, newest first. */
  between(
    after: number | undefined,
    before: number | undefined,
    visible: (id: number) => boolean = () => true,
  ): ReadonlyArray<number> {
    return this.entries
      .filter(({ outline, start }) =>
        (after === undefined || start > after) && (before === undefined || start < before) &&
        visible(outline.id)
      )
      .map(({ outline }) => outline.id)
  }

  outline(id: number | string): Outline | undefined {
    return this.byId.get(String(id))?.outline
  }

  private profile(created: Outline) {
    const whole = profileOf(created, this.samples)
    return created.kept === undefined ? whole : cropProfile(whole, created.kept)
  }

  /** Returns the part of the athlete's years before the start of an activity, from 0 to 1. */
  private part({ start }: Outline): number {
    const span = this.plan.years * 365.25 * 86_400_000
    return Math.min(1, Math.max(0, 1 - (this.plan.until - start) / span))
  }

  /** Returns an item of the list; undefined if there is no such activity. */
  summary(id: number | string): JsonObject | undefined {
    const entry = this.byId.get(String(id))
    return entry && {
      ...summaryOf(this.profile(entry.outline), this.athleteId, this.part(entry.outline)),
      ...(this.news && undocumentedFields(entry.outline)),
      ...entry.patch,
    }
  }

  summaryText(id: number | string): string {
    return encode(this.summary(id) ?? null)
  }

  /** Returns the streams as JSON in UTF-8, `uncropped` as recorded; undefined if there are none. */
  streams(id: number | string, keys: ReadonlySet<string>, keyed: boolean, uncropped = false) {
    const found = this.outline(id)
    return found === undefined || found.manual || found.fileless
      ? undefined
      : streamsBody(uncropped ? profileOf(found, this.samples) : this.profile(found), keys, keyed)
  }

  profileFor(id: number | string) {
    const found = this.outline(id)
    return found && this.profile(found)
  }

  /** Returns the meters of each gear so far, estimated from the plan of each activity. */
  gearMeters(): ReadonlyMap<string, number> {
    const meters = new Map<string, number>()
    for (const { outline } of this.entries) {
      const used = gearOf(outline, this.part(outline), this.athleteId)
      if (used) meters.set(used.id, (meters.get(used.id) ?? 0) + outline.sport.distance)
    }
    return meters
  }

  /** Returns the response to `GET /athlete`; reduced (`resource_state` 2) unless `whole`. */
  athlete(whole: boolean): JsonObject {
    const summary = summaryAthlete(
      this.athleteId,
      isoSeconds(createdBefore(this.outlines)),
      isoSeconds(this.plan.until),
    )
    const { weight: _, ...reduced } = summary
    return whole ? detailedAthlete(summary, this.gearMeters()) : reduced
  }

  private put(entry: Entry): void {
    this.byId.set(String(entry.outline.id), entry)
    this.entries = [...this.byId.values()].sort(newestFirst)
  }

  /**
   * Adds a late upload: an activity that started at `start` (milliseconds). Returns its ID, the highest
   * of all.
   */
  add({ patch, sport_type, start }: {
    readonly start: number
    readonly sport_type?: string
    readonly patch?: Patch
  }): Effect.Effect<number> {
    return Effect.sync(() => {
      const highest = Math.max(0, ...this.ids)
      const sport = sports.find((one) => one.sport_type === (sport_type ?? "Run")) ?? sports[0]!
      const created = outline(this.plan, 1_000_000 + this.added++, { start }, sport, start)
      const id = highest + 1 + (created.seed % 9000)
      this.put({
        outline: { ...created, id, manual: false, fileless: false },
        patch,
        start,
      })
      return id
    })
  }

  /** Adds an activity that started in the same second as this one. Returns its ID. */
  twin(id: number, patch?: Patch): Effect.Effect<number> {
    return Effect.suspend(() => {
      const { sport, start } = this.outline(id) ?? { sport: sports[0]!, start: this.plan.until }
      return this.add({ start, sport_type: sport.sport_type, ...(patch && { patch }) })
    })
  }

  /**
   * Changes fields of an activity: its name, its sport, `private` and `visibility`, its `start_date`
   * (the local time then follows, unless it is set). Does nothing if there is no such activity.
   */
  edit(id: number, patch: Patch): Effect.Effect<void> {
    return this.change(id, (entry) => {
      const moved = typeof patch["start_date"] === "string" ? Date.parse(patch["start_date"]) : NaN
      return Number.isNaN(moved) ? { ...entry, patch: { ...entry.patch, ...patch } } : {
        ...entry,
        patch: { ...entry.patch, ...localStart(entry.outline, moved), ...patch },
        start: moved,
      }
    })
  }

  /** Hides the start time of an activity: the list then shows a second past midnight. */
  hide(id: number): Effect.Effect<void> {
    return this.change(
      id,
      (entry) => withShownStart({ ...entry.outline, hidden: true }, entry.patch),
    )
  }

  /** Hides the places of an activity's start and end: only `activity:read_all` shows samples there. */
  hidePlaces(id: number, part: Pick<ResponsePart, "from" | "to">): Effect.Effect<void> {
    return Effect.sync(() => void this.places.set(String(id), part))
  }

  /** Part of an activity's samples outside hidden places; undefined if none are hidden. */
  hiddenPlaces(id: number | string): ResponsePart | undefined {
    return this.places.get(String(id))
  }

  /** Shows the start time of an activity again. */
  reveal(id: number): Effect.Effect<void> {
    return this.change(
      id,
      (entry) => withShownStart({ ...entry.outline, hidden: false }, entry.patch),
    )
  }

  /** Cuts off the end of an activity: all its totals decrease, and so does its number of samples. */
  crop(id: number, keep = 0.75): Effect.Effect<void> {
    return this.change(id, (entry) => ({
      ...entry,
      outline: { ...entry.outline, kept: (entry.outline.kept ?? 1) * keep },
    }))
  }

  private change(id: number, to: (entry: Entry) => Entry): Effect.Effect<void> {
    return Effect.sync(() => {
      const entry = this.byId.get(String(id))
      if (entry !== undefined) this.put(to(entry))
    })
  }

  /** Deletes an activity. */
  remove(id: number): Effect.Effect<void> {
    return Effect.sync(() => {
      this.byId.delete(String(id))
      this.entries = this.entries.filter(({ outline }) => outline.id !== id)
    })
  }
}
