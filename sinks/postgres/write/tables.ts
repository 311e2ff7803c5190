/** Tables for the items of each resource, and the statements that write them. */
import { Result } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { type Item, keyOf, recordOf, type Resource, tableResources } from "../../../schemas/Item.ts"
import {
  allResources,
  type BuiltInResource,
  declarationOf,
  isBuiltIn,
} from "../../../schemas/resources.ts"
import type { ScriptResource } from "../../../schemas/script/ScriptName.ts"
import type { Declaration } from "../../../schemas/Declaration.ts"
import { accept } from "../../validate.ts"
import type { Refusal } from "../../Sink.ts"
import { activityColumns, activityProjection, athleteColumns } from "../schema/columns.ts"
import { declaredColumns, declaredName } from "../schema/declaredTables.ts"
import { detailColumns, detailProjection } from "../schema/detailColumns.ts"
import { entryParts, entryQueries, type EntryRows, entryStatements } from "./entries.ts"
import {
  gearColumns,
  gearProjection,
  statsColumns,
  zonesColumns,
} from "../schema/profileColumns.ts"
import { scriptProjection } from "../schema/scriptTables.ts"
import { itemRow, rowFor, type RowTable, tableStatements } from "./rows.ts"
import { exactly, sendable } from "./sanitize.ts"
import { streamRow, streamStatements } from "./streams.ts"

/** An item, and the parameters of the statements that write it. */
export interface PostgresRow {
  readonly item: Item
  readonly parameters: unknown
}

export interface Statement {
  readonly text: string
  readonly parameters: ReadonlyArray<unknown>
}

export interface PostgresTable {
  readonly resource: Resource
  readonly name: string
  readonly key: string
  readonly keyType: "bigint" | "text"
  /** Column with the athlete's id. */
  readonly athlete: "id" | "athlete_id"
  /** Version of the columns: after it changes, all rows are updated from their stored responses. */
  readonly projection: number
  /** Condition for rows (called `t`) that are not marked as deleted. */
  readonly isThere: string
  readonly canBeGone: boolean
  /** Columns with content: all but the ids, the source and the time of deletion. */
  readonly content: ReadonlyArray<string>
  /** True if a jsonb column holds the whole response. */
  readonly hasRaw: boolean
  row(item: Item): Result.Result<unknown, Refusal>
  /** Statements that write these rows, or that update them from their stored responses. */
  landing(rows: ReadonlyArray<PostgresRow>, again?: boolean): ReadonlyArray<Statement>
  /** Queries whose results are the differences. */
  comparing(rows: ReadonlyArray<PostgresRow>): ReadonlyArray<Statement>
}

/** Condition for the rows of `athlete`, to append to others; empty if undefined. */
export const andOf = (column: string, athlete: AthleteId | undefined): string =>
  athlete === undefined ? "" : ` and ${column} = ${athlete}`

const list = (texts: ReadonlyArray<unknown>) => [`[${texts.join(",")}]`]

const notDeleted = "t.deleted_at is null"

/** Rows of a deleted activity do not count either. */
const activityNotDeleted = `${notDeleted} and not exists (select 1 from strava.activities a ` +
  "where a.id = t.activity_id and a.deleted_at is not null)"

const recorded = (
  resource: Exclude<Resource, "streams">,
  shape: RowTable,
  { isThere = shape.canBeGone ? notDeleted : "true", projection = 1 } = {},
): PostgresTable => {
  const { compare, insert, project } = tableStatements(shape)
  const parameters = (rows: ReadonlyArray<PostgresRow>) =>
    list(rows.map(({ parameters }) => parameters))
  return {
    resource,
    name: shape.table,
    key: shape.key,
    keyType: shape.keyType,
    athlete: resource === "athlete" ? "id" : "athlete_id",
    projection,
    isThere,
    canBeGone: shape.canBeGone,
    content: [
      ...shape.columns.map(({ name }) => name),
      ...["raw", "sha256", "fetched_at", "answer"],
    ],
    hasRaw: true,
    row: rowFor(shape),
    landing: (rows, again = false) => [
      { text: again ? project : insert, parameters: parameters(rows) },
    ],
    comparing: (rows) => [{ text: compare, parameters: parameters(rows) }],
  }
}

const ofActivity: Omit<RowTable, "table" | "columns"> = {
  key: "id",
  keyType: "bigint",
  isOfAthlete: true,
  canBeGone: true,
}

