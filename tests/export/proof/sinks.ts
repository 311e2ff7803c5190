/** Content of each sink after an import, read without the code that wrote it, with the digits of every number. */
import { Effect, FileSystem, type Redacted } from "effect"
import { parse } from "csv-parse/sync"
import assert from "node:assert/strict"
import { hashOf } from "../../../schemas/json/hash.ts"
import { isRawNumber, type Json, parseExact } from "../../../schemas/json/Json.ts"
import { formula } from "../../../sinks/csv/csv.ts"
import { server } from "../../../sinks/postgres/connection/client.ts"

type Row = Readonly<Record<string, string>>

/** Streams of an activity: the values of each type as text, undefined where there is none. */
export type StreamTexts = ReadonlyMap<string, ReadonlyArray<string | undefined>>

/** Content of one sink. */
export interface SinkContent {
  /** Fields by activity: numbers with their digits, null and absent fields left out. */
  readonly activities: ReadonlyMap<string, Row>
  /** Rows of the export by activity, without the objects in them. */
  readonly exports: ReadonlyMap<string, Row>
  readonly streams: ReadonlyMap<string, StreamTexts>
  readonly gear: ReadonlyMap<string, Row>
  readonly athlete: Row
}

/** Returns a value of a response as text. */
const textOf = (value: Json): string =>
  typeof value === "string" ? value : isRawNumber(value) ? value.rawJSON : JSON.stringify(value)

const rowOf = (text: string): Row => {
  const object = parseExact(text)
  assert.ok(object !== null && typeof object === "object" && !Array.isArray(object))
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]: [string, Json]) =>
      value === null ? [] : [[name, textOf(value)]]
    ),
  )
}

const byField = (rows: ReadonlyArray<Row>, field: string) =>
  new Map(rows.map((row) => [row[field] ?? "", row]))

/** Columns of streams in tables, where a position is two numbers. */
const sampleColumns = [
  "time",
  "distance",
  "lat",
  "lng",
  "altitude",
  "velocity_smooth",
  "heartrate",
  "cadence",
  "watts",
  "temp",
] as const

/** Returns the streams in a file of the sink, and fails unless every one of them names its source. */
const jsonStreams = (text: string): StreamTexts => {
  const set = parseExact(text) as Readonly<
    Record<string, { readonly data: ReadonlyArray<Json>; readonly source: string }>
  >
  const found = new Map<string, ReadonlyArray<string | undefined>>()
  const values = (data: ReadonlyArray<Json>) =>
    data.map((value) => value === null ? undefined : textOf(value))
  for (const [type, { data, source }] of Object.entries(set)) {
    assert.equal(source, "export")
    if (type !== "latlng") found.set(type, values(data))
    else {
      for (const [at, column] of ["lat", "lng"].entries()) {
        found.set(column, values(data.map((pair) => Array.isArray(pair) ? pair[at] : null)))
      }
    }
  }
  return found
}

const filesOf = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const names = yield* Effect.orElseSucceed(fs.readDirectory(folder), () => [])
  return yield* Effect.forEach(names, (name) =>
    Effect.map(
      fs.readFileString(`${folder}/${name}`),
      (text) => [name.replace(/\.\w+$/, ""), text] as const,
    ))
})

const lines = (text: string) => text.split("\n").filter((line) => line !== "")

/** Returns what the files of JSON hold. */
export const jsonContent = Effect.fnUntraced(function* (data: string) {
  const fs = yield* FileSystem.FileSystem
  const folder = `${data}/json`
  const rows = (name: string) =>
    Effect.map(fs.readFileString(`${folder}/${name}`), (text) => lines(text).map(rowOf))
  return {
    activities: byField(yield* rows("activities.ndjson"), "id"),
    exports: byField(yield* rows("export.ndjson"), "activity_id"),
    streams: new Map(
      (yield* filesOf(`${folder}/streams`)).map(([id, text]) => [id, jsonStreams(text)]),
    ),
    gear: new Map((yield* filesOf(`${folder}/gear`)).map(([id, text]) => [id, rowOf(text)])),
    athlete: rowOf(yield* fs.readFileString(`${folder}/athlete.json`)),
  } satisfies SinkContent
})

