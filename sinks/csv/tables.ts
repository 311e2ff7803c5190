/** The CSV tables that grow, and the rows of each. */
import { activityFields } from "../../schemas/Activity.ts"
import { DetailedActivity, type DetailList, detailLists } from "../../schemas/DetailedActivity.ts"
import type { Declaration, DeclaredColumn } from "../../schemas/Declaration.ts"
import { DetailedGear } from "../../schemas/Gear.ts"
import {
  isDecimalId,
  isGearId,
  isIdOf,
  type Item,
  keyOf,
  type TableResource,
} from "../../schemas/Item.ts"
import { declarationOf } from "../../schemas/resources.ts"
import { sourceAt } from "../../schemas/json/entryNames.ts"
import { elementsOf, membersOf } from "../../schemas/json/Json.ts"
import { type Cells, cellsOf, cellsWithSource, type CsvTable } from "./csvTable.ts"

const anActivity = { isKey: isDecimalId, keyIs: "activity's id" }

/** Columns of tables with items of both sources. Tables of earlier versions have only responses of the API. */
const ofBothSources = {
  first: ["id", "source"],
  defaults: new Map([["source", "api"]]),
  rowsOf: (item: Item, members: ReadonlyMap<string, string>) => [
    new Map(cellsWithSource(item, members)).set("id", item.id),
  ],
}

export const csvActivities: CsvTable = {
  ...anActivity,
  ...ofBothSources,
  file: "activities.csv",
  key: "id",
  known: [...activityFields, "source"],
}

export const csvGear: CsvTable = {
  ...ofBothSources,
  file: "gear.csv",
  key: "id",
  isKey: isGearId,
  keyIs: "gear's id",
  known: [...Object.keys(DetailedGear.schema.fields), "source"],
}

/** Returns the table of a resource with the declared columns, and the members that no column has as they are. */
const csvColumnsOf = (
  resource: TableResource,
  columns: ReadonlyArray<DeclaredColumn>,
  without: ReadonlyArray<string> = [],
): CsvTable => {
  const key = keyOf(resource)
  // Columns of a script need not have all that is inside a member.
  const { ofScript }: Declaration = declarationOf(resource)
  const whole = new Set(
    columns.flatMap(({ path: [member = "", ...inside] }) =>
      ofScript === undefined || inside.length === 0 ? [member] : []
    ),
  )
  const names = new Set([key, ...columns.map(({ name }) => name)])
  const nameOf = (member: string): string => names.has(member) ? nameOf(`${member}_2`) : member
  return {
    isKey: (cell) => isIdOf(resource, cell),
    keyIs: key === "id" ? `${declarationOf(resource).counted[0]}'s id` : anActivity.keyIs,
    file: `${resource}.csv`,
    key,
    first: [key],
    known: [...names],
    rowsOf: ({ id, text }, members) => {
      const declared = columns.flatMap(({ name, path }) => {
        const found = sourceAt(text, members, path)
        return found === undefined ? [] : [[name, found] as const]
      })
      const others = Array.from(members)
        .filter(([name, source]) =>
          !whole.has(name) && !without.includes(name) && !(name === key && source === id)
        )
        .map(([name, source]) => [nameOf(name), source] as const)
      return [new Map(cellsOf(new Map([...others, ...declared]))).set(key, id)]
    },
  }
}

/** Returns the table of a resource whose responses are lists: a column for each field of each type of entries. */
const csvEntries = (
  resource: TableResource,
  { entry, types }: NonNullable<Declaration["entries"]>,
): CsvTable => {
  const fields = Object.keys(entry.schema.fields)
  return {
    ...anActivity,
    file: `${resource}.csv`,
    key: "activity_id",
    first: ["activity_id"],
    known: ["activity_id", ...types.flatMap((type) => fields.map((field) => `${type}_${field}`))],
    rowsOf: ({ id }, members) => {
      const cells = Array.from(members).flatMap(([type, source]) =>
        source.startsWith("{")
          ? Array.from(membersOf(source), ([name, value]) => [`${type}_${name}`, value] as const)
          : [[type, source] as const]
      )
      return [new Map(cellsOf(new Map(cells))).set("activity_id", id)]
    },
  }
}

