/**
 * Requests of each program, as the simulated Strava counts them: for a first run, for the day after
 * with one new activity, and for a first run that is killed half-way and started again.
 */
import { streamTypes } from "../../schemas/StreamSet.ts"
import { measureCommand } from "./measure.ts"
import { notebook, ours, type Program, stravalib, stravaV3 } from "./programs.ts"
import { type BenchStrava, reads, type RequestCounts, startStrava } from "./strava.ts"
import { markdownTable, type Print } from "./table.ts"

const history = { samples: 200, prepared: [streamTypes] }

/** Runs `body` with a new folder. */
const inFolder = async <A>(body: (folder: string) => Promise<A>): Promise<A> => {
  const folder = await Deno.makeTempDir({ prefix: "paceline-bench-" })
  try {
    return await body(folder)
  } finally {
    await Deno.remove(folder, { recursive: true })
  }
}

const environment = async (program: Program, strava: BenchStrava) => ({
  ...strava.variables,
  STRAVA_ACCESS_TOKEN: await strava.accessToken(),
  ...program.env,
})

/** Runs it to its end; the requests since the last count. */
const whole = async (
  program: Program,
  folder: string,
  strava: BenchStrava,
): Promise<RequestCounts> => {
  await strava.reset()
  await measureCommand({ words: program.words(folder), env: await environment(program, strava) })
  return await strava.counts()
}

/** Starts it, and kills it after `most` requests for streams. */
const killed = async (program: Program, folder: string, strava: BenchStrava, most: number) => {
  const [command = "", ...args] = program.words(folder)
  const child = new Deno.Command(command, {
    args,
    env: await environment(program, strava),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn()
  while ((await strava.counts()).streams < most) await new Promise((next) => setTimeout(next, 2))
  child.kill("SIGKILL")
  await child.status
}

/** The fewest requests: the athlete, the pages of 200 and one empty page, and samples of every activity. */
const bound = (activities: number, withSamples: number) =>
  1 + Math.ceil(activities / 200) + 1 + withSamples

/** Prints the table for a history of `activities` activities. */
export const requests = async (activities: number, print: Print): Promise<void> => {
  const rows: Array<ReadonlyArray<string>> = []
  for (const program of [ours("JSON only", "json"), stravaV3, stravalib, notebook]) {
    const reason = await program.install()
    if (reason !== undefined) {
      print(`\nLeft out: ${program.name}: ${reason}`)
      continue
    }
    await using strava = await startStrava({ ...history, activities })
    const cut = await inFolder(async (folder) => {
      await strava.reset()
      await killed(program, folder, strava, activities >> 1)
      await measureCommand({
        words: program.words(folder),
        env: await environment(program, strava),
      })
      return await strava.counts()
    })
    const [first, daily] = await inFolder(async (folder) => {
      const first = await whole(program, folder, strava)
      await strava.upload(1)
      return [first, await whole(program, folder, strava)] as const
    })
    if (rows.length === 0) {
      const least = bound(activities, first.streams)
      rows.push(["lower bound", least, 0, 2, least, 0].map(String))
    }
    const asked = reads(first) - first.other
    rows.push(
      [program.name, asked, first.other, reads(daily), reads(cut), cut.repeated].map(String),
    )
  }
  print(markdownTable(
    [
      "program",
      "first run: athlete, list, streams",
      "zones, stats, gear",
      "next day, one new",
      "killed halfway, run again",
      "streams fetched again",
    ],
    rows,
  ))
}