const csvRows = (text: string): ReadonlyArray<Row> =>
  (parse(text, { columns: true }) as ReadonlyArray<Row>).map((row) =>
    Object.fromEntries(
      Object.entries(row).filter(([, cell]) => cell !== "").map(([name, cell]) => [
        name,
        // Trap 24: a text that a spreadsheet could execute has an apostrophe in front.
        cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell,
      ]),
    )
  )

/** Returns what the files of CSV hold; an empty cell is an absent field. */
export const csvContent = Effect.fnUntraced(function* (data: string) {
  const fs = yield* FileSystem.FileSystem
  const folder = `${data}/csv`
  const rows = Effect.fnUntraced(function* (name: string) {
    const path = `${folder}/${name}.csv`
    return (yield* fs.exists(path)) ? csvRows(yield* fs.readFileString(path)) : []
  })
  const streams = (text: string): StreamTexts => {
    const table = csvRows(text)
    assert.ok(table.every(({ source }) => source === "export"))
    return new Map(
      sampleColumns.flatMap((column) =>
        table.some((row) => row[column] !== undefined)
          ? [[column, table.map((row) => row[column])]]
          : []
      ),
    )
  }
  return {
    activities: byField(yield* rows("activities"), "id"),
    exports: byField(yield* rows("export"), "activity_id"),
    streams: new Map(
      (yield* filesOf(`${folder}/streams`)).map(([id, text]) => [id, streams(text)]),
    ),
    gear: byField(yield* rows("gear"), "id"),
    athlete: (yield* rows("athlete"))[0] ?? {},
  } satisfies SinkContent
})

interface StoredRow {
  readonly id: string
  readonly raw: string
  readonly sha256: string
  readonly source: string
}

interface StoredSamples {
  readonly id: string
  readonly source: string
  readonly sha256: string
  readonly columns: Readonly<Record<string, ReadonlyArray<number | null> | null>>
}

/** Returns the tables of the database at `url`; `raw` has the digits of every number. */
export const postgresContent = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const sql = yield* (yield* server(url)).connect
  const rows = (table: string, id: string) =>
    sql.unsafe<StoredRow>(
      `select ${id}::text as id, raw::text as raw, sha256, source from strava.${table}`,
    )
  const read = Effect.fnUntraced(function* (table: string, id: string) {
    const found = yield* rows(table, id)
    assert.ok(found.every(({ source }) => source === "export"), table)
    return new Map(found.map((row) => [row.id, rowOf(row.raw)]))
  })
  const samples = yield* sql.unsafe<StoredSamples>(
    `select activity_id::text as id, source, sha256, jsonb_build_object(${
      sampleColumns.map((name) => `'${name}', "${name}"`).join(", ")
    }) as columns from strava.streams`,
  )
  const values = (list: ReadonlyArray<number | null>) =>
    list.map((value) => value === null ? undefined : String(value))
  return {
    activities: yield* read("activities", "id"),
    exports: yield* read("export", "activity_id"),
    streams: new Map(samples.map(({ columns, id, source }) => {
      assert.equal(source, "export")
      return [
        id,
        new Map(
          Object.entries(columns).flatMap(([name, list]) =>
            list === null ? [] : [[name, values(list)] as const]
          ),
        ),
      ]
    })),
    gear: yield* read("gear", "id"),
    athlete: [...(yield* read("athletes", "id")).values()][0] ?? {},
    hashes: new Map(samples.map(({ id, sha256 }) => [id, sha256])),
  }
})

/** Returns the hash of the streams of each activity, from the files of JSON. */
export const streamHashes = (data: string) =>
  Effect.map(
    filesOf(`${data}/json/streams`),
    (files) => new Map(files.map(([id, text]) => [id, hashOf(text)])),
  )
