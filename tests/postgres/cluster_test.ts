/** The folder of the embedded database: made only where there is none, and never over anything else. */
import { PGlite } from "@electric-sql/pglite"
import { Effect, FileSystem, Option } from "effect"
import assert from "node:assert/strict"
import { copyFileSync, cpSync, fsyncSync, statSync } from "node:fs"
import { majorVersion, openCluster, startParams } from "../../sinks/postgres/cluster.ts"
import { type Sync, SyncedFolder } from "../../sinks/postgres/SyncedFolder.ts"
import * as PostgresSink from "../../sinks/PostgresSink.ts"
import { activity } from "../sinks/items.ts"
import { live } from "../testing.ts"
import { placeCluster } from "./cluster.ts"

const folder = Effect.gen(function* () {
  const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  const dataDir = `${data}/postgres`
  return { data, dataDir, source: yield* PostgresSink.make({ dataDir, url: Option.none() }) }
})

const rows = (source: Effect.Success<ReturnType<typeof PostgresSink.make>>) =>
  Effect.scoped(Effect.gen(function* () {
    const { contents, notes = [] } = yield* source.open
    return { notes, activities: (yield* contents!(activity(1).athlete)).get("activities") }
  }))

/** A database that holds an activity, and then something happens to its folder. */
const filled = Effect.gen(function* () {
  const found = yield* folder
  yield* placeCluster(found.dataDir)
  yield* Effect.scoped(Effect.gen(function* () {
    const sink = yield* found.source.open
    yield* sink.write({ resource: "activities", items: [activity(1)] })
  }))
  assert.deepEqual(yield* rows(found.source), { notes: [], activities: 1 })
  return found
})

for (
  const [what, file] of [
    ["without PG_VERSION", "PG_VERSION"],
    ["that cannot be opened any more", "global/pg_control"],
  ] as const
) {
  live(
    `a database ${what} is moved aside with all of its files, and a new one is made`,
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { data, dataDir, source } = yield* filled
        yield* fs.rename(`${dataDir}/${file}`, `${data}/removed`)
        const { activities, notes } = yield* rows(source)
        assert.equal(activities, 0)
        const [note = ""] = notes
        const [aside = ""] = (yield* fs.readDirectory(data))
          .filter((name) => name.startsWith("postgres.damaged-"))
        assert.match(note, new RegExp(`kept as ${aside}, and a new database was made`))
        assert.equal((yield* fs.stat(`${dataDir}`)).mode & 0o077, 0)
        // Nothing of it was changed: with its file it is the database that it was.
        yield* fs.rename(`${data}/removed`, `${data}/${aside}/${file}`)
        yield* fs.remove(dataDir, { recursive: true })
        yield* fs.rename(`${data}/${aside}`, dataDir)
        assert.deepEqual(yield* rows(source), { notes: [], activities: 1 })
      }),
  )
}

live(
  "a database whose making was cut short is made again, and one that was made is put in place",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { dataDir, source } = yield* filled
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

live("a look at a database that is not there makes nothing", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { data, dataDir, source } = yield* folder
    const look = Effect.scoped(
      Effect.flatMap(source.look!, ({ kept }) => kept("activities", ["1"])),
    )
    assert.deepEqual(yield* look, [])
    assert.deepEqual(yield* fs.readDirectory(data), [])
    yield* fs.makeDirectory(dataDir)
    assert.deepEqual(yield* look, [])
    assert.deepEqual(yield* fs.readDirectory(data), ["postgres"])
    assert.deepEqual(yield* fs.readDirectory(dataDir), [])
  }))

live(
  "what was committed is there after a power cut that takes all that was not synced",
  () =>
    Effect.gen(function* () {
      const { data, dataDir } = yield* folder
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
        // From here on nothing reaches the disk that survives.
        cpSync(kept, `${kept}.then`, { recursive: true })
        await db.close()
      })
      const db = yield* openCluster(`${kept}.then`)
      const { rows } = yield* Effect.promise(() => db.query(select))
      assert.deepEqual(rows, [{ ids: [1, 2, 3, 4, 5] }])
    }),
)
