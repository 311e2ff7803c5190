/** Version 6 of the state file: sources and origins, and files of earlier versions that are only read. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { migrations } from "../../pipeline/state/file/migrations.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { checkpointOf } from "../export/merge/importing.ts"
import { runFolder, runStart } from "../pipeline/running.ts"
import { test } from "../testing.ts"

const athlete = AthleteId.make(7)

/** Writes a state file of an earlier version with one fetched activity and its streams. */
const writeVersion = (path: string, version: number) => {
  const db = new DatabaseSync(path)
  for (const migration of migrations.slice(0, version)) db.exec(migration)
  db.exec(`pragma user_version = ${version}`)
  for (const resource of ["activities", "streams"]) {
    db.prepare(
      `insert into item (athlete, resource, id, status, start, hash, updated)
         values (7, ?, '1', 'delivered', 5, 'h', 6)`,
    ).run(resource)
  }
  db.close()
}

for (const version of [1, 2, 3, 4, 5]) {
  test(`a file of version ${version} is read without a migration: everything is of the API`, () =>
    Effect.gen(function* () {
      const data = yield* runFolder
      writeVersion(`${data}/state.db`, version)
      yield* Effect.gen(function* () {
        const state = yield* StateFile
        const known = yield* state.imports.known(athlete)
        assert.equal(known.get("1")?.activities?.source, "api")
        assert.equal(known.get("1")?.origin, undefined)
        assert.deepEqual(yield* state.imports.fallbacks(athlete), [])
        const { sources } = yield* state.counts
        assert.deepEqual(sources.map(({ count, source }) => [source, count]), [
          ["api", 1],
          ["api", 1],
        ])
        const { all } = yield* state.pendingCounts(athlete, "streams", 0, {
          sports: [],
          source: "export",
        })
        assert.equal(all, 0)
        assert.equal((yield* state.lists.known(athlete)).listed, 1)
        if (version >= 4) assert.deepEqual(yield* state.purges.older(0), {})
      }).pipe(Effect.provide(StateFile.layerReadOnly(data, ["json"]), { local: true }))
    }))

  test(`a file of version ${version} takes an import: the API's items stay`, () =>
    Effect.gen(function* () {
      const data = yield* runFolder
      writeVersion(`${data}/state.db`, version)
      const known = yield* Effect.gen(function* () {
        const state = yield* StateFile
        yield* state.checkpoint(
          checkpointOf({ id: 1, athlete, start: 5, exported: runStart, points: 2 }),
        )
        return (yield* state.imports.known(athlete)).get("1")
      }).pipe(Effect.provide(StateFile.layer(data, ["json"]), { local: true }))
      assert.deepEqual(
        [known?.activities?.source, known?.streams?.source, known?.export?.source],
        ["api", "api", "export"],
      )
    }))
}

test("each athlete of a state file has its own imports", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const other = AthleteId.make(8)
    yield* Effect.gen(function* () {
      const state = yield* StateFile
      for (const owner of [athlete, other]) {
        yield* state.checkpoint(
          checkpointOf({ id: owner, athlete: owner, start: 5, exported: runStart, points: 2 }),
        )
      }
      assert.deepEqual([...(yield* state.imports.known(athlete)).keys()], ["7"])
      assert.deepEqual([...(yield* state.imports.known(other)).keys()], ["8"])
    }).pipe(Effect.provide(StateFile.layer(data, ["json"]), { local: true }))
  }))
