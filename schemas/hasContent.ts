/** Recognizes responses that say nothing, such as `{}` or `{"message":"…"}`. */
import { Predicate } from "effect"
import type { Resource } from "./Item.ts"
import { resources } from "./resources.ts"

/** Fields that every response about one thing has, so that they say nothing of it. */
const formal: ReadonlySet<string> = new Set(["id", "resource_state"])

/** True if a response has a known field with a value, besides the id of the thing that it is about. */
export const hasContent = (resource: Exclude<Resource, "streams">, json: unknown): boolean =>
  Predicate.isReadonlyObject(json) &&
  Object.entries(json).some(([name, value]) =>
    value !== null && !formal.has(name) && name in resources[resource].schema.schema.fields
  )
