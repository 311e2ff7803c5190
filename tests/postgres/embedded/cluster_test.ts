/** The folder of the embedded database: created only if there is none, and never over other data. */
import { PgTypes } from "@effect/sql-pg"
import { PGlite } from "@electric-sql/pglite"
import { Effect, FileSystem, Option, Stream } from "effect"
import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import { copyFileSync, cpSync, fsyncSync, statSync } from "node:fs"
import { connectOrMake, embedded } from "../../../sinks/postgres/connection/client.ts"
import { Patches } from "../../../sinks/postgres/embedded/Patches.ts"
import { majorVersion, openCluster, startParams } from "../../../sinks/postgres/embedded/cluster.ts"
import { type Sync, SyncedFolder } from "../../../sinks/postgres/embedded/SyncedFolder.ts"
import { postgresSink } from "../../../sinks/postgres/PostgresSink.ts"
import { random as randomFrom } from "../../disk/Inode.ts"
import { activity } from "../../sinks/items.ts"
import { live, test } from "../../testing.ts"
import { placeCluster } from "./cluster.ts"
import { databaseFolder, filledDatabase, rows } from "./folders.ts"

for (
  const [what, file] of [
    ["without PG_VERSION", "PG_VERSION"],
    ["that cannot be opened any more", "global/pg_control"],
  ] as const
) {
  live(
    `a database ${what} is moved aside with all of its files, and a new one is created`,
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { data, dataDir, source } = yield* filledDatabase
        yield* fs.rename(`${dataDir}/${file}`, `${data}/removed`)
        const { activities, notes } = yield* rows(source)
        assert.equal(activities, 0)
        const [note = ""] = notes
        const [aside = ""] = (yield* fs.readDirectory(data))
          .filter((name) => name.startsWith("postgres.damaged-"))
        assert.match(note, new RegExp(`kept as ${aside}, and a new database was created`))
        assert.equal((yield* fs.stat(`${dataDir}`)).mode & 0o077, 0)
        // The moved folder was not changed: with its file back, it is the original database.
        yield* fs.rename(`${data}/removed`, `${data}/${aside}/${file}`)
        yield* fs.remove(dataDir, { recursive: true })
        yield* fs.rename(`${data}/${aside}`, dataDir)
        assert.deepEqual(yield* rows(source), { notes: [], activities: 1 })
      }),
  )
}

live(
  "a partly created database is created again, and a complete one is put in place",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { dataDir, source } = yield* filledDatabase
      const names = yield* fs.readDirectory(dataDir)
      yield* fs.makeDirectory(`${dataDir}/.made`)
      for (const name of names.filter((name) => name !== "base")) {
        yield* fs.rename(`${dataDir}/${name}`, `${dataDir}/.made/${name}`)
      }
      assert.deepEqual(yield* rows(source), { notes: [], activities: 1 })
      assert.deepEqual((yield* fs.readDirectory(dataDir)).toSorted(), names.toSorted())

      yield* fs.remove(dataDir, { recursive: true })
      yield* fs.makeDirectory(`${dataDir}/.making/base`, { recursive: true })
      yield* fs.writeFileString(`${dataDir}/.making/PG_VERSION`, `${majorVersion}\n`)
      assert.deepEqual(yield* rows(source), { notes: [], activities: 0 })
      assert.equal((yield* fs.readFileString(`${dataDir}/PG_VERSION`)).trim(), majorVersion)
      assert.ok(!(yield* fs.readDirectory(dataDir)).some((name) => name.startsWith(".ma")))
    }),
)

/** Returns one SHA-256 of the names and the content of all files below `folder`. */
const bytesOf = (folder: string): string => {
  const hash = createHash("sha256")
  for (const { isDirectory, name } of [...Deno.readDirSync(folder)].toSorted(byName)) {
    const path = `${folder}/${name}`
    hash.update(`${name} ${isDirectory ? bytesOf(path) : ""}`)
    if (!isDirectory) hash.update(Deno.readFileSync(path))
  }
  return hash.digest("hex")
}

const byName = (a: Deno.DirEntry, b: Deno.DirEntry) => a.name < b.name ? -1 : 1

