/** The report of a long history: time, memory and size of the page. */
import { Effect } from "effect"
import { World } from "../../pipeline/simulator/world/World.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import { markdown } from "../markdown.ts"
import { measure, temporaryFolder } from "./measure.ts"
import { paceline } from "./programs.ts"

/** Writes files as the JSON sink does, but without syncs. Returns the bytes of the streams. */
const fill = (data: string, activities: number): number => {
  const world = World.make({ activities })
  Deno.mkdirSync(`${data}/json/streams`, { recursive: true })
  const list = world.ids.map((id) => `${world.summaryText(id)}\n`).join("")
  Deno.writeTextFileSync(`${data}/json/activities.ndjson`, list)
  const zones = [0, 118, 142, 157, 171].map((min) => ({ min, max: -1 }))
  Deno.writeTextFileSync(`${data}/json/zones.json`, JSON.stringify({ heart_rate: { zones } }))
  let bytes = 0
  for (const id of world.ids) {
    const body = world.streams(id, new Set(streamTypes), true)
    if (body === undefined) continue
    Deno.writeFileSync(`${data}/json/streams/${id}.json`, body)
    bytes += body.length
  }
  return bytes
}

/** Makes the report of `activities` activities twice, and returns the row of the table. */
const rowOf = Effect.fnUntraced(function* (activities: number) {
  const data = yield* temporaryFolder
  const streams = yield* Effect.sync(() => fill(data, activities))
  const make = Effect.map(measure(paceline("report", data)), (measured) => ({
    ...measured,
    page: Deno.readTextFileSync(`${data}/report.html`),
  }))
  const first = yield* make
  const second = yield* make
  return [
    ...[activities, (streams / 1e6).toFixed(0), first.wall.toFixed(1), second.wall.toFixed(1)],
    ...[second.cpu.toFixed(1), second.peak.toFixed(0), (first.page.length / 1e6).toFixed(2)],
    first.page === second.page ? "yes" : "no",
  ]
}, Effect.scoped)

/** Returns a table with a row per length of the history. */
export const report = Effect.fnUntraced(function* (lengths: ReadonlyArray<number>) {
  const header = ["activities", "streams MB", "first s", "second s", "CPU s", "peak MB", "page MB"]
  return [markdown([...header, "identical"], yield* Effect.forEach(lengths, rowOf))]
})
