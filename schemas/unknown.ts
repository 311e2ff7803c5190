/** What of an answer is new to us: fields, and values of fields that are one of a few words. */
import type { Resource } from "./Item.ts"
import { type Known, knownOf } from "./known.ts"

type Members = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** An object, or a list of objects, as a list. */
const objectsIn = (value: unknown): ReadonlyArray<Members> =>
  (Array.isArray(value) ? value : [value]).filter(isObject)

const collect = (members: Members, known: Known, path: string, found: Set<string>) => {
  for (const [name, value] of Object.entries(members)) {
    if (!known.fields.has(name)) {
      found.add(path + name)
      continue
    }
    const values = known.values[name]
    if (values !== undefined && typeof value === "string" && !values.has(value)) {
      found.add(`${path}${name}: ${value}`)
    }
    const within = known.within[name]
    if (within === undefined) continue
    for (const each of objectsIn(value)) collect(each, within, `${path}${name}.`, found)
  }
}

/** The names of at most so many: an answer of another kind would be a flood of them. */
const most = 50

/**
 * Names such as `x_y`, `map.x_y` and `sport_type: Padel`, of an answer that has been parsed; none
 * where it is undefined. Of streams in the form of a list, the types.
 */
export const unknownIn = (resource: Resource, json: unknown): ReadonlyArray<string> => {
  const found = new Set<string>()
  const known = knownOf[resource]
  if (Array.isArray(json)) {
    for (const { type } of objectsIn(json)) {
      if (typeof type === "string" && !known.fields.has(type)) found.add(type)
    }
  } else if (isObject(json)) collect(json, known, "", found)
  return [...found].slice(0, most).map((name) => name.slice(0, 120))
}
