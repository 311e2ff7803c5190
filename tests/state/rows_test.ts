/** Decoding of rows: damage is an error of the state file, and resources of a newer version are ignored. */
import { Effect, FileSystem, Schema } from "effect"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { openEmpty } from "../../pipeline/state/file/Database.ts"
import { row } from "../../pipeline/state/file/rows.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { test } from "../testing.ts"

const CountRow = row({ n: Schema.Int })

test("a row with an unexpected value means that the state file is damaged", () =>
  Effect.gen(function* () {
    const db = yield* openEmpty
    assert.deepEqual(yield* db.read(() => db.all(CountRow, "select 7 as n")), [{ n: 7 }])
    assert.equal(yield* db.read(() => db.first(CountRow, "select 7 as n where false")), undefined)
    const error = yield* Effect.flip(db.read(() => db.first(CountRow, "select 'full disk' as n")))
    assert.equal(error.reason, "damaged")
    assert.match(error.message, /is damaged: unexpected value: .*\["n"\]/)
  }))

test("items of a resource that only a newer version knows are left out", () =>
  Effect.gen(function* () {
    const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    const using = <A, E, R>(body: (state: StateFile["Service"]) => Effect.Effect<A, E, R>) =>
      Effect.provide(Effect.flatMap(StateFile, body), StateFile.layer(data, ["json"]), {
        local: true,
      })
    const athlete = AthleteId.make(7)
    const mark = { athlete, resource: "streams", id: "1", start: 1, status: "listed" } as const
    yield* using((state) => state.checkpoint({ marks: [mark] }))
    const db = new DatabaseSync(`${data}/state.db`)
    db.exec(`insert into item (athlete, resource, id, status, start, updated, fetched)
      values (7, 'routes', '2', 'delivered', 1, 1, 1)`)
    db.close()
    const { items, older, purged } = yield* using((state) =>
      Effect.gen(function* () {
        const { items } = yield* state.counts
        const older = yield* state.purges.older(5)
        return { items, older, purged: yield* state.purges.purge(5) }
      })
    )
    assert.deepEqual(items, [{ resource: "streams", status: "listed", count: 1 }])
    assert.deepEqual([older, purged], [{}, {}])
  }))
