/** Phrases about the two sources of stored data, and the status page that has them. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { describeSources } from "../../pipeline/output/sourcePhrases.ts"
import { type Counts, isOnlyExport } from "../../pipeline/state/ledger/counts.ts"
import { test } from "../testing.ts"

const sourcesOf = (
  exported: Readonly<Record<string, number>>,
  sent: Readonly<Record<string, number>> = {},
) =>
  ([["export", exported], ["api", sent]] as const).flatMap(([source, counts]) =>
    Object.entries(counts).map(([resource, count]) => ({ resource, source, count }))
  ) as unknown as Counts["sources"]

test("stored data by source", () =>
  Effect.sync(() => {
    const of = (...args: Parameters<typeof sourcesOf>) => describeSources(sourcesOf(...args))
    assert.equal(
      of({ activities: 2_980, streams: 2_934 }, { activities: 31, streams: 77, zones: 1 }),
      "2,980 activities and 2,934 streams from your export, 31 and 77 from the API",
    )
    assert.equal(
      of({ streams: 2_934, export: 2_980 }, { activities: 3_011, streams: 1 }),
      "2,934 streams from your export, 3,011 activities and 1 stream from the API",
    )
    assert.equal(
      of({ activities: 1, export: 1 }),
      "1 activity from your export, none from the API",
    )
    assert.equal(of({ export: 5 }, { activities: 5 }), "5 activities from the API")
    assert.equal(of({}, { activities: 5 }), undefined)
    assert.equal(of({}), undefined)
  }))

test("a data directory with an export only", () =>
  Effect.sync(() => {
    assert.equal(isOnlyExport(sourcesOf({ activities: 2 })), true)
    assert.equal(isOnlyExport(sourcesOf({ activities: 2 }, { zones: 1 })), false)
    assert.equal(isOnlyExport(sourcesOf({}, { activities: 1 })), false)
    assert.equal(isOnlyExport([]), false)
  }))
