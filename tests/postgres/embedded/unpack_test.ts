/**
 * The packaged cluster: equal to the result of initdb and the migrations, and unpacked completely
 * or not at all.
 */
import { PGlite } from "@electric-sql/pglite"
import { NodeFS } from "@electric-sql/pglite/nodefs"
import { Effect, FileSystem, type Scope } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import { readFileSync, renameSync, writeFileSync } from "node:fs"
import { zstdCompressSync, zstdDecompressSync } from "node:zlib"
import { connectOrMake, embedded } from "../../../sinks/postgres/connection/client.ts"
import {
  openCluster,
  openOrMakeCluster,
  startParams,
} from "../../../sinks/postgres/embedded/cluster.ts"
import { migrate } from "../../../sinks/postgres/schema/migrations.ts"
import { postgresTables } from "../../../sinks/postgres/write/tables.ts"
import { unpackCluster } from "../../../sinks/postgres/embedded/unpackCluster.ts"
import { definitionOf } from "../../../sinks/postgres/read/versions.ts"
import { dumpPostgres } from "../../golden/dump.ts"
import { onDisk } from "../../memory.ts"
import { live } from "../../testing.ts"
import { databaseFolder, rows } from "./folders.ts"

const archive = new URL("../../../sinks/postgres/embedded/cluster.tar.zst", import.meta.url)

/** Columns that differ between equal clusters: positions in files, and ages. */
const incidental = [
  "oid",
  "datfrozenxid",
  "datminmxid",
  "relfilenode",
  "relpages",
  "reltuples",
  "relallvisible",
  "relallfrozen",
  "relfrozenxid",
  "relminmxid",
]

/** Conditions that exclude rows of the template databases, which a new database lacks. */
const ofPostgres = new Map([
  ["pg_database", "where datname = 'postgres'"],
  [
    "pg_shdescription",
    "where classoid <> 'pg_database'::regclass or objoid = (select oid from pg_database " +
    "where datname = 'postgres')",
  ],
])

/** Settings that depend on our size of WAL segments. */
const ofLog = ["wal_segment_size", "min_wal_size", "max_wal_size"]

/** Returns the complete content of a cluster, as text by catalog. */
const contentOf = async (db: PGlite): Promise<ReadonlyMap<string, string>> => {
  const text = async (query: string) =>
    JSON.stringify((await db.query(query, [], { rowMode: "array" })).rows)
  const { rows: catalogs } = await db.query<{ name: string; columns: string }>(
    `select relname as name, string_agg(format('%I::text', attname), ', ' order by attnum) as columns
       from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0
       where relnamespace = 'pg_catalog'::regnamespace and relkind = 'r'
         and relname not in ('pg_statistic', 'pg_depend', 'pg_shdepend')
         and attname <> all ($1) group by 1`,
    [incidental],
  )
  const found = new Map([
    [
      "settings",
      await text(
        `select name, setting from pg_settings where name <> all ('{${ofLog}}') order by name`,
      ),
    ],
    ["ours", (await dumpPostgres(db)).replaceAll(/'\d{4}-\d\d-\d\d [^']*'/g, "'a time'")],
  ])
  for (const { columns, name } of catalogs) {
    const where = ofPostgres.get(name) ?? ""
    // Rows of our own objects have other OIDs, so they are excluded. Their content is compared in
    // "ours".
    found.set(
      name,
      await text(
        `select count(*), md5(string_agg(line, e'\\n' order by line)) from (
         select concat_ws(' | ', ${columns}) as line from ${name} ${where}
       ) where line !~ '\\m(1[6-9]|[2-9][0-9])[0-9]{3}\\M'`,
      ),
    )
  }
  return found
}

const contentIn = (
  folder: string,
): Effect.Effect<ReadonlyMap<string, string>, unknown, Scope.Scope> =>
  Effect.flatMap(openCluster(folder), (db) => Effect.promise(() => contentOf(db)))

live(
  "a new database equals the result of initdb and the migrations",
  () =>
    Effect.gen(function* () {
      const { data, dataDir } = yield* databaseFolder
      const made = `${data}/made`
      yield* Effect.promise(async () => {
        const db = await PGlite.create({ fs: new NodeFS(made), startParams: [...startParams] })
        await db.close()
      })
      const began = Date.now()
      for (const path of [made, dataDir]) {
        yield* Effect.scoped(Effect.gen(function* () {
          const { sql } = yield* connectOrMake(embedded(path))
          yield* Effect.provideService(migrate, SqlClient, sql)
          const [found] = yield* sql<{ first: Date }>`
          select min(created_at) as first from strava.paceline_migrations`
          assert.ok(found !== undefined && Number(found.first) >= began - 1000, "made today")
        }))
      }
      const [expected, found] = [
        yield* Effect.scoped(contentIn(made)),
        yield* Effect.scoped(contentIn(dataDir)),
      ]
      const different = [...expected].flatMap(([name, content]) =>
        found.get(name) === content ? [] : [name]
      )
      assert.deepEqual(different, [], "deno run -A tools/cluster.ts makes the archive again")
    }),
)

live("two new databases are distinguishable", () =>
  Effect.gen(function* () {
    const { data } = yield* databaseFolder
    const definitions = yield* Effect.forEach(["one", "two"], (name) =>
      Effect.scoped(Effect.gen(function* () {
        const { sql } = yield* connectOrMake(embedded(`${data}/${name}`))
        return yield* definitionOf(sql, postgresTables.streams)
      })))
    assert.equal(new Set(definitions).size, 2)
    assert.ok(!definitions.includes(undefined))
  }))

live("a partly unpacked cluster is unpacked again", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { dataDir, source } = yield* databaseFolder
    const whole = readFileSync(archive)
    const tar = zstdDecompressSync(whole)
    const cut = yield* fs.makeTempFileScoped(onDisk)
    for (
      const part of [
        new Uint8Array(0),
        whole.subarray(0, whole.length >> 1),
        ...[100, 1024, 5_000_000, tar.length - 1024].map((size) =>
          zstdCompressSync(tar.subarray(0, size))
        ),
      ]
    ) {
      yield* fs.remove(dataDir, { recursive: true, force: true })
      yield* fs.makeDirectory(dataDir)
      writeFileSync(cut, part)
      assert.throws(() => unpackCluster(`${dataDir}/.making`, cut), /cannot be unpacked/)
      assert.deepEqual(yield* fs.readDirectory(dataDir), [".making"])
    }
    assert.deepEqual(yield* rows(source), { notes: [], activities: 0 })
    assert.ok(!(yield* fs.readDirectory(dataDir)).includes(".making"))
  }))

live(
  "a database whose creation was killed gets its time of creation from the run that finishes it",
  () =>
    Effect.gen(function* () {
      const { data } = yield* databaseFolder
      const begun = yield* Effect.sync(() => Date.now())
      yield* Effect.sync(() => unpackCluster(`${data}/.making`))
      yield* Effect.sync(() => renameSync(`${data}/.making`, `${data}/.made`))
      const { db } = yield* openOrMakeCluster(data)
      const { rows } = yield* Effect.promise(() =>
        db.query<{ made: number }>(
          `select extract(epoch from min(created_at))::float8 * 1000 as made
           from strava.paceline_migrations`,
        )
      )
      assert.ok((rows[0]?.made ?? 0) >= begun - 1_000)
    }),
)
