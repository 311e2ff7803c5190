/**
 * After a purge by age: verify, the coverage view and a repair distinguish purged from missing
 * items.
 */
import { Effect, FileSystem } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { verifyCode } from "../../pipeline/verify/verdict.ts"
import { runToEnd } from "../pipeline/running.ts"
import { testWith } from "../testing.ts"
import { finished, options, Shared } from "../verify/fixture.ts"

const day = 24 * 60 * 60_000
const test = testWith(Shared.layer)

test("purged items are shown separately, and restored copies of them are found and deleted", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { data, file, ids, look, repair, sinks, sql } = yield* finished()
    const [id = ""] = ids
    const streams = yield* fs.readFile(file("json", "streams", `${id}.json`))
    const lines = yield* fs.readFileString(file("json", "activities.ndjson"))
    const { world } = yield* Simulator
    yield* TestClock.adjust("8 days")
    const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    const young = yield* world.add({ start: now - day })
    const run = { data, sinks, options: { retention: 7 * day } }
    const { code, summary } = yield* runToEnd(run)
    assert.equal(code, 0)
    assert.deepEqual(summary.purged, { activities: 12, streams: 12 })

    const report = yield* look()
    assert.equal(verifyCode(report), 0, JSON.stringify(report.differences))
    assert.deepEqual(report.unknown, [])
    assert.equal(report.without.purged, 24)
    for (const { expected, resource, there } of report.parts) {
      assert.deepEqual([expected, there], resource === "export" ? [0, 0] : [1, 1], resource)
    }
    const coverage = yield* sql`select year, listed, with_streams, streams_absent, streams_to_fetch,
      streams_purged, details_to_fetch, details_purged, activities_purged
      from strava.v_coverage where listed > 0 order by year nulls last`
    const nothing = { streams_absent: 0, streams_to_fetch: 0 }
    assert.deepEqual(coverage, [
      {
        ...nothing,
        ...{ year: new Date(now - day).getUTCFullYear(), listed: 1, with_streams: 1 },
        ...{ streams_purged: 0, details_to_fetch: 1, details_purged: 0, activities_purged: 0 },
      },
      {
        ...nothing,
        ...{ year: null, listed: 12, with_streams: 0, streams_purged: 12 },
        ...{ details_to_fetch: 0, details_purged: 12, activities_purged: 12 },
      },
    ])

    yield* fs.writeFile(file("json", "streams", `${id}.json`), streams)
    yield* fs.writeFileString(
      file("json", "activities.ndjson"),
      (yield* fs.readFileString(file("json", "activities.ndjson"))) + lines,
    )
    const back = yield* look()
    assert.equal(verifyCode(back), 2)
    assert.equal(back.differences.length, 13)
    assert.ok(
      back.differences.every(({ detail }) => /was purged, but is stored again/.test(detail)),
    )
    const mended = yield* repair()
    assert.equal(verifyCode(mended), 0, JSON.stringify(mended.differences))
    assert.equal(mended.repair?.expelled, 13)
    assert.deepEqual(mended.repair?.lost, [])
    assert.ok(!(yield* fs.exists(file("json", "streams", `${id}.json`))))
    const left = yield* fs.readFileString(file("json", "activities.ndjson"))
    assert.equal(left.trim().split("\n").length, 1)
    assert.ok(left.includes(`"id":${young},`))
  }).pipe(Effect.provide(Simulator.layer(options))))
