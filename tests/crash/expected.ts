/** What every sink must hold, made from the simulated world alone, and what is different about it. */
import { parse } from "csv-parse/sync"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { createHash } from "node:crypto"
import type { World } from "../../pipeline/simulator/World.ts"
import { streamColumns } from "../../sinks/postgres/columns.ts"
import { modelOf } from "../pipeline/model.ts"

/** Answers as Strava sends them. */
export interface Expected {
  readonly athleteId: string
  readonly athlete: string
  /** By id, newest first. */
  readonly activities: ReadonlyMap<string, string>
  readonly streams: ReadonlyMap<string, string>
}

/** Of `world`, whose activities in `without` have no samples. */
export const expectedOf = (world: World, without: ReadonlySet<number>): Expected => {
  const model = [...modelOf(world)].map(([key, text]) => [key.split("/"), text] as const)
  const of = (wanted: string) =>
    new Map(
      model.flatMap(([[resource, id = ""], text]) =>
        resource === wanted && !(wanted === "streams" && without.has(Number(id)))
          ? [[id, text] as const]
          : []
      ),
    )
  const athleteId = String(world.athleteId)
  return {
    athleteId,
    athlete: of("athlete").get(athleteId) ?? "",
    activities: of("activities"),
    streams: of("streams"),
  }
}

const filesUnder = (folder: string, below = ""): ReadonlyArray<string> =>
  [...Deno.readDirSync(`${folder}/${below}`)].flatMap(({ isDirectory, name }) =>
    isDirectory ? filesUnder(folder, `${below}${name}/`) : [below + name]
  )

/** The names are just these, or what is lacking and what is too much. */
const sameNames = (what: string, found: Iterable<string>, wanted: Iterable<string>) => {
  const [has, wants] = [new Set(found), new Set(wanted)]
  return [
    ...[...wants.difference(has)].map((name) => `${what}: ${name} is missing`),
    ...[...has.difference(wants)].map((name) => `${what}: ${name} should not be there`),
  ]
}

export const jsonFaults = (folder: string, wanted: Expected): ReadonlyArray<string> => {
  const files = new Map([
    ["athlete.json", wanted.athlete],
    ["activities.ndjson", [...wanted.activities.values()].map((line) => `${line}\n`).join("")],
    ...[...wanted.streams].map(([id, text]) => [`streams/${id}.json`, text] as const),
  ])
  const found = filesUnder(folder)
  return [
    ...sameNames("json", found, files.keys()),
    ...[...files].flatMap(([name, text]) =>
      found.includes(name) && Deno.readTextFileSync(`${folder}/${name}`) !== text
        ? [`json: ${name} is not what Strava sent`]
        : []
    ),
  ]
}

/** JSON with every number in the digits that it was sent in. */
const exact = (text: string) =>
  JSON.parse(
    text,
    (_key, value, context?: { readonly source?: string }) =>
      typeof value === "number" ? JSON_.rawJSON(context?.source ?? String(value)) : value,
  )
const JSON_ = JSON as unknown as { rawJSON(text: string): unknown }

/** Text that a spreadsheet would calculate begins with an apostrophe. */
const cellOf = (value: unknown): string =>
  value === null || value === undefined
    ? ""
    : typeof value === "string"
    ? (/^\s*[=+\-@]/.test(value) ? `'${value}` : value)
    : JSON.stringify(value)

type Table = ReadonlyArray<Readonly<Record<string, string>>>

const tableIn = (file: string): Table =>
  parse(Deno.readTextFileSync(file), { columns: true, skip_empty_lines: true })

const rowOf = (text: string) =>
  Object.fromEntries(Object.entries(exact(text)).map(([name, value]) => [name, cellOf(value)]))

/** A row per sample; pairs in two columns. */
const samplesOf = (text: string): Table => {
  const columns = Object.entries(exact(text) as Record<string, { data: ReadonlyArray<unknown> }>)
    .flatMap(([name, { data }]) =>
      name !== "latlng" ? [[name, data] as const] : [
        ["lat", data.map((pair) => (pair as ReadonlyArray<unknown> | null)?.[0])] as const,
        ["lng", data.map((pair) => (pair as ReadonlyArray<unknown> | null)?.[1])] as const,
      ]
    )
  const length = Math.max(...columns.map(([, data]) => data.length))
  return Array.from(
    { length },
    (_, i) => Object.fromEntries(columns.map(([name, data]) => [name, cellOf(data[i])])),
  )
}

