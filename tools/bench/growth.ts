/**
 * Growth of cost with the history: a first run, and then `status`, `plan` and a daily run, each with the
 * data directory that the run before left.
 */
import type { MarkdownRow } from "../markdown.ts"
import { bytesUnder, measureCommand, type Measured } from "./measure.ts"
import { onlySinks, pacelineWords } from "./product.ts"
import { reads, startStrava } from "./strava.ts"

/** Few, so that what is measured is the state and not the samples. */
const samples = 10

const cost = ({ cpu, peak }: Measured) =>
  `${cpu.toFixed(cpu < 10 ? 2 : 1)} s, ${peak.toFixed(0)} MB`

export const growthHeader: MarkdownRow = [
  "activities",
  "first run",
  "ms per activity",
  "state file",
  "`status`",
  "`plan`",
  "run, nothing new",
  "requests",
  "run, one new",
  "requests",
]

/** Returns the row for a history of `activities` activities. */
export const growth = async (activities: number): Promise<MarkdownRow> => {
  await using strava = await startStrava({ activities, samples, prepared: [] })
  const data = await Deno.makeTempDir({ prefix: "paceline-bench-" })
  const run = (command: string, ...flags: ReadonlyArray<string>) =>
    measureCommand({
      words: pacelineWords(command, data, ...flags),
      env: strava.variables,
    })
  try {
    const first = await run("pipeline", "--quiet", ...onlySinks("json"))
    const size = bytesUnder(`${data}/state.db`) / 1e6
    const status = await run("status")
    const plan = await run("plan")
    await strava.reset()
    const idle = await run("pipeline", "--quiet", ...onlySinks("json"))
    const idleCounts = await strava.counts()
    await strava.upload(1)
    await strava.reset()
    const daily = await run("pipeline", "--quiet", ...onlySinks("json"))
    const dailyCounts = await strava.counts()
    return [
      String(activities),
      cost(first),
      (first.cpu / activities * 1_000).toFixed(2),
      `${size.toFixed(1)} MB`,
      cost(status),
      cost(plan),
      cost(idle),
      String(reads(idleCounts)),
      cost(daily),
      String(reads(dailyCounts)),
    ]
  } finally {
    await Deno.remove(data, { recursive: true })
  }
}
