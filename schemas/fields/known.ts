/**
 * Known names, types and values in Strava's responses: those of its API reference of April 2026,
 * and those that recordings show beyond it. They decide only what is reported as new: all of it is
 * stored.
 */
import { Predicate, Schema, SchemaAST } from "effect"
import { SummaryActivity } from "../Activity.ts"
import { DetailedAthlete } from "../Athlete.ts"
import { DetailedActivity } from "../DetailedActivity.ts"
import { DetailedGear } from "../Gear.ts"
import { type Declaration, isOpenStruct, type OpenStruct } from "../Declaration.ts"
import type { Resource } from "../Item.ts"
import { declarationOf } from "../resources.ts"
import { sportTypes } from "./sportTypes.ts"
import { ActivityStats, ActivityTotal } from "../Stats.ts"
import { type StreamType, streamTypes } from "../StreamSet.ts"
import { Zone, Zones, ZoneSet } from "../Zones.ts"

/** The known fields of an object, with their types. */
export interface KnownFields {
  readonly fields: Readonly<Record<string, Kind>>
  /** Known fields of members that are objects, or lists of objects. */
  readonly within: Readonly<Record<string, KnownFields>>
  /** Known values of members that can be one of a few words. */
  readonly values: Readonly<Record<string, ReadonlySet<string>>>
}

/** Type of a field: a name for people, and a test of its values, which are not null. */
interface Kind {
  readonly name: string
  readonly is: (value: unknown) => boolean
}

const text: Kind = { name: "a text", is: Predicate.isString }
const number: Kind = { name: "a number", is: Number.isFinite }
const whole: Kind = { name: "a whole number", is: Number.isInteger }
const boolean: Kind = { name: "true or false", is: Predicate.isBoolean }
const list: Kind = { name: "a list", is: Array.isArray }
const object: Kind = { name: "an object", is: Predicate.isReadonlyObject }
const objects: Kind = {
  name: "a list of objects",
  is: (value) => Array.isArray(value) && value.every((one) => one === null || object.is(one)),
}
const position: Kind = {
  name: "a pair of numbers",
  is: (value) =>
    Array.isArray(value) && (value.length === 0 || value.length === 2) &&
    value.every(Number.isFinite),
}
const any: Kind = { name: "anything", is: () => true }

/** Returns the first kind that has the value; "null" for null. */
export const jsonKind = (value: unknown): string =>
  [text, number, boolean, list, object].find(({ is }) => is(value))?.name ?? String(value)

const words = (text: string) => text.trim().split(/\s+/)

/** Fields of one kind, by their names. */
const of = (kind: Kind, names: string) =>
  Object.fromEntries(words(names).map((name) => [name, kind] as const))

const known = (
  fields: KnownFields["fields"],
  within: KnownFields["within"] = {},
  values: Readonly<Record<string, string>> = {},
): KnownFields => ({
  fields,
  within,
  values: Object.fromEntries(
    Object.entries(values).map(([field, text]) => [field, new Set(words(text))]),
  ),
})

const kinds: Readonly<Record<string, Kind>> = {
  String: text,
  Number: number,
  Boolean: boolean,
  Arrays: list,
  Objects: object,
}

/** Returns the kind of a schema's values after decoding, so without leniency. */
const kindOf = (schema: Schema.Constraint): Kind => {
  const ast = SchemaAST.toType(schema.ast)
  const members = ast._tag === "Union" ? ast.types : [ast]
  const name = members.map(({ _tag }) => kinds[_tag]).find((kind) => kind !== undefined)?.name
  const is = Schema.is(Schema.toType(schema))
  return name === undefined ? any : { name, is }
}

const fieldsOf = ({ schema }: OpenStruct): KnownFields["fields"] =>
  Object.fromEntries(
    Object.entries(schema.fields).map(([name, field]) => [name, kindOf(field)]),
  )

/** Numbers known to be whole: a fraction does not fit the integer columns of any sink. */
const wholes = of(
  whole,
  `resource_state moving_time elapsed_time workout_type achievement_count kudos_count comment_count
   athlete_count photo_count pr_count total_photo_count upload_id`,
)

const enums = {
  sport_type: sportTypes.join(" "),
  type: sportTypes.join(" "),
  visibility: "everyone followers_only only_me",
}

const gear = known({
  ...of(text, "id name nickname brand_name model_name description"),
  ...of(boolean, "primary retired"),
  ...of(whole, "resource_state frame_type"),
  ...of(number, "distance converted_distance weight notification_distance"),
})
const meta = known({ ...of(number, "id resource_state"), ...of(text, "visibility") })
const map = known({ ...of(text, "id polyline summary_polyline"), ...of(number, "resource_state") })

// `hide_from_home` is in the reference, though only details have been seen with it.
const activity = known(
  {
    ...fieldsOf(SummaryActivity),
    ...wholes,
    ...of(number, "id"),
    ...of(boolean, "hide_from_home"),
    ...of(position, "start_latlng end_latlng"),
  },
  { athlete: meta, map },
  enums,
)