const detailShape: RowTable = {
  ...ofActivity,
  table: "strava.details",
  key: "activity_id",
  columns: detailColumns,
}

interface DetailRow {
  readonly row: string
  readonly parts: EntryRows
}

const makeDetails = (): PostgresTable => {
  const base = recorded("details", detailShape, {
    isThere: activityNotDeleted,
    projection: detailProjection,
  })
  const split = (rows: ReadonlyArray<PostgresRow>) => {
    const details = rows.map(({ parameters }) => parameters as DetailRow)
    return {
      own: rows.map(({ item }, i): PostgresRow => ({ item, parameters: details[i]?.row })),
      ids: rows.map(({ item }) => item.id),
      parts: details.map(({ parts }) => parts),
    }
  }
  return {
    ...base,
    row: (item) =>
      Result.gen(function* () {
        const value = item.value ?? (yield* accept(item)).value
        const { text } = yield* sendable(item)
        const row = itemRow(item, exactly(text, value), detailShape)
        return { row, parts: entryParts(item, value) }
      }),
    landing: (rows, again) => {
      const { ids, own, parts } = split(rows)
      return [...base.landing(own, again), ...entryStatements(ids, parts)]
    },
    comparing: (rows) => {
      const { ids, own, parts } = split(rows)
      return [...base.comparing(own), ...entryQueries(ids, parts)]
    },
  }
}

const ofAthlete: Omit<RowTable, "table" | "columns"> = {
  key: "athlete_id",
  keyType: "bigint",
  isOfAthlete: false,
  canBeGone: true,
}

export const postgresTables: Readonly<Record<BuiltInResource, PostgresTable>> = {
  athlete: recorded("athlete", {
    ...ofAthlete,
    table: "strava.athletes",
    key: "id",
    columns: athleteColumns,
    canBeGone: false,
  }),
  zones: recorded("zones", { ...ofAthlete, table: "strava.zones", columns: zonesColumns }),
  stats: recorded("stats", { ...ofAthlete, table: "strava.stats", columns: statsColumns }),
  gear: recorded("gear", {
    ...ofActivity,
    table: "strava.gear",
    keyType: "text",
    columns: gearColumns,
  }, { projection: gearProjection }),
  activities: recorded("activities", {
    ...ofActivity,
    table: "strava.activities",
    columns: activityColumns,
  }, { projection: activityProjection }),
  details: makeDetails(),
  ...recordOf(tableResources(), (resource) =>
    recorded(resource, {
      ...ofActivity,
      table: declaredName(resource),
      key: "activity_id",
      columns: declaredColumns(resource),
    }, { isThere: activityNotDeleted })),
  streams: {
    resource: "streams",
    name: "strava.streams",
    key: "activity_id",
    keyType: "bigint",
    // 2: samples with fractions are no longer null, nor are samples next to one that does not fit.
    projection: 2,
    athlete: "athlete_id",
    isThere: activityNotDeleted,
    canBeGone: true,
    content: streamStatements.content,
    hasRaw: false,
    row: streamRow,
    landing: (rows, again = false) =>
      rows.map(({ parameters }) => ({
        text: again ? streamStatements.project : streamStatements.insert,
        parameters: parameters as ReadonlyArray<unknown>,
      })),
    comparing: (rows) =>
      rows.map(({ parameters }) =>
        streamStatements.comparing(parameters as ReadonlyArray<unknown>)
      ),
  },
}

const madeFor = new WeakMap<Declaration, PostgresTable>()

/** Returns the table of a resource that a script declares. */
const scriptTable = (resource: ScriptResource): PostgresTable => {
  const declaration = declarationOf(resource)
  const key = keyOf(resource)
  const table = madeFor.get(declaration) ?? recorded(resource, {
    ...ofActivity,
    table: declaredName(resource),
    key,
    keyType: key === "id" ? "text" : "bigint",
    columns: declaredColumns(resource),
  }, {
    ...(key === "activity_id" && { isThere: activityNotDeleted }),
    projection: scriptProjection(resource),
  })
  madeFor.set(declaration, table)
  return table
}

/** Returns the table of a resource. */
export const postgresTable = (resource: Resource): PostgresTable =>
  isBuiltIn(resource) ? postgresTables[resource] : scriptTable(resource)

/** Returns the tables of all resources. */
export const allTables = (): ReadonlyArray<PostgresTable> => allResources().map(postgresTable)
