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

/** True if a text is a list. */
export const isListText = (text: string): boolean => /^\s*\[/.test(text)

/** Returns the source texts of the members of an object, or of the entries of a list by name. */
export const namedSources = (text: string): ReadonlyMap<string, string> => {
  if (!isListText(text)) return membersOf(text)
  const sources = elementsOf(text)
  const names = entryNames(sources.map((source): unknown => JSON.parse(source)), "entry")
  return new Map(names.map((name, i) => [name, sources[i] ?? "null"]))
}

/** Returns JSON inside `source`, as JSON; undefined if there is none. In a list, the path is that of each entry. */
const sourceWithin = (
  source: string,
  [name, ...path]: ReadonlyArray<string>,
): string | undefined => {
  if (name === undefined) return source
  if (isListText(source)) {
    const parts = elementsOf(source).map((one) => sourceWithin(one, [name, ...path]))
    return `[${parts.map((part) => part ?? "null").join(",")}]`
  }
  const member = source.startsWith("{") ? membersOf(source).get(name) : undefined
  return member === undefined ? undefined : sourceWithin(member, path)
}

/** True if an entry of a list has this member. */
const isInEntries = (entries: ReadonlyArray<unknown>, name: string) =>
  entries.some((entry) => Predicate.isReadonlyObject(entry) && name in entry)

/**
 * Returns JSON at a path of a response, as JSON; undefined if there is none. `members` are its `namedSources`. A name
 * in a list means the member of each entry, unless it is the name of an entry.
 */
export const sourceAt = (
  text: string,
  members: ReadonlyMap<string, string>,
  path: ReadonlyArray<string>,
): string | undefined => {
  const [name = "", ...inside] = path
  const member = members.get(name)
  if (member !== undefined) return sourceWithin(member, inside)
  return isListText(text) && isInEntries(JSON.parse(text), name)
    ? sourceWithin(text, path)
    : undefined
}

const valueWithin = (value: unknown, name: string): unknown =>
  Array.isArray(value)
    ? value.map((entry) => valueWithin(entry, name))
    : Predicate.isReadonlyObject(value)
    ? value[name]
    : undefined

/** The same for a parsed response. */
export const valueAt = (response: unknown, path: ReadonlyArray<string>): unknown => {
  const [name = ""] = path
  const named = namedEntries(response)
  const ofEntries = Array.isArray(response) && !(name in named) && isInEntries(response, name)
  return path.reduce(valueWithin, ofEntries ? response : named)
}
