/**
 * `deno task bench`: what the program costs on this machine. A name selects one case; `--quick` makes
 * every load a tenth. Tables are Markdown: docs/benchmark.md has them as they are printed.
 */
import { copy } from "./bench/copy.ts"
import { growth, growthHeader } from "./bench/growth.ts"
import { peers } from "./bench/peers.ts"
import { report, reportHeader } from "./bench/report.ts"
import { requests } from "./bench/requests.ts"
import { steps } from "./bench/steps.ts"
import { print, table } from "./bench/table.ts"

interface Case {
  readonly about: string
  run(scale: number): Promise<void>
}

const cases: Readonly<Record<string, Case>> = {
  peers: {
    about: "300 activities of 3,600 samples of 11 types, by Paceline and by others",
    run: (scale) => peers(300 * scale, scale < 1 ? 1 : 3, print),
  },
  requests: {
    about: "requests of a first run, of the next day, and after a kill half-way",
    run: (scale) => requests(300 * scale, print),
  },
  growth: {
    about: "cost with 100 to 100,000 activities",
    async run(scale) {
      const rows = []
      for (const activities of [100, 1_000, 10_000, 100_000]) {
        rows.push(await growth(activities * scale))
      }
      print(table(growthHeader, rows))
    },
  },
  steps: {
    about: "CPU time per activity of 3,600 samples, by step",
    run: (scale) => steps(Math.max(30, 100 * scale), print),
  },
  report: {
    about: "the report of 700, and of 10,000 activities with all their samples",
    async run(scale) {
      const rows = []
      for (const activities of [700, 10_000]) rows.push(await report(activities * scale))
      print(table(reportHeader, rows))
    },
  },
  copy: {
    about: "the PostgreSQL sink on a server, against psql \\copy of the same rows",
    run: (scale) => copy(200 * scale, print),
  },
}

const quick = Deno.args.includes("--quick")
const [chosen] = Deno.args.filter((word) => !word.startsWith("--"))
if (chosen !== undefined && !(chosen in cases)) {
  print(`Unknown case "${chosen}". Cases: ${Object.keys(cases).join(", ")}`)
  Deno.exit(2)
}
const load = Deno.loadavg().map((value) => value.toFixed(1)).join(" ")
print(
  `Deno ${Deno.version.deno}, ${Deno.build.os}, ${navigator.hardwareConcurrency} cores, load ${load}`,
)
for (const [name, { about, run }] of Object.entries(cases)) {
  if (chosen !== undefined && chosen !== name) continue
  print(`\n${name}: ${about}${quick ? " (a tenth of it)" : ""}`)
  await run(quick ? 0.1 : 1)
}
