/** Precedence of the API and the bulk export, item by item, in the state file. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { summaryFacts } from "../../../pipeline/state/ledger/activityFacts.ts"
import { reasons } from "../../../pipeline/state/ledger/reasons.ts"
import type { Checkpoint } from "../../../pipeline/state/outbox/checkpoint.ts"
import { StateFile } from "../../../pipeline/state/StateFile.ts"
import { itemFrom } from "../../../schemas/json/ParsedItem.ts"
import { AthleteId } from "../../../schemas/Athlete.ts"
import { runFolder, runStart } from "../../pipeline/running.ts"
import { test } from "../../testing.ts"
import { checkpointOf, type ImportedRow } from "./importedRows.ts"

const athlete = AthleteId.make(7)
const day = 24 * 60 * 60_000
const start = runStart - 5 * day

const exported = (more: Partial<ImportedRow> = {}): ImportedRow => ({
  id: 1,
  athlete,
  start,
  exported: runStart - 2 * day,
  points: 3,
  ...more,
})

/** Returns the checkpoints of a list with the activity, and of its streams. */
const listed = (list = 1, name = "API"): Checkpoint => ({
  arrivals: [{
    item: itemFrom(
      { athlete, resource: "activities", id: "1" },
      `{"id":1,"name":"${name}"}`,
      runStart,
    ),
    start,
    facts: summaryFacts({ id: 1, name } as Parameters<typeof summaryFacts>[0], list),
  }],
  marks: [{ athlete, resource: "streams", id: "1", start, status: "listed" }],
})
const fetched: Checkpoint = {
  arrivals: [{
    item: itemFrom({ athlete, resource: "streams", id: "1" }, `{"time":{"data":[0]}}`, runStart),
    start,
  }],
}

/** Applies the checkpoints to a new state file, and returns the state of the activity's items. */
const after = Effect.fnUntraced(function* (...checkpoints: ReadonlyArray<Checkpoint>) {
  const data = yield* runFolder
  return yield* Effect.gen(function* () {
    const state = yield* StateFile
    const tallies = []
    for (const checkpoint of checkpoints) tallies.push(yield* state.checkpoint(checkpoint))
    const known = (yield* state.imports.known(athlete)).get("1")
    const pending = yield* state.pendingItems(athlete, "streams")
    return { known, pending, tallies }
  }).pipe(Effect.provide(StateFile.layer(data, ["json"]), { local: true }))
})

const sources = ({ known }: Effect.Success<ReturnType<typeof after>>) => [
  known?.activities?.source,
  known?.streams?.source,
  known?.export?.source,
]

test("the API's activity replaces the export's; the streams of the export stay and are not requested", () =>
  Effect.gen(function* () {
    const merged = yield* after(checkpointOf(exported()), listed())
    assert.deepEqual(sources(merged), ["api", "export", "export"])
    assert.deepEqual(merged.pending, [])
    assert.equal(merged.known?.origin?.file, "activities/1.fit.gz")
  }))

test("the export replaces neither the API's activity nor its streams, unless it is preferred", () =>
  Effect.gen(function* () {
    const merged = yield* after(listed(), fetched, checkpointOf(exported()))
    assert.deepEqual(sources(merged), ["api", "api", "export"])
    assert.deepEqual(merged.tallies.at(-1), { fresh: 1, changed: 0, known: 2 })
    const preferred = yield* after(listed(), fetched, checkpointOf(exported(), "export"))
    assert.deepEqual(sources(preferred), ["api", "export", "export"])
  }))

/** Returns a checkpoint with one version of gear or of the athlete. */
const versionFrom = (
  resource: "athlete" | "gear",
  id: string,
  from: "API" | "export",
): Checkpoint => {
  const text = from === "API" ? `{"id":1}` : `{"id":1,"source":"export"}`
  // The age of a version does not count.
  const fetchedAt = from === "API" ? runStart - 9 * day : runStart
  return {
    arrivals: [{ item: itemFrom({ athlete, resource, id }, text, fetchedAt), start: 0 }],
  }
}