live(
  "opening read-only reads the stored data and changes no byte, also after a kill",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, dataDir, source } = yield* filledDatabase
      const { connect } = embedded(dataDir)
      const held = Effect.scoped(Effect.flatMap(source.look, (sink) =>
        Effect.map(Stream.runCollect(sink.held("activities")), (all) =>
          all.map(({ id }) =>
            id
          ))))
      const before = bytesOf(data)
      assert.deepEqual(yield* held, ["1"])
      // All changes happen in memory.
      const changed = yield* Effect.scoped(Effect.gen(function* () {
        const sql = yield* connect
        yield* sql`create table things as select generate_series(1, 20000) as id`
        yield* sql`update strava.activities set name = repeat('x', 100000)`
        yield* sql`vacuum full strava.activities`.unprepared
        yield* sql`truncate strava.streams`
        yield* sql`checkpoint`.unprepared
        yield* sql`insert into strava.streams select 2, 1, 0, '{}' where false`.pipe(Effect.ignore)
        return yield* sql`select length(name) as length, (select sum(id) from things)::int8 as sum
        from strava.activities`
      }))
      assert.deepEqual(changed, [{ length: 100_000, sum: 200_010_000n }])
      assert.equal(bytesOf(data), before)

      // Two readers can open it at once, but none while a run writes.
      yield* Effect.scoped(Effect.andThen(connect, held))
      yield* Effect.scoped(Effect.gen(function* () {
        const sink = yield* source.open
        yield* sink.write({ resource: "activities", items: [activity(2)] })
        assert.equal((yield* Effect.flip(held)).reason, "busy")
        yield* fs.copy(dataDir, `${data}/killed/postgres`)
      }))
      const killed = yield* postgresSink({
        dataDir: `${data}/killed/postgres`,
        url: Option.none(),
      })
      const asKilled = bytesOf(`${data}/killed`)
      const found = Effect.scoped(Effect.flatMap(killed.look, ({ kept }) =>
        kept("activities", ["1", "2"])))
      assert.deepEqual(
        (yield* found).map(({ id }) =>
          id
        ),
        ["1", "2"],
      )
      assert.equal(bytesOf(`${data}/killed`), asKilled)
    }),
)

test("a file with changes in memory reads as if they had been written to it", () =>
  Effect.sync(() => {
    const next = randomFrom(1)
    const random = (below: number) => Math.floor(next() * below)
    for (let round = 0; round < 50; round++) {
      const disk = Int8Array.from({ length: random(40_000) }, () => random(256))
      const read = (into: Int8Array, at: number) => into.set(disk.subarray(at, at + into.length))
      const patches = new Patches(disk.length)
      let expected = disk.slice()
      for (let step = 0; step < 30; step++) {
        const at = random(50_000)
        if (step % 5 === 4) {
          const cut = new Int8Array(at)
          cut.set(expected.subarray(0, at))
          expected = cut
          patches.resize(at)
        } else if (step % 2 === 0) {
          const bytes = Int8Array.from({ length: random(20_000) }, () => random(256))
          const longer = new Int8Array(Math.max(expected.length, at + bytes.length))
          longer.set(expected)
          longer.set(bytes, at)
          expected = longer
          patches.write(bytes, at, read)
        }
        const found = new Int8Array(expected.length)
        patches.read(found, 0, read)
        assert.ok(found.every((byte, i) => byte === expected[i]), `${round} ${step}`)
      }
    }
  }))

live("opening a missing database read-only creates nothing", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { data, dataDir, source } = yield* databaseFolder
    const look = Effect.scoped(
      Effect.flatMap(source.look, ({ kept }) => kept("activities", ["1"])),
    )
    assert.deepEqual(yield* look, [])
    assert.deepEqual(yield* fs.readDirectory(data), [])
    yield* fs.makeDirectory(dataDir)
    assert.deepEqual(yield* look, [])
    assert.deepEqual(yield* fs.readDirectory(data), ["postgres"])
    assert.deepEqual(yield* fs.readDirectory(dataDir), [])
  }))

live("the log of a database stays short, however much is written", () =>
  Effect.gen(function* () {
    const { dataDir } = yield* databaseFolder
    yield* placeCluster(dataDir)
    const { sql } = yield* connectOrMake(embedded(dataDir))
    yield* sql`create table things (bytes bytea)`
    yield* sql`alter table things alter bytes set storage external`
    for (let i = 0; i < 20; i++) {
      yield* sql`insert into things values (${PgTypes.bytea(randomBytes(4 * 1024 * 1024))})`
    }
    const log = `${dataDir}/pg_wal`
    const pieces = [...Deno.readDirSync(log)].filter(({ isFile }) => isFile)
    const size = pieces.reduce((sum, { name }) => sum + statSync(`${log}/${name}`).size, 0)
    assert.ok(size < 40 * 1024 * 1024, `${size} bytes`)
  }))

live(
  "committed rows survive a power cut that loses everything not synced",
  () =>
    Effect.gen(function* () {
      const { data, dataDir } = yield* databaseFolder
      const kept = `${data}/kept`
      yield* placeCluster(dataDir)
      yield* placeCluster(kept)
      let syncs = 0
      const sync: Sync = (file, path) => {
        fsyncSync(file)
        if (!statSync(path).isFile()) return
        syncs++
        copyFileSync(path, kept + path.slice(dataDir.length))
      }
      const select = "select array_agg(id order by id) as ids from things"
      yield* Effect.promise(async () => {
        const db = await PGlite.create({
          fs: new SyncedFolder(dataDir, sync),
          startParams: [...startParams],
        })
        await db.exec("create table things (id integer)")
        for (let id = 1; id <= 5; id++) {
          const before = syncs
          await db.exec(`insert into things values (${id})`)
          assert.ok(syncs > before, "a commit returned before anything was synced")
        }
        // Copies the disk here, so later writes are lost.
        cpSync(kept, `${kept}.then`, { recursive: true })
        await db.close()
      })
      const db = yield* openCluster(`${kept}.then`)
      const { rows } = yield* Effect.promise(() => db.query(select))
      assert.deepEqual(rows, [{ ids: [1, 2, 3, 4, 5] }])
    }),
)
