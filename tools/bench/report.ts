/** The report of a long history, by its own task: time, memory and size of the page. */
import configuration from "../../deno.json" with { type: "json" }
import { World } from "../../pipeline/simulator/world/World.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import type { MarkdownRow } from "../markdown.ts"
import { measureCommand } from "./measure.ts"

/** Writes files as the JSON sink leaves them, without syncing them; the bytes of the samples. */
const fill = (data: string, activities: number): number => {
  const world = World.make({ activities })
  Deno.mkdirSync(`${data}/json/streams`, { recursive: true })
  Deno.writeTextFileSync(
    `${data}/json/activities.ndjson`,
    world.ids.map((id) => `${world.summaryText(id)}\n`).join(""),
  )
  Deno.writeTextFileSync(
    `${data}/json/zones.json`,
    JSON.stringify({
      heart_rate: { zones: [0, 118, 142, 157, 171].map((min) => ({ min, max: -1 })) },
    }),
  )
  let bytes = 0
  for (const id of world.ids) {
    const body = world.streams(id, new Set(streamTypes), true)
    if (body === undefined) continue
    Deno.writeFileSync(`${data}/json/streams/${id}.json`, body)
    bytes += body.length
  }
  return bytes
}

const task = configuration.tasks.report.command.split(" ").slice(1)

/** The report's own task on `data`. */
const make = (data: string) => measureCommand({ words: [Deno.execPath(), ...task, "--data", data] })

export const reportHeader: MarkdownRow = [
  "activities",
  "streams MB",
  "first s",
  "second s",
  "CPU s",
  "peak MB",
  "page MB",
  "identical",
]

/** Makes the report of `activities` activities twice; returns the row of what it took. */
export const benchReport = async (activities: number): Promise<MarkdownRow> => {
  const data = await Deno.makeTempDir({ prefix: "paceline-bench-" })
  try {
    const samples = fill(data, activities)
    const first = await make(data)
    const page = await Deno.readFile(`${data}/report.html`)
    const second = await make(data)
    const again = await Deno.readFile(`${data}/report.html`)
    return [
      String(activities),
      (samples / 1e6).toFixed(0),
      first.wall.toFixed(1),
      second.wall.toFixed(1),
      second.cpu.toFixed(1),
      second.peak.toFixed(0),
      (page.length / 1e6).toFixed(2),
      page.length === again.length && page.every((byte, i) => byte === again[i]) ? "yes" : "no",
    ]
  } finally {
    await Deno.remove(data, { recursive: true })
  }
}
