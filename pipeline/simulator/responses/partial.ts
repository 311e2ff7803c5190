/** Parts of responses, as Strava sends them before an upload is processed, or for a narrower scope. */
import { Predicate } from "effect"

/** Part of a response: without some of its fields, and with these samples of each stream. */
export interface ResponsePart {
  /** Names of fields that are left out: stream types, or lists of the details. */
  readonly without?: ReadonlyArray<string>
  /** First and last sample of each stream, as parts of its length; all samples by default. */
  readonly from?: number
  readonly to?: number
}

const cut = (value: unknown, { from = 0, to = 1 }: ResponsePart): unknown => {
  if (!Predicate.isObject(value) || !Array.isArray(value["data"])) return value
  const { data } = value
  return { ...value, data: data.slice(Math.floor(data.length * from), Math.ceil(data.length * to)) }
}

/**
 * Returns this part of `body`, an object in JSON. A list of the details becomes empty instead of being
 * left out.
 */
export const partialResponse = (body: string, part: ResponsePart): string => {
  const whole: unknown = JSON.parse(body)
  if (!Predicate.isObject(whole)) return body
  return JSON.stringify(Object.fromEntries(
    Object.entries(whole).flatMap(([name, value]) =>
      part.without?.includes(name) !== true
        ? [[name, cut(value, part)]]
        : Array.isArray(value)
        ? [[name, []]]
        : []
    ),
  ))
}
