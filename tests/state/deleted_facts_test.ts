/** The migration from version 4 deletes the facts of activities that were deleted at Strava. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { migrations } from "../../pipeline/state/file/migrations.ts"
import { test } from "../testing.ts"

test("version 5 keeps no facts of a deleted activity, and rewrites the file", () =>
  Effect.sync(() => {
    const db = new DatabaseSync(":memory:")
    for (const migration of migrations.slice(0, 4)) db.exec(migration)
    for (const [id, status] of [["1", "deleted"], ["2", "delivered"]] as const) {
      db.prepare(
        `insert into item (athlete, resource, id, status, start, updated)
           values (7, 'activities', ?, ?, 0, 0)`,
      ).run(id, status)
      db.prepare(`insert into summary (athlete, id, basis, sport, gear)
        values (7, ?, 'basis', 'Ride', 'b1')`).run(id)
    }
    db.exec(migrations[4] ?? "")
    const facts = db.prepare("select id, basis, sport, gear from summary order by id").all()
    assert.deepEqual(facts.map((row) => ({ ...row })), [
      { id: "1", basis: null, sport: null, gear: null },
      { id: "2", basis: "basis", sport: "Ride", gear: "b1" },
    ])
    assert.equal(db.prepare("select 1 from meta where key = 'clear state'").all().length, 1)
    db.close()
  }))
