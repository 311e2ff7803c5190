/** Version 6 of the state file: sources and origins, and files of earlier versions that are only read. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { migrations } from "../../pipeline/state/file/migrations.ts"
import { reasons } from "../../pipeline/state/ledger/reasons.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { checkpointOf } from "../export/merge/importedRows.ts"
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

const imported = checkpointOf({ id: 1, athlete, start: 5, exported: runStart, points: 2 })
const limits = { items: 100, bytes: 1_000_000 }

/** Runs the body on a state file with an imported activity; `change` edits the file before. */
const afterImport = <A, E>(
  change: string,
  body: (state: StateFile["Service"]) => Effect.Effect<A, E>,
) =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const using = <B, F>(use: (state: StateFile["Service"]) => Effect.Effect<B, F>) =>
      Effect.flatMap(StateFile, use).pipe(
        Effect.provide(StateFile.layer(data, ["json"]), { local: true }),
      )
    yield* using((state) => state.checkpoint(imported))
    const db = new DatabaseSync(`${data}/state.db`)
    db.exec(change)
    db.close()
    return yield* using(body)
  })

test("a scope says nothing of imported streams", () =>
  afterImport("", (state) =>
    Effect.gen(function* () {
      yield* state.widenScope(athlete, "read,activity:read")
      const wide = "read,activity:read,activity:read_all"
      assert.equal(yield* state.countNarrower(athlete, "streams", wide), 0)
      assert.deepEqual(yield* state.widenScope(athlete, wide), {})
    })))

test("a damaged staged row of an export is forgotten with its origin", () =>
  afterImport("update staged set body = x'00'", (state) =>
    Effect.gen(function* () {
      yield* state.batch("json", "export", limits)
      const known = (yield* state.imports.known(athlete)).get("1")
      assert.deepEqual([known?.export, known?.origin], [undefined, undefined])
    })))

test("what a sink lacks and no sink keeps is listed for the API, except rows of an export", () =>
  afterImport("", (state) =>
    Effect.gen(function* () {
      for (const resource of ["activities", "streams", "export"] as const) {
        yield* state.acknowledge("json", yield* state.batch("json", resource, limits), [])
      }
      yield* state.ledger.refetchLacking(["csv"])
      const known = (yield* state.imports.known(athlete)).get("1")
      assert.equal(known?.origin, undefined)
      assert.deepEqual(
        [known?.activities?.status, known?.streams?.status, known?.export?.status],
        ["delivered", "listed", "delivered"],
      )
      const pending = yield* state.pendingItems(athlete, "streams")
      assert.deepEqual(pending.map(({ reason }) => reason), [reasons.lostImport])
    })))

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
