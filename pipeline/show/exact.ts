/** Numbers with the digits that Strava sent, if JavaScript would write others: `7200.0`, not `7200`. */
import { isRawNumber, type Json, parseExact } from "../../schemas/json/Json.ts"
import { entriesOf, type Samples, streamOf } from "../landed/Samples.ts"
import { record } from "../landed/values.ts"
import type { ShowRow } from "./Table.ts"

const read = (text: string): Json => {
  try {
    return parseExact(text)
  } catch {
    // Text that is not JSON was not read before either.
    return null
  }
}

/** Returns the members of an object, with every digit; empty if the text is none. */
export const exactMembers = (text: string): Readonly<Record<string, unknown>> =>
  record(read(text)) ?? {}

/** Returns the fields of an activity from its response; `names` are those with another name there. */
export const exactFields = (
  row: ShowRow,
  text: string,
  names: Readonly<Record<string, string>>,
): ShowRow => {
  const sent = exactMembers(text)
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const source = sent[names[name] ?? name]
      return [name, typeof value === "number" && isRawNumber(source) ? source : value]
    }),
  )
}

/** Returns the samples of an activity from its response, one per row. */
export const exactSamples = (
  rows: ReadonlyArray<ShowRow>,
  text: string,
): ReadonlyArray<ShowRow> => {
  const lists = new Map(
    entriesOf(read(text)).map(([type, stream]) => {
      const data = record(stream)?.["data"]
      return [type, Array.isArray(data) ? data as ReadonlyArray<unknown> : []] as const
    }),
  )
  const sentAt = (name: string, i: number): unknown => {
    const value = lists.get(streamOf(name as keyof Samples))?.[i]
    return Array.isArray(value) ? value[name === "lat" ? 0 : 1] : value
  }
  return rows.map((row, i) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        const sent = name === "id" ? undefined : sentAt(name, i)
        return [name, isRawNumber(sent) ? sent : value]
      }),
    )
  )
}
