/** The source of an item: Strava's API, or the athlete's bulk export. */
import { Option, Predicate, Schema } from "effect"
import { isExportResource, type Item } from "../Item.ts"

export const sources = ["api", "export"] as const
export type Source = typeof sources[number]

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

/** True of a response, or of a stream in one, that was made from the export. */
const isMarked = (value: unknown): boolean =>
  Predicate.isReadonlyObject(value) && value["source"] === "export"

/**
 * Returns the source of an item, which its text says: a response that was made from the export has the member
 * `"source":"export"`, and so has each of its streams. A text that is not an object is from the API.
 */
export const sourceOf = (item: Item): Source => {
  if (isExportResource(item.resource)) return "export"
  if (item.scan !== undefined) {
    return item.scan.streams.some(({ info }) => isMarked(info)) ? "export" : "api"
  }
  // Most responses have no such text, so they are not parsed.
  if (!/"source"\s*:\s*"export"/.test(item.text)) return "api"
  const value = item.value ?? Option.getOrUndefined(decode(item.text))
  if (item.resource !== "streams") return isMarked(value) ? "export" : "api"
  return Predicate.isReadonlyObject(value) && Object.values(value).some(isMarked) ? "export" : "api"
}
