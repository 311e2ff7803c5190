/** Recognizes responses without content, such as `{}` or `{"message":"…"}`. */
import { Predicate } from "effect"
import { isListed, type Resource } from "../Item.ts"
import { isOpenStruct } from "../Declaration.ts"
import { declarationOf } from "../resources.ts"

/** Fields that every response about one thing has, so that they are not content. */
const formal: ReadonlySet<string> = new Set(["id", "resource_state"])

/**
 * True if a response has a known field with a value, besides the id of the thing that it is about, or is a
 * list with an entry.
 */
export const hasContent = (resource: Exclude<Resource, "streams">, json: unknown): boolean => {
  if (Array.isArray(json)) return isListed(resource) && json.length > 0
  const { schema } = declarationOf(resource)
  const isKnown = (name: string) => !isOpenStruct(schema) || name in schema.schema.fields
  return Predicate.isReadonlyObject(json) &&
    Object.entries(json).some(([name, value]) =>
      value !== null && !formal.has(name) && isKnown(name)
    )
}
