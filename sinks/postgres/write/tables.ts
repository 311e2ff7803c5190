/** Where the items of each resource land, and by which statements. */
import { Result } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Item, Resource } from "../../../schemas/Item.ts"
import { accept } from "../../validate.ts"
import type { Refusal } from "../../Sink.ts"
import { activityColumns, athleteColumns } from "../schema/columns.ts"
import { detailColumns } from "../schema/detailColumns.ts"
import { comparing, entryParts, landing, type Parts } from "./entries.ts"
import { gearColumns, statsColumns, zonesColumns } from "../schema/profileColumns.ts"
import { itemRow, rowFor, type RowTable, tableStatements } from "./rows.ts"
import { exactly, sendable } from "./sanitize.ts"
import { streamRow, streamStatements } from "./streams.ts"

/** An item and the statements' parameters that land it. */
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
  /** The column with the id of the athlete. */
  readonly athlete: "id" | "athlete_id"
  /** Which version of our columns these are: raised, all rows are made again out of their answers. */
  readonly projection: number
  /** Which rows, called `t`, are there for us: not those that are marked as deleted. */
  readonly isThere: string
  readonly canBeGone: boolean
  /** The columns with content: all but the ids, where it came from, and when it was deleted. */
  readonly content: ReadonlyArray<string>
  /** The column that holds the whole answer as jsonb, if there is one. */
  readonly hasRaw: boolean
  row(item: Item): Result.Result<unknown, Refusal>
  /** Statements that land these rows; or that make again what is made out of their answers. */
  landing(rows: ReadonlyArray<PostgresRow>, again?: boolean): ReadonlyArray<Statement>
  /** Questions, whose answers are what is different. */
  comparing(rows: ReadonlyArray<PostgresRow>): ReadonlyArray<Statement>
}

/** Condition for the rows of `athlete`, to follow others; for all rows without one. */
export const andOf = (column: string, athlete: AthleteId | undefined): string =>
  athlete === undefined ? "" : ` and ${column} = ${athlete}`

const list = (texts: ReadonlyArray<unknown>) => [`[${texts.join(",")}]`]

const notDeleted = "t.deleted_at is null"

/** Nor are those of an activity that is. */
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
    row: rowFor(resource, shape),
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
  readonly parts: Parts
}

const makeDetails = (): PostgresTable => {
  const base = recorded("details", detailShape, {
    isThere: activityNotDeleted,
    // 2: ids of efforts beyond 2^53 that end in zeros are no longer null.
    projection: 2,
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
        const { value } = yield* accept.details(item)
        const { text } = yield* sendable(item)
        const row = itemRow(item, exactly(text, value), detailShape)
        return { row, parts: entryParts(item, value) }
      }),
    landing: (rows, again) => {
      const { ids, own, parts } = split(rows)
      return [...base.landing(own, again), ...landing(ids, parts)]
    },
    comparing: (rows) => {
      const { ids, own, parts } = split(rows)
      return [...base.comparing(own), ...comparing(ids, parts)]
    },
  }
}

const ofAthlete: Omit<RowTable, "table" | "columns"> = {
  key: "athlete_id",
  keyType: "bigint",
  isOfAthlete: false,
  canBeGone: true,
}

export const postgresTables: Record<Resource, PostgresTable> = {
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
  }),
  // 2: ids beyond 2^53 are no longer null.
  activities: recorded("activities", {
    ...ofActivity,
    table: "strava.activities",
    columns: activityColumns,
  }, { projection: 2 }),
  details: makeDetails(),
  streams: {
    resource: "streams",
    name: "strava.streams",
    key: "activity_id",
    keyType: "bigint",
    // 2: samples with fractions are no longer null, nor are those beside one that does not fit.
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
