/** Finds unknown fields, unknown values, and known fields of another type in a response. */
import { Predicate } from "effect"
import { isListed, type Resource } from "../Item.ts"
import { declarationOf } from "../resources.ts"
import { jsonKind, type KnownFields, knownOf } from "./known.ts"

type Members = Readonly<Record<string, unknown>>

/** An object, or a list of objects, as a list. */
const objectsIn = (value: unknown): ReadonlyArray<Members> =>
  (Array.isArray(value) ? value : [value]).filter((one) => Predicate.isReadonlyObject(one))

/** Words between the type that a field has and its known type. */
const insteadOf = " instead of "

/** True if the name is that of a known field with another type. */
export const isAnotherType = (name: string): boolean => name.includes(insteadOf)

const collect = (members: Members, known: KnownFields, path: string, found: Set<string>) => {
  for (const [name, value] of Object.entries(members)) {
    const kind = Object.hasOwn(known.fields, name) ? known.fields[name] : undefined
    if (kind === undefined) {
      found.add(path + name)
      continue
    }
    const values = known.values[name]
    if (values !== undefined && typeof value === "string" && !values.has(value)) {
      found.add(`${path}${name}: ${value}`)
    }
    const within = known.within[name]
    // The fields of an object are reported one by one.
    const isKind = within !== undefined && Predicate.isReadonlyObject(value)
      ? !kind.name.startsWith("a list")
      : kind.is(value)
    if (value !== null && !isKind) {
      found.add(`${path}${name}: ${jsonKind(value)}${insteadOf}${kind.name}`)
    }
    if (within === undefined) continue
    for (const each of objectsIn(value)) collect(each, within, `${path}${name}.`, found)
  }
}

/** Maximum number of names: a response of another kind would have hundreds. */
const most = 50

/** Entries of a list by the types that they name. */
const byType = (entries: ReadonlyArray<unknown>): Members =>
  Object.fromEntries(
    objectsIn(entries).flatMap((one) =>
      typeof one["type"] === "string" ? [[one["type"], one] as const] : []
    ),
  )

/**
 * Returns names such as `x_y`, `map.x_y`, `sport_type: Padel` and `weight: a text instead of a
 * number` for a parsed response; none if it is undefined, or of a script, which need not declare all fields.
 */
export const unknownIn = (resource: Resource, json: unknown): ReadonlyArray<string> => {
  const found = new Set<string>()
  const members = Array.isArray(json) && (resource === "streams" || isListed(resource))
    ? byType(json)
    : json
  const isKnown = declarationOf(resource).ofScript === undefined
  if (isKnown && Predicate.isReadonlyObject(members)) collect(members, knownOf(resource), "", found)
  return [...found].slice(0, most).map((name) => name.slice(0, 120))
}
