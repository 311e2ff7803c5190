/** Makes the report of a long history in a process of its own, as its task does, and says what it took. */
import { Effect } from "effect"
import * as NodeServices from "@effect/platform-node/NodeServices"
import configuration from "../../deno.json" with { type: "json" }
import { World } from "../../pipeline/simulator/World.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"

export interface ReportTaken {
  readonly activities: number
  /** Bytes of the files of samples, and of the page. */
  readonly samples: number
  readonly page: number
  /** Seconds of each of two reports, by the clock; whether they are the same to the last byte. */
  readonly seconds: ReadonlyArray<number>
  readonly same: boolean
  /** Seconds of all threads of the second; 0 where the system does not tell. */
  readonly cpu: number
  /** The most memory of the second, in MB; 0 where the system does not tell. */
  readonly peak: number
}

/** Files as the JSON sink leaves them, but that nobody waits for the disk. */
const fill = (data: string, activities: number, samples: number | undefined): number => {
  const world = World.make({ activities, ...(samples === undefined ? {} : { samples }) })
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

/** Linux counts a process's time in hundredths of a second. */
const ticksPerSecond = 100

/** Seconds of a process so far, in its own code and in the system's. */
const cpuOf = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** The report's own task on `data`; the kernel tells its memory and its time, where it does. */
const make = async (data: string) => {
  const words = [...task.map((word) => word === "deno" ? Deno.execPath() : word), "--data", data]
  const begun = performance.now()
  const child = new Deno.Command(Deno.execPath(), {
    args: words,
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn()
  let peak = 0
  let cpu = 0
  const watch = setInterval(() => {
    try {
      const status = Deno.readTextFileSync(`/proc/${child.pid}/status`)
      cpu = cpuOf(Deno.readTextFileSync(`/proc/${child.pid}/stat`))
      peak = Math.max(peak, Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024 / 1e6)
    } catch {
      // Elsewhere, or at its end, nobody tells.
    }
  }, 20)
  const { success } = await child.status
  clearInterval(watch)
  if (!success) throw new Error("the report failed")
  return { seconds: (performance.now() - begun) / 1_000, peak, cpu }
}

export const report = (activities: number, samples?: number): Promise<ReportTaken> =>
  Effect.gen(function* () {
    const data = yield* Effect.acquireRelease(
      Effect.sync(() => Deno.makeTempDirSync()),
      (folder) => Effect.sync(() => Deno.removeSync(folder, { recursive: true })),
    )
    const bytes = fill(data, activities, samples)
    const first = yield* Effect.promise(() => make(data))
    const page = Deno.readTextFileSync(`${data}/report.html`)
    const second = yield* Effect.promise(() => make(data))
    return {
      activities,
      samples: bytes,
      page: new TextEncoder().encode(page).length,
      seconds: [first.seconds, second.seconds],
      same: page === Deno.readTextFileSync(`${data}/report.html`),
      cpu: second.cpu,
      peak: second.peak,
    }
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer), Effect.runPromise)
