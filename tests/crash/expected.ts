/** Expected contents of every sink, derived from the simulated world alone, and the differences found. */
import { parse } from "csv-parse/sync"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { createHash } from "node:crypto"
import type { World } from "../../pipeline/simulator/world/World.ts"
import { streamColumns } from "../../sinks/postgres/schema/columns.ts"
import { modelOf } from "../pipeline/model.ts"

/** Responses as Strava sends them. */
interface Expected {
  readonly athleteId: string
  readonly athlete: string
  /** Activities by id, newest first. */
  readonly activities: ReadonlyMap<string, string>
  readonly streams: ReadonlyMap<string, string>
  readonly details: ReadonlyMap<string, string>
  readonly gear: ReadonlyMap<string, string>
  readonly zones: string
  readonly stats: string
}

/** Last successful response of each path of Strava's API. */
type Bodies = ReadonlyMap<string, string>

/** Returns the expected contents of `world`; activities in `without` have no streams. `bodies` has the other responses. */
export const expectedOf = (
  world: World,
  without: ReadonlySet<number>,
  bodies: Bodies,
): Expected => {
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
    details: new Map(
      world.ids.map((id) => [String(id), bodies.get(`/activities/${id}`) ?? "never asked for"]),
    ),
    gear: new Map(
      [...bodies].filter(([path]) => path.startsWith("/gear/"))
        .map(([path, text]) => [path.slice("/gear/".length), text]),
    ),
    zones: bodies.get("/athlete/zones") ?? "never asked for",
    stats: bodies.get(`/athletes/${athleteId}/stats`) ?? "never asked for",
  }
}

const filesUnder = (folder: string, below = ""): ReadonlyArray<string> =>
  [...Deno.readDirSync(`${folder}/${below}`)].flatMap(({ isDirectory, name }) =>
    isDirectory
      ? filesUnder(folder, `${below}${name}/`)
      // This file contains the number of runs that have written to the sink.
      : below === "" && name === ".paceline"
      ? []
      : [below + name]
  )

/** Returns the missing and the unexpected names. */
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
    ...[...wanted.details].map(([id, text]) => [`details/${id}.json`, text] as const),
    ...[...wanted.gear].map(([id, text]) => [`gear/${id}.json`, text] as const),
    ["zones.json", wanted.zones],
    ["stats.json", wanted.stats],
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

/** Parses JSON and keeps the digits of every number. */
const exact = (text: string) =>
  JSON.parse(
    text,
    (_key, value, context?: { readonly source?: string }) =>
      typeof value === "number" ? JSON_.rawJSON(context?.source ?? String(value)) : value,
  )
const JSON_ = JSON as unknown as { rawJSON(text: string): unknown }

/** Returns the CSV cell. A text that a spreadsheet would calculate begins with an apostrophe. */
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

/** Returns a row of a table with responses of the API and items of the export. */
const rowFromApi = (text: string) => ({ ...rowOf(text), source: "api" })

/** Returns one row per sample, with pairs in two columns. */
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

const lists = {
  laps: ["laps"],
  splits: ["splits_metric", "splits_standard"],
  segment_efforts: ["segment_efforts"],
  best_efforts: ["best_efforts"],
} as const

type Details = Readonly<Record<string, unknown>>

/** Returns one row per entry of a list of the details. */
const entriesOf = (table: keyof typeof lists, details: ReadonlyMap<string, string>): Table =>
  [...details].flatMap(([id, text]) =>
    lists[table].flatMap((list) => {
      const entries = (exact(text) as Details)[list] as ReadonlyArray<Details> | undefined
      return (entries ?? []).map((entry, i) => ({
        activity_id: id,
        ...(table === "splits" && { unit: list.slice("splits_".length) }),
        position: String(i + 1),
        ...Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, cellOf(value)])),
      }))
    })
  )

const withoutLists = (text: string) => {
  const row: Record<string, string> = rowOf(text)
  for (const list of Object.values(lists).flat()) delete row[list]
  return row
}

const rank = (row: Readonly<Record<string, string>>) => row["activity_id"] ?? row["id"] ?? ""
/** Sorts rows by activity and keeps their order within each. */
const sorted = (rows: Table) =>
  rows.toSorted((a, b) => rank(a).length - rank(b).length || rank(a).localeCompare(rank(b)))

const detailTables = ({ details, gear }: Expected): ReadonlyArray<readonly [string, Table]> => [
  ["details.csv", [...details.values()].map(withoutLists)],
  ...(Object.keys(lists) as ReadonlyArray<keyof typeof lists>).map((table) =>
    [`${table}.csv`, entriesOf(table, details)] as const
  ),
  ["gear.csv", [...gear.values()].map(rowFromApi)],
]

/** Files whose contents other tests check. */
const others = ["zones.csv", "stats.csv"]

