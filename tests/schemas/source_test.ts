/** The source of an item, as its text has it. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import type { Item } from "../../schemas/Item.ts"
import { itemFromScan } from "../../schemas/json/ScannedItem.ts"
import { scan } from "../../schemas/json/scan.ts"
import { bytesOf } from "../../schemas/json/utf8.ts"
import { type Source, sourceOf } from "../../schemas/export/source.ts"
import { activity, activityWith, item, streamsItem } from "../sinks/items.ts"
import { test } from "../testing.ts"

const scanned = (text: string): Item => {
  const found = scan(bytesOf(text))
  assert.ok(found)
  return itemFromScan({ athlete: activity(1).athlete, id: "1" }, found, 0)
}

const streamText = (info: string) => `{"time":{"data":[0,1]${info}},"watts":{"data":[null,2]}}`

const cases: ReadonlyArray<readonly [says: string, source: Source, item: Item]> = [
  ["an activity as Strava sends it", "api", activity(1)],
  ["an activity of the export", "export", activity(1, { source: "export" })],
  ["an activity whose name has the words", "api", activity(1, { name: '"source":"export"' })],
  ["an activity with the member elsewhere", "api", activityWith(1, '"map":{"source":"export"}')],
  ["another source", "api", activity(1, { source: "garmin" })],
  ["streams as Strava sends them", "api", streamsItem(1, { time: [0, 1] })],
  ["scanned streams of the API", "api", scanned(streamText(""))],
  ["scanned streams of the export", "export", scanned(streamText(',"source":"export"'))],
  [
    "the same as text",
    "export",
    item({ resource: "streams", id: "1", text: streamText(',"source":"export"') }),
  ],
  ["a row of the export", "export", item({ resource: "export", id: "1", json: {} })],
  [
    "a text that is not JSON",
    "api",
    item({ resource: "gear", id: "b1", text: '"source":"export"' }),
  ],
]

for (const [says, source, from] of cases) {
  test(`${says}: ${source}`, () => Effect.sync(() => assert.equal(sourceOf(from), source)))
}
