/**
 * `deno task bench`: how fast the pipeline is on this machine, and how much memory it takes. Each case
 * runs in a process of its own. A name selects one case; `--quick` makes every load a tenth.
 */
import configuration from "../deno.json" with { type: "json" }
import { existsSync } from "node:fs"
import { copy } from "./bench/copy.ts"
import type { Load, Taken } from "./bench/pipeline.ts"
import { report } from "./bench/report.ts"
import { SinkName } from "../sinks/Sink.ts"

interface Case {
  readonly about: string
  run(scale: number): Promise<void>
}

const print = (line = ""): void => {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`))
}

/** The flags that the program's own task gives to V8. */
const engine: ReadonlyArray<string> =
  configuration.tasks.paceline.command.match(/--v8-flags=\S+/)?.slice() ?? []

/** What `module` prints as JSON, run with `input` by a process of its own. */
const child = async <A>(module: string, input: unknown): Promise<A> => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--allow-all", ...engine],
      new URL(module, import.meta.url).href,
      JSON.stringify(input),
    ],
    stdin: "null",
    stderr: "inherit",
  }).output()
  if (code !== 0) throw new Error(`${module} ended with ${code}`)
  return JSON.parse(new TextDecoder().decode(stdout))
}

const measure = (load: Load) => child<Taken>("./bench/pipeline.ts", load)

const cell = (value: number, digits = 1) => value.toFixed(digits).padStart(10)
const columns = (names: ReadonlyArray<string>) => names.map((name) => name.padStart(10)).join("")
const megabytes = (bytes: number) => bytes / 1_000_000

/** The history of one athlete, through all sinks and through each alone. */
const history: Case = {
  about: "709 activities of 3,600 samples, through all sinks, each alone, and none",
  async run(scale) {
    const activities = Math.ceil(709 * scale)
    const samples = 3_600
    print(
      `  ${"sinks".padEnd(10)}` +
        columns([
          ...["wall s", "CPU s", "req/s", "Msample/s", "opening s"],
          ...["its MB", "run's MB", "written", "state"],
        ]),
    )
    const choices: ReadonlyArray<readonly [string, Load["sinks"]]> = [
      ["all", SinkName.literals],
      ...SinkName.literals.map((name) => [name, [name]] as const),
      ["none", []],
    ]
    for (const [name, sinks] of choices) {
      const taken = await measure({ activities, samples, sinks, every: activities })
      const { "state.db": state = 0, ...written } = taken.written
      print(
        `  ${name.padEnd(10)}` + cell(taken.wall) + cell(taken.cpu) +
          cell(taken.requests / taken.wall, 0) +
          cell(taken.fetched * samples / taken.wall / 1_000_000, 2) + cell(taken.opening.wall) +
          cell(taken.opening.peak, 0) + cell(taken.peak, 0) +
          cell(megabytes(Object.values(written).reduce((sum, bytes) => sum + bytes, 0))) +
          cell(megabytes(state)),
      )
      if (sinks.length > 1) {
        print(
          `  ${"".padEnd(10)}received ${megabytes(taken.received).toFixed(1)} MB; ` +
            Object.entries(written).map(([sink, bytes]) =>
              `${sink} ${megabytes(bytes).toFixed(1)} MB`
            ).join(", "),
        )
      }
    }
  },
}

/** Time per activity and memory must not grow with what is there already. */
const growth: Case = {
  about: "10,000 activities of 600 samples, through all sinks: neither time nor memory may grow",
  async run(scale) {
    const activities = Math.ceil(10_000 * scale)
    const every = Math.ceil(activities / 10)
    const taken = await measure({ activities, samples: 600, sinks: SinkName.literals, every })
    print(`  ${columns(["done", "ms each", "CPU ms", "held MB", "peak MB"])}`)
    taken.readings.forEach(({ cpu, done, held, peak, wall }, i) => {
      const before = taken.readings[i - 1] ?? { wall: 0, cpu: 0, done: 0 }
      const count = done - before.done
      print(
        `  ${cell(done, 0)}${cell((wall - before.wall) / count * 1_000, 2)}` +
          `${cell((cpu - before.cpu) / count * 1_000, 2)}${cell(held, 0)}${cell(peak, 0)}`,
      )
    })
    print(
      `  all of it: ${taken.wall.toFixed(1)} s wall, ${taken.cpu.toFixed(1)} s CPU, ` +
        `${taken.peak.toFixed(0)} MB at most, ${taken.opening.peak.toFixed(0)} MB while opening`,
    )
  },
}

/** A tool that measures on its own, where there is one. */
const checkpoint = new URL("./checkpoint_cost.ts", import.meta.url)

const checkpoints: Case = {
  about: "what it costs to commit an answer to the state file",
  async run() {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-all", ...engine, checkpoint.href],
      stdin: "null",
    }).spawn().status
    if (!success) print("  it failed")
  },
}

/** A page is to be there in ten seconds and to stay under three megabytes, however long the history. */
const reports: Case = {
  about: "the report of 700, and of 10,000 activities with all their samples",
  async run(scale) {
    print(
      `  ${
        columns([
          "activities",
          "samples MB",
          "first s",
          "again s",
          "CPU s",
          "peak MB",
          "page MB",
          "same",
        ])
      }`,
    )
    for (const count of [700, 10_000]) {
      const taken = await report(Math.ceil(count * scale))
      print(
        `  ${cell(taken.activities, 0)}${cell(megabytes(taken.samples))}` +
          `${taken.seconds.map((seconds) => cell(seconds)).join("")}${cell(taken.cpu)}${
            cell(taken.peak, 0)
          }` +
          `${cell(megabytes(taken.page), 2)}${(taken.same ? "yes" : "NO").padStart(10)}`,
      )
    }
  },
}

const cases: Readonly<Record<string, Case>> = {
  history,
  growth,
  report: reports,
  copy: {
    about: "the PostgreSQL sink on a server, against psql \\copy of the same rows",
    run: (scale) => copy(Math.ceil(200 * scale), print),
  },
  ...(existsSync(checkpoint) ? { checkpoint: checkpoints } : {}),
}

const quick = Deno.args.includes("--quick")
const [chosen] = Deno.args.filter((word) => !word.startsWith("--"))
if (chosen !== undefined && !(chosen in cases)) {
  print(`There is no case "${chosen}"; there are: ${Object.keys(cases).join(", ")}`)
  Deno.exit(2)
}
print(
  `Deno ${Deno.version.deno}, ${Deno.build.os}, ${navigator.hardwareConcurrency} cores, load ${
    Deno.loadavg().map((load) => load.toFixed(1)).join(" ")
  }`,
)
for (const [name, { about, run }] of Object.entries(cases)) {
  if (chosen !== undefined && chosen !== name) continue
  print(`\n${name}: ${about}${quick ? " (a tenth of it)" : ""}`)
  await run(quick ? 0.1 : 1)
}