/** Returns the table of a resource with a table in its declaration: a row for each activity. */
export const csvDeclared = (resource: TableResource): CsvTable => {
  const { entries, table }: Declaration = declarationOf(resource)
  return entries !== undefined && entries.types.length > 0
    ? csvEntries(resource, entries)
    : csvColumnsOf(resource, table?.columns ?? [], table?.without)
}

const isList = (name: string) => (detailLists as ReadonlyArray<string>).includes(name)

/** True if the entries of this member are rows of their own table. */
const hasRows = ([name, source]: readonly [name: string, source: string]) =>
  isList(name) && (source === "null" || source.startsWith("["))

export const csvDetails: CsvTable = {
  ...anActivity,
  file: "details.csv",
  key: "id",
  first: ["id"],
  known: Object.keys(DetailedActivity.schema.fields).filter((name) => !isList(name)),
  rowsOf: ({ id }, members) => [
    new Map(cellsOf(new Map(Array.from(members).filter((member) => !hasRows(member))))).set(
      "id",
      id,
    ),
  ],
}

/**
 * Returns a table of the entries in lists of details, in their order. Strava's fields that have the
 * name of a column of ours get `_2` at their end. An entry that is not an object is in a column
 * `value`; null has no row.
 */
const entries = (
  file: string,
  lists: ReadonlyArray<readonly [list: DetailList, own: Readonly<Record<string, string>>]>,
  known: ReadonlyArray<string>,
): CsvTable => {
  const first = ["activity_id", ...Object.keys(lists[0]?.[1] ?? {}), "position"]
  const ours = new RegExp(`^(${first.join("|")})(_2)*$`)
  return {
    ...anActivity,
    file,
    key: "activity_id",
    first,
    known: [...first, ...known],
    rowsOf: ({ id }, members) =>
      lists.flatMap(([list, own]) => {
        const source = members.get(list) ?? "null"
        if (!source.startsWith("[")) return []
        return elementsOf(source).flatMap((entry, i): ReadonlyArray<Cells> =>
          entry === "null" ? [] : [
            new Map([
              ["activity_id", id],
              ...Object.entries(own),
              ["position", String(i + 1)],
              ...Array.from(
                cellsOf(entry.startsWith("{") ? membersOf(entry) : new Map([["value", entry]])),
                ([name, cell]) => [ours.test(name) ? `${name}_2` : name, cell] as const,
              ),
            ]),
          ]
        )
      }),
  }
}

const effort = [
  "id",
  "resource_state",
  "name",
  "activity",
  "athlete",
  "elapsed_time",
  "moving_time",
  "start_date",
  "start_date_local",
  "distance",
  "start_index",
  "end_index",
  "average_cadence",
  "device_watts",
  "average_watts",
  "average_heartrate",
  "max_heartrate",
]

/** Strava's fields in Strava's order, by table. */
export const detailTables: ReadonlyArray<CsvTable> = [
  entries("laps.csv", [["laps", {}]], [
    "id",
    "resource_state",
    "name",
    "activity",
    "athlete",
    "elapsed_time",
    "moving_time",
    "start_date",
    "start_date_local",
    "distance",
    "average_speed",
    "max_speed",
    "lap_index",
    "split",
    "start_index",
    "end_index",
    "total_elevation_gain",
    "average_cadence",
    "device_watts",
    "average_watts",
    "average_heartrate",
    "max_heartrate",
    "pace_zone",
  ]),
  entries("splits.csv", [
    ["splits_metric", { unit: "metric" }],
    ["splits_standard", { unit: "standard" }],
  ], [
    "split",
    "distance",
    "elapsed_time",
    "moving_time",
    "elevation_difference",
    "average_speed",
    "average_grade_adjusted_speed",
    "average_heartrate",
    "pace_zone",
  ]),
  entries("segment_efforts.csv", [["segment_efforts", {}]], [
    ...effort,
    "segment",
    "pr_rank",
    "kom_rank",
    "achievements",
    "visibility",
    "hidden",
  ]),
  entries("best_efforts.csv", [["best_efforts", {}]], [...effort, "pr_rank", "achievements"]),
]
