/** Distinguishes responses of Strava from damaged texts in a sink. */
import { Option, Schema } from "effect"
import { allResources, declarationOf } from "../../../schemas/resources.ts"
import { contentOf } from "../../../schemas/content/content.ts"
import { Resource } from "../../../schemas/Item.ts"

const readers = new Map(
  allResources().map((resource) => [
    resource,
    Schema.decodeUnknownOption(Schema.fromJsonString(declarationOf(resource).schema)),
  ]),
)

/** True if a text is a response of Strava. Streams without samples are not. */
export const isResponse = (resource: Resource, text: string) =>
  Option.match(readers.get(resource)?.(text) ?? Option.none(), {
    onNone: () => false,
    onSome: (value) =>
      resource !== "streams" || contentOf("streams", value)["samples"] !== undefined,
  })
