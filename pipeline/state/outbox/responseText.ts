/** Distinguishes responses of Strava from damaged texts in a sink. */
import { Option, Schema } from "effect"
import { declarationOf, type Resource } from "../../../schemas/resources.ts"
import { contentOf } from "../../../schemas/content/content.ts"
import type { Declaration } from "../../../schemas/Declaration.ts"

const readers = new WeakMap<Declaration, (text: unknown) => Option.Option<unknown>>()

const readerOf = (resource: Resource) => {
  const declaration = declarationOf(resource)
  const reader = readers.get(declaration) ??
    Schema.decodeUnknownOption(Schema.fromJsonString(declaration.schema))
  readers.set(declaration, reader)
  return reader
}

/** True if a text is a response of Strava. Streams without samples are not. */
export const isResponse = (resource: Resource, text: string) =>
  Option.match(readerOf(resource)(text), {
    onNone: () => false,
    onSome: (value) =>
      resource !== "streams" || contentOf("streams", value)["samples"] !== undefined,
  })