const sameRows = (what: string, found: Table, wanted: Table): ReadonlyArray<string> => {
  if (found.length !== wanted.length) {
    return [`${what}: ${found.length} rows instead of ${wanted.length}`]
  }
  const at = wanted.findIndex((row, i) => {
    const cells = found[i] ?? {}
    return new Set([...Object.keys(row), ...Object.keys(cells)]).values()
      .some((name) => (cells[name] ?? "") !== (row[name] ?? ""))
  })
  return at < 0 ? [] : [`${what}: row ${at + 1} differs`]
}

export const csvFaults = (folder: string, wanted: Expected): ReadonlyArray<string> => {
  const tables = new Map<string, Table>([
    ["athlete.csv", [rowOf(wanted.athlete)]],
    ["activities.csv", [...wanted.activities.values()].map(rowOf)],
    ...[...wanted.streams].map(([id, text]) => [`streams/${id}.csv`, samplesOf(text)] as const),
  ])
  const found = filesUnder(folder)
  return [
    ...sameNames("csv", found, tables.keys()),
    ...[...tables].flatMap(([name, rows]) =>
      found.includes(name) ? sameRows(`csv: ${name}`, tableIn(`${folder}/${name}`), rows) : []
    ),
  ]
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")

/** Rows of `table` that are missing, too many, or other than wanted in any of `columns`. */
const differing = Effect.fnUntraced(function* (
  table: string,
  key: string,
  columns: ReadonlyArray<readonly [name: string, type: string]>,
  rows: ReadonlyArray<string>,
) {
  const sql = yield* SqlClient
  const names = [[key, "bigint"], ["sha256", "text"], ...columns] as const
  const found = yield* sql.unsafe<{ id: string; had: boolean; wanted: boolean }>(
    `select coalesce(m.${key}, t.${key})::text as id, t.${key} is not null as had,
       m.${key} is not null as wanted
       from json_to_recordset($1::json) as m(${
      names.map(([name, type]) => `"${name}" ${type}`).join(", ")
    }) full join ${table} t on t.${key} = m.${key}
      where ${names.map(([name]) => `t."${name}" is distinct from m."${name}"`).join(" or ")}`,
    [`[${rows.join(",")}]`],
  )
  return found.map(({ had, id, wanted }) =>
    `postgres: ${table} ${id} ${
      !had ? "is missing" : wanted ? "is not what Strava sent" : "should not be there"
    }`
  )
})

const rawRow = (id: string, text: string) => `{"id":${id},"sha256":"${sha256(text)}","raw":${text}}`

const streamsRow = (id: string, text: string) => {
  const streams: Record<string, { data: ReadonlyArray<unknown> }> = JSON.parse(text)
  const arrays = streamColumns.map(({ half, name, stream }) => {
    const data = streams[stream]?.data
    const halves = half === undefined
      ? data
      : data?.map((pair) => (pair as ReadonlyArray<unknown> | null)?.[half] ?? null)
    return `"${name}":${JSON.stringify(halves ?? null)}`
  })
  const n = Math.max(...Object.values(streams).map(({ data }) => data.length))
  return `{"activity_id":${id},"sha256":"${sha256(text)}","n":${n},${arrays.join(",")}}`
}

/** Likewise of the database that `SqlClient` is connected to. */
export const postgresFaults = Effect.fnUntraced(function* (wanted: Expected) {
  const raw = [["raw", "jsonb"]] as const
  return [
    ...yield* differing("strava.athletes", "id", raw, [rawRow(wanted.athleteId, wanted.athlete)]),
    ...yield* differing(
      "strava.activities",
      "id",
      raw,
      [...wanted.activities].map(([id, text]) => rawRow(id, text)),
    ),
    ...yield* differing(
      "strava.streams",
      "activity_id",
      [["n", "integer"], ...streamColumns.map(({ name, type }) => [name, type] as const)],
      [...wanted.streams].map(([id, text]) => streamsRow(id, text)),
    ),
  ]
})

const leftover = /\.tmp$|-wal$|-shm$|-journal$|\.next$|^state\.lock$/

/** What no run may leave in its folder. */
export const leftovers = (data: string): ReadonlyArray<string> =>
  filesUnder(data)
    .filter((name) => !name.startsWith("postgres/") && leftover.test(name))
    .map((name) => `${name} was left behind`)
