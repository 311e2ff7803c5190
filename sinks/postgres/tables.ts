/** Where the items of each resource land, and by which statements. */
import { Result } from "effect"
import type { Item, Resource } from "../../schemas/Item.ts"
import type { Refusal } from "../Sink.ts"
import { activities, activityRow, athleteRow, athletes } from "./rows.ts"
import { streamRow, streams } from "./streams.ts"

/** An item and the statements' parameters that land it. */
export interface Row {
  readonly item: Item
  readonly parameters: unknown
}

export interface Table {
  readonly name: string
  readonly key: string
  row(item: Item): Result.Result<unknown, Refusal>
  /** All rows by one statement, or a statement for each: with the parameters of each. */
  parametersOf(rows: ReadonlyArray<Row>): ReadonlyArray<ReadonlyArray<unknown>>
  readonly insert: string
  readonly compare: string
}

const list = (rows: ReadonlyArray<Row>) => [[
  `[${rows.map(({ parameters }) => parameters).join(",")}]`,
]]

const later: Table = {
  name: "(select null::bigint as id, ''::text as sha256 where false)",
  key: "id",
  row: (item) => Result.fail({ item, reason: "not built yet" }),
  parametersOf: () => [],
  insert: "",
  compare: "",
}

export const tables: Record<Resource, Table> = {
  zones: later,
  stats: later,
  gear: later,
  details: later,
  athlete: {
    name: "strava.athletes",
    key: "id",
    row: athleteRow,
    parametersOf: list,
    ...athletes,
  },
  activities: {
    name: "strava.activities",
    key: "id",
    row: activityRow,
    parametersOf: list,
    ...activities,
  },
  streams: {
    name: "strava.streams",
    key: "activity_id",
    row: streamRow,
    parametersOf: (rows) => rows.map(({ parameters }) => parameters as ReadonlyArray<unknown>),
    ...streams,
  },
}
