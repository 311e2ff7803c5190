/** Rows of the athlete's export as a table: fields that Strava's list of activities does not have. */
import type { DeclaredColumn } from "../../../schemas/Declaration.ts"
import { isRawNumber } from "../../../schemas/json/Json.ts"
import { resources } from "../../../schemas/resources.ts"
import { record, text } from "../../landed/values.ts"
import { exactMembers } from "../exact.ts"
import { decimalColumn, integerColumn, plainColumn } from "../screen.ts"
import type { ScreenColumn, ShowColumn, ShowRow, ShowTable } from "../Table.ts"

const first: ReadonlyArray<ShowColumn> = [
  { name: "activity_id", type: "int" },
  { name: "sport_type", type: "str" },
  { name: "calories", type: "float" },
  { name: "perceived_exertion", type: "float" },
  { name: "weather_temperature", type: "float" },
  { name: "file", type: "str" },
  { name: "name", type: "str" },
]

/** On a narrow screen, the name is cut; it is the last column to stay. */
const screen: ReadonlyArray<ScreenColumn> = [
  integerColumn("activity_id", { rank: 1 }),
  plainColumn("sport_type", { rank: 3, shrinkTo: 6 }),
  decimalColumn("calories", 0, { unit: "kcal", rank: 2 }),
  decimalColumn("perceived_exertion", 0, { rank: 4 }),
  decimalColumn("weather_temperature", 1, { unit: "°C", rank: 5 }),
  plainColumn("file", { rank: 6, shrinkTo: 12 }),
  plainColumn("name", { shrinkTo: 16 }),
]

const types: Readonly<Record<DeclaredColumn["type"], ShowColumn["type"]>> = {
  boolean: "bool",
  integer: "int",
  number: "float",
  numbers: "str",
  text: "str",
  texts: "str",
  time: "datetime",
}

const declared: ReadonlyArray<DeclaredColumn> = resources.export.table.columns
const shown = new Set(first.map(({ name }) => name))

const columns: ReadonlyArray<ShowColumn> = [
  ...first,
  ...declared.filter(({ name }) => !shown.has(name)).map(({ name, type }): ShowColumn => ({
    name,
    type: types[type],
  })),
]

const valueOf = (sent: unknown, { path, type }: DeclaredColumn): unknown => {
  const value = path.reduce<unknown>((part, name) => record(part)?.[name], sent) ?? null
  if (Array.isArray(value)) return value.map(String).join(type === "texts" ? ", " : " ")
  return type === "time" && typeof value === "string" ? value.replace(/Z$/, "") : value
}

const digitsOf = (id: unknown): string => isRawNumber(id) ? id.rawJSON : String(id)

const byId = (a: ShowRow, b: ShowRow): number => {
  const [x, y] = [digitsOf(a["activity_id"]), digitsOf(b["activity_id"])]
  return x.length - y.length || (x < y ? -1 : x > y ? 1 : 0)
}

/** Returns the table of these rows, by id. */
export const exportTable = (texts: ReadonlyArray<string>): ShowTable => ({
  noun: ["row", "rows"],
  columns,
  screen,
  rows: texts.map((row): ShowRow => {
    const sent = exactMembers(row)
    return {
      activity_id: sent["activity_id"] ?? null,
      ...Object.fromEntries(declared.map((column) => [column.name, valueOf(sent, column)])),
    }
  }).sort(byId),
  curves: () => [],
})

/** Returns the names of bikes and shoes in these rows, by the id that their activities have. */
export const namesOfGear = (texts: ReadonlyArray<string>): ReadonlyMap<string, string> =>
  new Map(texts.flatMap((row) => {
    const { activity, activity_gear: gear } = exactMembers(row)
    const [id, name] = [text(record(activity)?.["gear_id"]), text(gear)]
    return id === null || name === null ? [] : [[id, name] as const]
  }))
