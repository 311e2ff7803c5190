/** The contract of Strava's API, and functions that compare values with it. */
import contractJson from "./strava.json" with { type: "json" }
import type { Contract, ContractShape, ValueKind } from "./derive.ts"

export const stravaContract: Contract = contractJson

export const shapeOf = (name: string): ContractShape | undefined => stravaContract.shapes[name]

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const nameOf = (value: unknown): string => Array.isArray(value) ? "list" : typeof value

/** Returns the parts of `value` that are not of their kind. Null and unknown fields are accepted. */
export const breaches = (kind: ValueKind, value: unknown, at = "$"): ReadonlyArray<string> => {
  const wrong = (is: boolean) => is ? [] : [`${at}: ${nameOf(value)} in place of ${kind}`]
  if (value === null || value === undefined) return []
  const item = /^\[(.*)\]$/.exec(kind)?.[1]
  if (item !== undefined) {
    return Array.isArray(value)
      ? value.flatMap((each, i) => breaches(item, each, `${at}[${i}]`))
      : wrong(false)
  }
  const shape = shapeOf(kind)
  if (shape !== undefined) {
    return isObject(value)
      ? Object.entries(shape).flatMap(([field, of]) => breaches(of, value[field], `${at}.${field}`))
      : wrong(false)
  }
  switch (kind) {
    case "integer":
      return wrong(Number.isInteger(value))
    case "object":
      return wrong(isObject(value))
    default:
      return wrong(nameOf(value) === kind)
  }
}

/** Returns the names of the fields that are present and not null, such as `Lap.distance`. */
export const presentFields = (kind: ValueKind, value: unknown, found = new Set<string>()) => {
  const item = /^\[(.*)\]$/.exec(kind)?.[1]
  if (item !== undefined && Array.isArray(value)) {
    for (const each of value) presentFields(item, each, found)
  }
  const shape = shapeOf(kind)
  if (shape !== undefined && isObject(value)) {
    for (const [field, of] of Object.entries(shape)) {
      if (value[field] === null || value[field] === undefined) continue
      found.add(`${kind}.${field}`)
      presentFields(of, value[field], found)
    }
  }
  return found
}

/** Returns a value of that kind with every known field. Ids are beyond 2^31. */
export const example = (kind: ValueKind, depth = 0): unknown => {
  const item = /^\[(.*)\]$/.exec(kind)?.[1]
  if (item !== undefined) return [example(item, depth + 1), example(item, depth + 1)]
  const shape = shapeOf(kind)
  if (shape !== undefined) {
    return Object.fromEntries(
      Object.entries(shape).map(([field, of]) => [field, example(of, depth + 1)]),
    )
  }
  return ({ integer: 16_200_000_001, number: 12.5, string: "words", boolean: true } as Record<
    string,
    unknown
  >)[kind] ?? {}
}

/** Returns the endpoint of a requested path; undefined if the reference has none. */
export const endpointOf = (method: string, path: string) =>
  Object.entries(stravaContract.endpoints).find(([name]) =>
    new RegExp(`^${name.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(`${method} ${path}`)
  )?.[1]
