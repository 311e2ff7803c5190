/**
 * The folder of the embedded database: links are followed, and a folder that might be intact stays
 * unchanged.
 */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { isDamage } from "../../../sinks/postgres/embedded/clusterError.ts"
import { live, test } from "../../testing.ts"
import { placeCluster } from "./cluster.ts"
import { databaseFolder, filledDatabase, rows } from "./folders.ts"

live(
  "a database behind a link is opened, created and read at the link's target",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, dataDir, source } = yield* filledDatabase
      yield* fs.rename(dataDir, `${data}/disk`)
      yield* fs.symlink(`${data}/disk`, dataDir)
      assert.deepEqual(yield* rows(source), { notes: [], activities: 1 })
      const look = Effect.scoped(
        Effect.flatMap(source.look, ({ kept }) => kept("activities", ["1"])),
      )
      assert.equal((yield* look).length, 1)

      yield* fs.remove(`${data}/disk`, { recursive: true })
      const nowhere = yield* Effect.flip(rows(source))
      assert.match(nowhere.message, /postgres is a link that cannot be followed .*Mount the disk/)
      yield* fs.makeDirectory(`${data}/disk/lost+found`, { recursive: true })
      assert.deepEqual(yield* rows(source), { notes: [], activities: 0 })
      assert.ok((yield* fs.readDirectory(`${data}/disk`)).includes("PG_VERSION"))
      assert.equal(yield* fs.readLink(dataDir), `${data}/disk`)
    }),
)

for (
  const [what, change, words] of [
    [
      "a part is a link",
      (path: string) => {
        renameSync(`${path}/pg_wal`, `${path}.wal`)
        symlinkSync(`${path}.wal`, `${path}/pg_wal`)
      },
      /pg_wal in it is a link.*Nothing was changed/,
    ],
    [
      "it does not start for a reason that is no damage",
      (path: string) => writeFileSync(`${path}/postgresql.conf`, "nonsense = maybe\n"),
      /cannot be opened: configuration file .* contains errors\. Nothing was changed/,
    ],
    [
      "it is a link, and damaged",
      (path: string) => {
        rmSync(`${path}/global/pg_control`)
        renameSync(path, `${path}.disk`)
        symlinkSync(`${path}.disk`, path)
      },
      /cannot be opened: could not open file "global\/pg_control".*Nothing was changed/,
    ],
    [
      "another version made it",
      (path: string) => writeFileSync(`${path}/PG_VERSION`, "17\n"),
      /is a database of PostgreSQL 17, and this program reads PostgreSQL 18/,
    ],
    [
      "a file is there",
      (path: string) => {
        rmSync(path, { recursive: true })
        writeFileSync(path, "")
      },
      /postgres is not a directory, but the database needs a directory/,
    ],
  ] as const
) {
  live(`a database stays unchanged if ${what}`, () =>
    Effect.gen(function* () {
      const { data, dataDir, source } = yield* databaseFolder
      yield* placeCluster(dataDir)
      change(dataDir)
      const before = readdirSync(data).filter((name) => !name.endsWith(".lock"))
      assert.match((yield* Effect.flip(rows(source))).message, words)
      assert.deepEqual(readdirSync(data).filter((name) => !name.endsWith(".lock")), before)
    }))
}

for (
  const [reason, damaged] of [
    ["could not locate a valid checkpoint record at 0/1710500", true],
    [
      "could not access status of transaction 753: Could not open file: No such file or directory",
      true,
    ],
    ['could not open file "global/pg_control": Permission denied', false],
    ['could not open file "base/5/1259": Too many open files', false],
    ['could not read file "global/pg_control": I/O error', false],
    ["PGlite failed to initialize properly", false],
  ] as const
) {
  test(`${reason}: ${damaged ? "damage" : "no damage"}`, () =>
    Effect.sync(() => assert.equal(isDamage(reason), damaged)))
}
