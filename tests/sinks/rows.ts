/** Rows that a response becomes, computed without the code of any sink: one per entry of a table. */

/**
 * Text of each field that is neither absent nor null, as PostgreSQL's `->>` returns it: a string
 * itself, a number with its own digits, everything else as JSON.
 */
export type Fields = ReadonlyMap<string, string>

/** Tables other than those of the athlete, activities and streams, named as in CSV and PostgreSQL. */
export type TableName =
  | "details"
  | "laps"
  | "splits"
  | "segment_efforts"
  | "best_efforts"
  | "gear"
  | "zones"
  | "stats"

/** Returns the members of a JSON object. Numbers keep their digits when they are written again. */
const membersOf = (text: string): ReadonlyArray<readonly [string, unknown]> => {
  const parse = JSON.parse as unknown as (
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ) => object
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }
  const exact = parse(
    text,
    (_key, value, { source }) =>
      typeof value === "number" && source !== undefined ? rawJSON(source) : value,
  )
  return Object.entries(exact)
}

const fieldsFrom = (members: Iterable<readonly [string, unknown]>): Fields =>
  new Map(
    [...members]
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  )

/** Returns the members of a JSON object as `Fields`. */
export const fieldsOf = (text: string): Fields => fieldsFrom(membersOf(text))

/** Returns the row of an entry of details. `position` starts at 1; only splits have a `unit`. */
export const entryRow = (
  entry: string,
  own: { readonly activity_id: string; readonly unit?: string; readonly position: number },
): Fields => {
  const fields = fieldsFrom(Object.entries({ ...own, position: String(own.position) }))
  const ours = new RegExp(`^(${[...fields.keys()].join("|")})(_2)*$`)
  return new Map([
    ...fields,
    ...Array.from(
      fieldsOf(entry),
      ([name, value]) => [ours.test(name) ? `${name}_2` : name, value] as const,
    ),
  ])
}

const lists = {
  laps: [["laps", undefined]],
  splits: [["splits_metric", "metric"], ["splits_standard", "standard"]],
  segment_efforts: [["segment_efforts", undefined]],
  best_efforts: [["best_efforts", undefined]],
} as const

const isList = (name: string) =>
  Object.values(lists).some((names) => names.some(([list]) => list === name))

/** True if `value` is an object that is written with braces, so neither a list nor a raw number. */
const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value) &&
  JSON.stringify(value).startsWith("{")

const zonesOf = (text: string): ReadonlyArray<Fields> =>
  membersOf(text).flatMap(([type, set]) => {
    if (set === null) return []
    const { zones, ...own } = isObject(set) ? set as { zones?: unknown } : { zones: 0 }
    if (zones === undefined || zones === null) return [fieldsFrom(Object.entries({ type, ...own }))]
    if (!Array.isArray(zones) || !zones.every(isObject)) {
      return [fieldsFrom([["type", type], ["value", set]])]
    }
    if (zones.length === 0) return [fieldsFrom(Object.entries({ type, ...own }))]
    return zones.map((zone, i) =>
      fieldsFrom([
        ["type", type],
        ...Object.entries(own),
        ["position", String(i + 1)],
        ...Object.entries(zone),
      ])
    )
  })

const totalsOf = (text: string): Fields =>
  fieldsFrom(
    membersOf(text).flatMap(([name, value]) =>
      name.endsWith("_totals") && isObject(value) && Object.keys(value).length > 0
        ? Object.entries(value).map(([field, total]) => [`${name}_${field}`, total] as const)
        : [[name, value] as const]
    ),
  )

/** Returns the rows of `table` for the response `text` of the item `id`, in order. */
export const responseRows = (table: TableName, id: string, text: string): ReadonlyArray<Fields> => {
  switch (table) {
    case "gear":
      return [fieldsOf(text)]
    case "stats":
      return [totalsOf(text)]
    case "zones":
      return zonesOf(text)
    case "details":
      return [fieldsFrom(membersOf(text).filter(([name]) => !isList(name)))]
    default: {
      const members = new Map(membersOf(text))
      return lists[table].flatMap(([list, unit]) => {
        const entries = members.get(list)
        return Array.isArray(entries)
          ? entries.map((entry: unknown, i) =>
            entryRow(JSON.stringify(entry), {
              activity_id: id,
              ...(unit === undefined ? {} : { unit }),
              position: i + 1,
            })
          )
          : []
      })
    }
  }
}
