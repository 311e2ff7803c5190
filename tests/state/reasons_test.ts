/** Reasons of ledger entries: codes, texts, and the sentences of earlier versions. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { reasons, reasonText } from "../../pipeline/state/ledger/reasons.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { test } from "../testing.ts"

const athlete = AthleteId.make(7)

const mark = (id: string, reason: string) =>
  ({ athlete, resource: "details", id, start: 1, status: "skipped", reason }) as const

test("every code has a text, and an unknown reason is its own text", () =>
  Effect.sync(() => {
    const texts = Object.values(reasons).map(reasonText)
    assert.equal(new Set(texts).size, texts.length)
    for (const text of texts) assert.match(text, / /)
    assert.equal(reasonText("Strava answered 500 (x)"), "Strava answered 500 (x)")
    assert.equal(reasonText("constructor"), "constructor")
    assert.equal(reasonText(null), "")
  }))

test("a sentence of an earlier version reads like its code", () =>
  Effect.gen(function* () {
    const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    const using = <A, E, R>(body: (state: StateFile["Service"]) => Effect.Effect<A, E, R>) =>
      Effect.provide(Effect.flatMap(StateFile, body), StateFile.layer(data, ["json"]), {
        local: true,
      })
    yield* using((state) =>
      state.checkpoint({ marks: [mark("1", reasons.subscribersOnly), mark("2", "old")] })
    )
    const db = new DatabaseSync(`${data}/state.db`)
    db.exec(`update item set reason = 'Strava gives it to subscribers only (402)' where id = '2'`)
    db.close()
    const reason = "available to Strava subscribers only (402)"
    const { counts, missing } = yield* using((state) =>
      Effect.all({ counts: state.counts, missing: state.lists.missing })
    )
    assert.deepEqual(counts.withheld, [{ resource: "details", reason, count: 2 }])
    assert.deepEqual(missing.map((one) => one.reason), [reason, reason])
  }))
