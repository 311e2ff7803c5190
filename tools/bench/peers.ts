/** Paceline next to other ways to copy the same history from the same simulated Strava. */
import { streamTypes } from "../../schemas/StreamSet.ts"
import { bytesUnder, measureCommand, type Measured } from "./measure.ts"
import { floor, notebook, ours, type Program, stravalib, stravaV3 } from "./programs.ts"
import { startServer } from "./server.ts"
import { startStrava } from "./strava.ts"
import { markdownTable, type Print } from "./table.ts"

/** Types of the notebook: all but the last three. */
const prepared = [streamTypes, streamTypes.filter((type) => !/^(temp|moving|grade)/.test(type))]

interface Taken extends Measured {
  /** MB that it left. */
  readonly disk: number
}

/** Returns the run of median CPU time. */
const median = (all: ReadonlyArray<Taken>): Taken =>
  all.toSorted((a, b) => a.cpu - b.cpu)[all.length >> 1]!

const ratio = (taken: Taken, to: Taken | undefined) =>
  to === undefined ? "–" : (taken.cpu / to.cpu).toFixed(2)

/** Prints a table of what each program took: its run of median CPU time among `rounds`. */
export const peers = async (activities: number, rounds: number, print: Print): Promise<void> => {
  await using strava = await startStrava({ activities, samples: 3_600, prepared })
  const server = await startServer()
  const onServer = ours("PostgreSQL only, a server", "postgres")
  const programs = [
    ...[floor, stravaV3, stravalib, notebook],
    ...[ours("JSON only", "json"), ours("CSV only", "csv")],
    ours("PostgreSQL only, embedded", "postgres"),
    ...(typeof server === "string" ? [] : [onServer]),
    ours("all three sinks, embedded"),
  ]
  const absent: Array<string> = typeof server === "string" ? [`${onServer.name}: ${server}`] : []
  const present: Array<Program> = []
  for (const program of programs) {
    const reason = await program.install()
    if (reason === undefined) present.push(program)
    else absent.push(`${program.name}: ${reason}`)
  }
  const taken = new Map<Program, Array<Taken>>(present.map((program) => [program, []]))
  try {
    for (let round = 0; round < rounds; round++) {
      for (const program of present) {
        const folder = await Deno.makeTempDir({ prefix: "paceline-bench-" })
        const used = await measureCommand({
          words: program.words(folder),
          env: {
            ...strava.variables,
            STRAVA_ACCESS_TOKEN: await strava.accessToken(),
            ...program.env,
            ...(program === onServer && typeof server !== "string" && { DATABASE_URL: server.url }),
          },
        })
        taken.get(program)!.push({ ...used, disk: bytesUnder(folder) / 1e6 })
        await Deno.remove(folder, { recursive: true })
        if (program === onServer && typeof server !== "string") {
          await server.psql("drop schema if exists strava cascade")
        }
      }
    }
  } finally {
    if (typeof server !== "string") await server.stop()
  }
  const middle = (program: Program) => {
    const all = taken.get(program)
    return all && median(all)
  }
  print(markdownTable(
    ["program", "types", "wall s", "CPU s", "peak MB", "disk MB", "× floor", "× strava-v3"],
    present.map((program) => {
      const used = median(taken.get(program)!)
      return [
        program.name,
        String(program.types),
        used.wall.toFixed(1),
        used.cpu.toFixed(2),
        used.peak.toFixed(0),
        used.disk.toFixed(1),
        ratio(used, middle(floor)),
        ratio(used, middle(stravaV3)),
      ]
    }),
  ))
  for (const reason of absent) print(`\nLeft out: ${reason}`)
}
