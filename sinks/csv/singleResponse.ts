/** CSV tables of one response: the athlete's profile, zones and stats. */
import { Effect, Stream } from "effect"
import { DetailedAthlete } from "../../schemas/Athlete.ts"
import { sourceOf } from "../../schemas/export/source.ts"
import { isDecimalId, type Item } from "../../schemas/Item.ts"
import { elementsOf, membersOf } from "../../schemas/json/Json.ts"
import { ActivityStats, ActivityTotal } from "../../schemas/Stats.ts"
import { cellOf, csvRows, formatCsv, textCell } from "./csv.ts"
import { type Cells, cellsOf, cellsWithSource, csvColumns } from "./csvTable.ts"

const encoder = new TextEncoder()

const oneRow = (columns: ReadonlyArray<string>, cells: Cells) =>
  encoder.encode(formatCsv([columns, columns.map((column) => cells.get(column) ?? "")]))

const athleteFields = [...Object.keys(DetailedAthlete.schema.fields), "source"]

const athleteRow = (cells: Cells): Uint8Array =>
  oneRow(csvColumns(athleteFields, new Set(cells.keys())), cells)

export const athleteContent = (item: Item): Uint8Array =>
  athleteRow(cellsWithSource(item, membersOf(item.text)))

/** Returns the content of earlier versions, without the source; undefined if the athlete was imported. */
export const olderAthleteContent = (item: Item): Uint8Array | undefined =>
  sourceOf(item) === "api" ? athleteRow(cellsOf(membersOf(item.text))) : undefined

/** Returns `name` with `_2` at its end, repeated until it is not in `taken`. */
const free = (name: string, taken: { has(name: string): boolean }): string =>
  taken.has(name) ? free(`${name}_2`, taken) : name

const isTotals = (name: string) => name.endsWith("_totals")

const statsFields = Object.keys(ActivityStats.schema.fields).flatMap((name) =>
  isTotals(name)
    ? Object.keys(ActivityTotal.schema.fields)
      .filter((field) => field !== "achievement_count" || name.startsWith("recent_"))
      .map((field) => `${name}_${field}`)
    : [name]
)

/** Returns one row; each total is a column: `recent_run_totals_count`. Known columns always exist. */
export const statsContent = (item: Item): Uint8Array => {
  const cells = new Map<string, string>()
  const put = (name: string, source: string) =>
    cells.set(free(textCell(name), cells), cellOf(source))
  for (const [name, source] of membersOf(item.text)) {
    const totals = isTotals(name) && source.startsWith("{") ? membersOf(source) : new Map()
    if (totals.size === 0) put(name, source)
    for (const [field, total] of totals) put(`${name}_${field}`, total)
  }
  return oneRow(csvColumns(statsFields, new Set([...statsFields, ...cells.keys()])), cells)
}

/**
 * Returns a table whose columns are identified by their contents (`what`), so that a field of the
 * same name gets another column.
 */
const table = (first: ReadonlyArray<readonly [what: string, column: string]>) => {
  const columns = new Map(first)
  const rows: Array<Cells> = []
  const columnOf = (what: string, name: string) => {
    const column = columns.get(what) ?? free(textCell(name), new Set(columns.values()))
    columns.set(what, column)
    return column
  }
  return {
    /** Adds a row of `[what, the name of its column, JSON]`. */
    add: (...members: ReadonlyArray<readonly [what: string, name: string, source: string]>) =>
      rows.push(
        new Map(
          members.map(([what, name, source]) => [columnOf(what, name), cellOf(source)]),
        ),
      ),
    content: () => {
      const names = [...columns.values()]
      return encoder.encode(
        formatCsv([names, ...rows.map((cells) => names.map((name) => cells.get(name) ?? ""))]),
      )
    },
  }
}

const zoneColumns = [
  ["type", "type"],
  ["of set custom_zones", "custom_zones"],
  ["position", "position"],
  ["of zone min", "min"],
  ["of zone max", "max"],
] as const

/**
 * Returns a row per zone, `position` counted from 1. Unknown fields of a set of zones or of a zone
 * have their own columns; a value that is not a set of zones is in `value`, as JSON.
 */
export const zonesContent = (item: Item): Uint8Array => {
  const { add, content } = table(zoneColumns)
  for (const [type, source] of membersOf(item.text)) {
    if (source === "null") continue
    const name = ["type", "type", JSON.stringify(type)] as const
    const set = source.startsWith("{") ? membersOf(source) : undefined
    const list = set?.get("zones") ?? "null"
    const zones = list.startsWith("[") ? elementsOf(list) : []
    const isSet = set !== undefined && (list === "null" || list.startsWith("[")) &&
      zones.every((zone) => zone.startsWith("{"))
    if (!isSet) {
      add(name, ["value", "value", source])
      continue
    }
    const own = Array.from(set)
      .filter(([field]) => field !== "zones")
      .map(([field, value]) => [`of set ${field}`, field, value] as const)
    if (zones.length === 0) add(name, ...own)
    for (const [i, zone] of zones.entries()) {
      add(
        name,
        ...own,
        ["position", "position", String(i + 1)],
        ...Array.from(
          membersOf(zone),
          ([field, value]) => [`of zone ${field}`, field, value] as const,
        ),
      )
    }
  }
  return content()
}

/** Header and rows of a table; empty if it cannot be read. */
const readRows = (content: Uint8Array) =>
  Effect.orElseSucceed(Stream.runCollect(csvRows(Stream.make(content))), () => [])

/** Returns the id in the only row of an athlete's file. */
export const athleteIdOf = (content: Uint8Array): Effect.Effect<string | undefined> =>
  Effect.map(readRows(content), ([header, row]) => {
    const id = row?.[header?.indexOf("id") ?? -1]
    return id !== undefined && isDecimalId(id) ? id : undefined
  })

/** True if `content` is a table that begins with `columns`, with rows as long as its header. */
const isTable = (content: Uint8Array, columns: ReadonlyArray<string>, least: number) =>
  Effect.map(
    readRows(content),
    ([header, ...rows]) =>
      header !== undefined && rows.length >= least &&
      columns.every((column, i) => header[i] === column) &&
      rows.every((row) => row.length === header.length),
  )

export const isZones = (content: Uint8Array) =>
  isTable(content, zoneColumns.map(([, column]) => column), 0)
export const isStats = (content: Uint8Array) => isTable(content, statsFields.slice(0, 1), 1)
