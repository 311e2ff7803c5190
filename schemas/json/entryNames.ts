/** Reads a list of entries as an object, by the `type` that each entry names. */
import { Predicate } from "effect"
import { elementsOf, membersOf } from "./Json.ts"

/** Returns a name for each entry, no two the same: its `type`, or `prefix` with its position from 1. */
export const entryNames = (
  entries: ReadonlyArray<unknown>,
  prefix: string,
): ReadonlyArray<string> => {
  const seen = new Set<string>()
  return entries.map((entry, i) => {
    const sent = Predicate.isReadonlyObject(entry) ? entry["type"] : undefined
    let name = typeof sent === "string" ? sent : `${prefix}_${i + 1}`
    while (seen.has(name)) name += "_2"
    seen.add(name)
    return name
  })
}

/** Returns an object as it is, and a list as an object with its entries by name. */
export const namedEntries = (response: unknown): Readonly<Record<string, unknown>> => {
  if (!Array.isArray(response)) return Predicate.isReadonlyObject(response) ? response : {}
  const entries: ReadonlyArray<unknown> = response
  return Object.fromEntries(entryNames(entries, "entry").map((name, i) => [name, entries[i]]))
}

/** Returns the source texts of the members of an object, or of the entries of a list by name. */
export const namedSources = (text: string): ReadonlyMap<string, string> => {
  if (!/^\s*\[/.test(text)) return membersOf(text)
  const sources = elementsOf(text)
  const names = entryNames(sources.map((source): unknown => JSON.parse(source)), "entry")
  return new Map(names.map((name, i) => [name, sources[i] ?? "null"]))
}