export const csvFaults = (folder: string, wanted: Expected): ReadonlyArray<string> => {
  const tables = new Map<string, Table>([
    ["athlete.csv", [rowFromApi(wanted.athlete)]],
    ["activities.csv", [...wanted.activities.values()].map(rowFromApi)],
    ...[...wanted.streams].map(([id, text]) => [`streams/${id}.csv`, samplesOf(text)] as const),
  ])
  const found = filesUnder(folder)
  return [
    ...sameNames("csv", found, [
      ...tables.keys(),
      ...detailTables(wanted).map(([n]) => n),
      ...others,
    ]),
    ...detailTables(wanted).flatMap(([name, rows]) =>
      found.includes(name)
        ? sameRows(`csv: ${name}`, sorted(tableIn(`${folder}/${name}`)), sorted(rows))
        : []
    ),
    ...[...tables].flatMap(([name, rows]) =>
      found.includes(name) ? sameRows(`csv: ${name}`, tableIn(`${folder}/${name}`), rows) : []
    ),
  ]
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")

/** Returns the rows of `table` that are missing, unexpected, or different in any of `columns`. */
const differing = Effect.fnUntraced(function* (
  table: string,
  key: string,
  columns: ReadonlyArray<readonly [name: string, type: string]>,
  rows: ReadonlyArray<string>,
  { type = "bigint", where = "true" } = {},
) {
  const sql = yield* SqlClient
  const names = [[key, type], ["sha256", "text"], ...columns] as const
  const found = yield* sql.unsafe<{ id: string; had: boolean; wanted: boolean }>(
    `select coalesce(m.${key}, t.${key})::text as id, t.${key} is not null as had,
       m.${key} is not null as wanted
       from json_to_recordset($1::json) as m(${
      names.map(([name, type]) => `"${name}" ${type}`).join(", ")
    }) full join (select * from ${table} where ${where}) t on t.${key} = m.${key}
      where ${names.map(([name]) => `t."${name}" is distinct from m."${name}"`).join(" or ")}`,
    [`[${rows.join(",")}]`],
  )
  return found.map(({ had, id, wanted }) =>
    `postgres: ${table} ${id} ${
      !had ? "is missing" : wanted ? "is not what Strava sent" : "should not be there"
    }`
  )
})

const rawRow = (id: string, text: string, key = "id") =>
  `{"${key}":${id},"sha256":"${sha256(text)}","raw":${text}}`

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

/** SQL: excludes rows of deleted activities. */
const ofOthers = {
  where: "activity_id not in (select id from strava.activities where deleted_at is not null)",
}

/** Compares the number of entries in the details with the number of rows. */
const entryFaults = Effect.fnUntraced(function* (wanted: Expected) {
  const sql = yield* SqlClient
  const tables = Object.keys(lists) as ReadonlyArray<keyof typeof lists>
  const faults = yield* Effect.forEach(tables, (table) => {
    const rows = entriesOf(table, wanted.details)
    return Effect.map(
      sql.unsafe<{ n: number }>(
        `select count(*)::integer as n from strava.${table} where ${ofOthers.where}`,
      ),
      ([found]) =>
        found?.n === rows.length
          ? []
          : [`postgres: ${table} has ${found?.n} rows instead of ${rows.length}`],
    )
  })
  return faults.flat()
})

/** Returns the faults of the database that `SqlClient` is connected to. */
export const postgresFaults = Effect.fnUntraced(function* (wanted: Expected) {
  const raw = [["raw", "jsonb"]] as const
  return [
    ...yield* differing("strava.athletes", "id", raw, [rawRow(wanted.athleteId, wanted.athlete)]),
    ...yield* differing(
      "strava.activities",
      "id",
      raw,
      [...wanted.activities].map(([id, text]) => rawRow(id, text)),
      { where: "deleted_at is null" },
    ),
    ...yield* differing(
      "strava.details",
      "activity_id",
      raw,
      [...wanted.details].map(([id, text]) => rawRow(id, text, "activity_id")),
      ofOthers,
    ),
    ...yield* entryFaults(wanted),
    ...yield* differing(
      "strava.gear",
      "id",
      raw,
      [...wanted.gear].map(([id, text]) => rawRow(`"${id}"`, text)),
      { type: "text" },
    ),
    ...yield* Effect.forEach(
      ["zones", "stats"] as const,
      (name) =>
        differing(`strava.${name}`, "athlete_id", raw, [
          rawRow(wanted.athleteId, wanted[name], "athlete_id"),
        ]),
    ).pipe(Effect.map((found) => found.flat())),
    ...yield* differing(
      "strava.streams",
      "activity_id",
      [["n", "integer"], ...streamColumns.map(({ name, type }) => [name, type] as const)],
      [...wanted.streams].map(([id, text]) => streamsRow(id, text)),
      ofOthers,
    ),
  ]
})

const leftover = /\.tmp$|-wal$|-shm$|-journal$|\.next$|^state\.lock$/

/** Returns the temporary files in the data directory, which no run may leave. */
export const leftovers = (data: string): ReadonlyArray<string> =>
  filesUnder(data)
    .filter((name) => !name.startsWith("postgres/") && leftover.test(name))
    .map((name) => `${name} was left behind`)
