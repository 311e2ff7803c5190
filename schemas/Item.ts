/** One item: stages checkpoint it, and sinks keep one copy of it. */
import { Schema } from "effect"
import { AthleteId } from "./Athlete.ts"
import type { Declaration } from "./Declaration.ts"
import { packed } from "./json/compress.ts"
import type { Scan } from "./json/scan.ts"
import { bytesOf } from "./json/utf8.ts"
import {
  allResources,
  type BuiltInResource,
  declarationOf,
  isResource,
  type Resource,
  type resources,
} from "./resources.ts"
import type { ScriptResource } from "./script/ScriptName.ts"

export type { Resource } from "./resources.ts"

/** Name of a resource that is known now. */
export const ResourceName = Schema.String.pipe(Schema.refine(isResource))

/** True if responses are, or can be, lists whose entries name their `type`. */
export const isListed = (resource: Resource): boolean => "entries" in declarationOf(resource)

/** Returns the resources with an item for each activity, including the activities themselves. */
export const activityResources = (): ReadonlyArray<Resource> =>
  allResources().filter((resource) => declarationOf(resource).per === "activity")

/** Built-in resources with a certain member in their declaration. */
type With<Key extends keyof Declaration> = {
  readonly [R in BuiltInResource]: typeof resources[R] extends Required<Pick<Declaration, Key>> ? R
    : never
}[BuiltInResource]

/** Resources that only the bulk export contains, so that no stage requests them. */
export type ExportResource = With<"onlyExport">

/** True for resources that only the bulk export contains. */
export const isExportResource = (resource: Resource): resource is ExportResource =>
  declarationOf(resource).onlyExport === true

/** Resources with a request for each activity. */
export type PerActivityResource =
  | Exclude<
    {
      readonly [R in BuiltInResource]: typeof resources[R]["per"] extends "activity" ? R : never
    }[BuiltInResource],
    "activities" | ExportResource
  >
  | ScriptResource

/** True for resources with a request for each activity. */
export const isPerActivity = (name: string): name is PerActivityResource =>
  name !== "activities" && isResource(name) && declarationOf(name).per === "activity" &&
  !isExportResource(name) && declarationOf(name).ofScript !== "derived"

/** Returns a record with the value of each key. */
export const recordOf = <K extends string, A>(
  keys: ReadonlyArray<K>,
  valueOf: (key: K) => A,
): Record<K, A> => Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<K, A>

/** Resources with a table in their declaration. */
export type TableResource = With<"table"> | ScriptResource

/** Returns the resources with a table in their declaration. */
export const tableResources = (): ReadonlyArray<TableResource> =>
  allResources().filter((resource): resource is TableResource =>
    declarationOf(resource).table !== undefined
  )

/** Resources that a user can turn on and off. */
export type OptionalResource = With<"optional"> | ScriptResource

/** True if a user can turn the resource of this name on and off. */
export const isOptionalResource = (name: string): name is OptionalResource =>
  isResource(name) && declarationOf(name).optional !== undefined

/** True if items of activities that are known already can be missing: the resource was off, or its script is new. */
export const isListedLate = (resource: PerActivityResource): boolean =>
  isOptionalResource(resource) || declarationOf(resource).ofScript !== undefined

/** Returns the resources that a user can turn on and off. */
export const optionalResources = (): ReadonlyArray<OptionalResource> =>
  allResources().filter(isOptionalResource)

/** The key of an item: unique in the state file and in every sink. */
export interface ItemKey {
  readonly athlete: AthleteId
  readonly resource: Resource
  /**
   * Id of the thing that the resource is per: Strava's id in decimal digits, of gear with its letter
   * (`b123`). Never a path until checked.
   */
  readonly id: string
}

/** An object of a response, with fields of any type; a list by the names of its entries. */
export type ResponseObject = Readonly<Record<string, unknown>>

export interface Item extends ItemKey {
  /** JSON exactly as Strava sent it: a response, or one element of a list. */
  readonly text: string
  /** SHA-256 of the bytes of `text` (see utf8.ts), in hexadecimal. */
  readonly hash: string
  /** Time of the response, in milliseconds since 1970. */
  readonly fetchedAt: number
  /** True if the text was checked to be a response of this item; then `value` is that response. */
  readonly isResponse?: boolean
  /** Response as `JSON.parse` reads it: numbers may be rounded. Read it once, because it may be parsed then. */
  readonly value?: ResponseObject
  /** Scan of streams in the plain form: read it instead of `text`, which is then decoded from its bytes. */
  readonly scan?: Scan
  /** Frees memory once all sinks hold the response. Nothing may read the item afterwards. */
  release?(): void
  /** The response in zstd; present if the item compresses it only once. */
  readonly packed?: Uint8Array
}

/** Returns the bytes of an item as they were received, which must not be changed. */
export const bytesOfItem = (item: Item): Uint8Array => item.scan?.bytes ?? bytesOf(item.text)

/** Returns the response compressed, in zstd. */
export const packedItem = (item: Item): Uint8Array => item.packed ?? packed(bytesOfItem(item))

/** Returns the approximate memory that an item takes: bytes, or characters. */
export const sizeOfItem = (item: Item): number => item.scan?.bytes.length ?? item.text.length

/** True if `id` can be part of a file name: a positive integer of at most 19 digits. */
export const isDecimalId = (id: string): boolean => /^[1-9][0-9]{0,18}$/.test(id)

/** True if `id` is the id of gear, a letter and digits, so that it can be part of a file name. */
export const isGearId = (id: string): boolean => /^[a-z][0-9]{1,19}$/.test(id)

/** True if `id` is the id of a thing of a script's own, such as `123` or `2026-w48`; file names can contain it. */
const isScriptId = (id: string): boolean => /^[a-z0-9][a-z0-9_-]{0,63}$/.test(id)

const idsPer = {
  athlete: { is: isDecimalId, words: "a number" },
  activity: { is: isDecimalId, words: "a number" },
  gear: { is: isGearId, words: "a gear's" },
  other: { is: isScriptId, words: "1 to 64 of a-z, 0-9, _ and -, the first a letter or digit" },
} as const satisfies Readonly<Record<Declaration["per"], unknown>>

/** Returns the ids that items of `resource` can have: a test of them, and words for it. */
export const idRuleOf = (resource: Resource) => idsPer[declarationOf(resource).per]

/** Returns the name of the column with the id of an item, in tables with declared columns. */
export const keyOf = (resource: Resource): "activity_id" | "id" =>
  declarationOf(resource).per === "activity" ? "activity_id" : "id"

/** True if items of `resource` can have this id. Only then can it be part of a path. */
export const isIdOf = (resource: Resource, id: string): boolean => idRuleOf(resource).is(id)