for (const [resource, id] of [["gear", "b1"], ["athlete", "7"]] as const) {
  for (const order of [["API", "export"], ["export", "API"]] as const) {
    test(`${resource} of the API replaces that of an export; ${order[0]} first`, () =>
      Effect.gen(function* () {
        const state = yield* StateFile
        yield* state.checkpoint(versionFrom(resource, id, order[0]))
        yield* state.checkpoint(versionFrom(resource, id, order[1]))
        const batch = yield* state.batch("json", resource, { items: 9, bytes: 9_999 })
        assert.deepEqual(batch.items.map(({ text }) => text), [`{"id":1}`])
      }).pipe((body) =>
        Effect.flatMap(
          runFolder,
          (data) => Effect.provide(body, StateFile.layer(data, ["json"]), { local: true }),
        )
      ))
  }
}

test("streams of an export stay if the API sends others without a request for them", () =>
  Effect.gen(function* () {
    const merged = yield* after(checkpointOf(exported()), listed(), fetched)
    assert.deepEqual(sources(merged), ["api", "export", "export"])
    const preferred = yield* after(checkpointOf(exported()), { ...fetched, prefer: "api" })
    assert.deepEqual(sources(preferred), ["export", "api", "export"])
  }))

test("the time of the newest export counts, also if it changed nothing", () =>
  Effect.gen(function* () {
    const [first, middle, last] = [9, 5, 2].map((days) => runStart - days * day) as [
      number,
      number,
      number,
    ]
    const other = checkpointOf(exported({ name: "other", exported: middle }))
    for (const order of [[first, last], [last, first]]) {
      const same = order.map((time) => checkpointOf(exported({ name: "same", exported: time })))
      const { known } = yield* after(...same, other)
      assert.equal(known?.activities?.hash, same[0]?.arrivals?.[0]?.item.hash)
    }
  }))

test("streams that the API has not sent yet come from the export", () =>
  Effect.gen(function* () {
    const merged = yield* after(listed(), checkpointOf(exported()))
    assert.deepEqual(sources(merged), ["api", "export", "export"])
    assert.deepEqual(merged.pending, [])
  }))

test("a newer export updates an activity; an older one only fills gaps", () =>
  Effect.gen(function* () {
    const older = checkpointOf(exported({ name: "old", exported: runStart - 9 * day, points: 2 }))
    const newer = checkpointOf(exported({ name: "new", points: undefined }))
    const one = yield* after(older, newer)
    const two = yield* after(newer, older)
    assert.deepEqual(one.known, two.known)
    assert.equal(one.known?.activities?.hash, newer.arrivals?.[0]?.item.hash)
    assert.equal(one.known?.streams?.hash, older.arrivals?.[2]?.item.hash)
    assert.equal(one.known?.origin?.exported, runStart - 2 * day)
    assert.equal(one.known?.origin?.file, "activities/1.fit.gz")
  }))

test("streams without a readable file are pending, with the reason", () =>
  Effect.gen(function* () {
    const { pending } = yield* after(
      checkpointOf(exported({ points: undefined, unreadable: true })),
    )
    assert.deepEqual(pending.map(({ reason }) => reason), ["export: the file cannot be read"])
  }))

test("a deleted activity comes back only with an export that is newer than the deletion", () =>
  Effect.gen(function* () {
    const gone = (deletedAt: number): Checkpoint => ({
      gone: [{ athlete, id: "1", deletedAt, reason: reasons.deleted }],
    })
    const stays = yield* after(
      checkpointOf(exported()),
      gone(runStart - day),
      checkpointOf(exported()),
    )
    assert.equal(stays.known?.activities?.status, "deleted")
    assert.equal(stays.known?.origin, undefined)
    const back = yield* after(
      checkpointOf(exported()),
      gone(runStart - 3 * day),
      checkpointOf(exported()),
    )
    assert.equal(back.known?.activities?.status, "staged")
    assert.equal(back.known?.streams?.status, "staged")
    assert.equal(back.known?.origin?.archive, "export.zip")
    const pending = yield* after(
      listed(),
      gone(runStart - 3 * day),
      checkpointOf(exported({ points: undefined })),
    )
    assert.deepEqual(pending.pending.map(({ reason }) => reason), [reasons.restored])
  }))