const segment = known({
  ...of(number, "id distance average_grade maximum_grade elevation_high elevation_low"),
  ...of(whole, "resource_state climb_category"),
  ...of(text, "name activity_type city state country"),
  ...of(position, "start_latlng end_latlng"),
  ...of(boolean, "private hazardous starred"),
  ...of(any, "elevation_profile elevation_profiles athlete_pr_effort athlete_segment_stats"),
})
const stretch = {
  ...of(whole, "resource_state elapsed_time moving_time start_index end_index"),
  ...of(number, "id distance average_cadence average_watts average_heartrate max_heartrate"),
  ...of(text, "name start_date start_date_local"),
  ...of(boolean, "device_watts"),
  ...of(object, "activity athlete"),
}
const effort = known({
  ...stretch,
  ...of(whole, "kom_rank pr_rank"),
  ...of(boolean, "hidden is_kom"),
  ...of(text, "visibility"),
  ...of(object, "segment"),
  ...of(any, "activity_id achievements"),
}, { activity: meta, athlete: meta, segment })
const lap = known({
  ...stretch,
  ...of(number, "average_speed max_speed total_elevation_gain"),
  ...of(whole, "lap_index split pace_zone"),
}, { activity: meta, athlete: meta })
const split = known({
  ...of(
    number,
    "distance elevation_difference average_speed average_grade_adjusted_speed average_heartrate",
  ),
  ...of(whole, "elapsed_time moving_time split pace_zone"),
})

const zoneSet = known({ ...fieldsOf(ZoneSet), ...of(objects, "zones") }, {
  zones: known(fieldsOf(Zone)),
})
const totals = known({ ...fieldsOf(ActivityTotal), ...of(whole, "count achievement_count") })
const stats = fieldsOf(ActivityStats)

const stream = (type: StreamType) => {
  const { is } = type === "moving" ? boolean : type === "latlng" ? position : number
  return known({
    data: {
      name: "a list of samples",
      is: (data) => Array.isArray(data) && data.every((sample) => sample === null || is(sample)),
    },
    ...of(text, "type series_type resolution"),
    ...of(number, "original_size"),
  })
}

/** Known fields of a response that is a list, by the `type` of its entries. */
const knownEntries = ({ entry, lists, types }: NonNullable<Declaration["entries"]>) => {
  const within = Object.entries(lists).map(([name, fields]) =>
    [name, known(fieldsOf(fields))] as const
  )
  const fields = {
    ...fieldsOf(entry),
    ...Object.fromEntries(within.map(([name]) => [name, objects])),
  }
  const each = known(fields, Object.fromEntries(within))
  return known(
    of(object, types.join(" ")),
    Object.fromEntries(types.map((type) => [type, each])),
  )
}

/** Resources of which more is known than their declaration says. */
const own: Readonly<Partial<Record<Resource, KnownFields>>> = {
  athlete: known({
    ...fieldsOf(DetailedAthlete),
    ...of(number, "id"),
    ...of(whole, "resource_state follower_count friend_count"),
    ...of(
      any,
      `badge_type_id friend follower blocked can_follow mutual_friend_count athlete_type clubs
       postable_clubs_count`,
    ),
    ...of(objects, "bikes shoes"),
  }, { bikes: gear, shoes: gear }),
  zones: known(fieldsOf(Zones), { heart_rate: zoneSet, power: zoneSet }),
  stats: known(
    stats,
    Object.fromEntries(
      Object.keys(stats).filter((name) => name.endsWith("_totals")).map((name) => [name, totals]),
    ),
  ),
  gear: { ...gear, fields: { ...fieldsOf(DetailedGear), ...gear.fields } },
  activities: activity,
  details: known(
    {
      ...fieldsOf(DetailedActivity),
      ...activity.fields,
      ...of(objects, "laps splits_metric splits_standard segment_efforts best_efforts"),
    },
    {
      ...activity.within,
      gear,
      laps: lap,
      splits_metric: split,
      splits_standard: split,
      segment_efforts: effort,
      best_efforts: effort,
      photos: known({
        ...of(any, "primary use_primary_photo"),
        ...of(whole, "count"),
      }),
    },
    enums,
  ),
  streams: known(
    of(object, streamTypes.join(" ")),
    Object.fromEntries(streamTypes.map((type) => [type, stream(type)])),
  ),
}

const derived = new WeakMap<Declaration, KnownFields>()

/** Returns the known fields of a resource: of a list, those of its entries by their `type`. */
export const knownOf = (resource: Resource): KnownFields => {
  const declaration = declarationOf(resource)
  const found = own[resource] ?? derived.get(declaration)
  if (found !== undefined) return found
  const { entries, schema } = declaration
  const made = entries !== undefined
    ? knownEntries(entries)
    : known(isOpenStruct(schema) ? fieldsOf(schema) : {})
  derived.set(declaration, made)
  return made
}
