/**
 * `deno task bench`: what the program costs on this machine. A name selects one case; `--quick` makes
 * every load a tenth, `--write` puts the tables into docs/benchmark.md.
 */
import { Predicate } from "effect"
import { copy } from "./bench/copy.ts"
import { fillDocument } from "./bench/document.ts"
import { growth, growthHeader } from "./bench/growth.ts"
import { benchOptions } from "./bench/options.ts"
import { peers } from "./bench/peers.ts"
import { benchReport, reportHeader } from "./bench/report.ts"
import { requests } from "./bench/requests.ts"
import { steps } from "./bench/steps.ts"
import { markdownTable, type Print } from "./bench/table.ts"

interface Case {
  readonly about: string
  run(scale: number, print: Print): Promise<void>
}

const print: Print = (text) => void Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`))

const cases: Readonly<Record<string, Case>> = {
  peers: {
    about: "300 activities of 3,600 samples of 11 types, by Paceline and by others",
    run: (scale, print) => peers(300 * scale, scale < 1 ? 1 : 3, print),
  },
  requests: {
    about: "requests of a first run, of the next day, and after a kill half-way",
    run: (scale, print) => requests(300 * scale, print),
  },
  steps: {
    about: "CPU time per activity of 3,600 samples, by step",
    run: (scale, print) => steps(Math.max(30, 100 * scale), print),
  },
  growth: {
    about: "cost with 100 to 100,000 activities",
    async run(scale, print) {
      const rows = []
      for (const activities of [100, 1_000, 10_000, 100_000]) {
        rows.push(await growth(activities * scale))
      }
      print(markdownTable(growthHeader, rows))
    },
  },
  report: {
    about: "the report of 700, and of 10,000 activities with all their samples",
    async run(scale, print) {
      const rows = []
      for (const activities of [700, 10_000]) rows.push(await benchReport(activities * scale))
      print(markdownTable(reportHeader, rows))
    },
  },
  copy: {
    about: "the PostgreSQL sink on a server, against psql \\copy of the same rows",
    run: (scale, print) => copy(200 * scale, print),
  },
}

const machine = () =>
  `Deno ${Deno.version.deno}, ${Deno.build.os}, ${navigator.hardwareConcurrency} cores, load ${
    Deno.loadavg()[0]?.toFixed(1)
  }`

const options = benchOptions(Deno.args, Object.keys(cases))
if (Predicate.isString(options)) {
  print(options)
  Deno.exit(Deno.args.includes("--help") ? 0 : 64)
}
const { chosen, quick, write } = options
for (const [name, { about, run }] of Object.entries(cases)) {
  if (chosen !== undefined && chosen !== name) continue
  print(`\n${name}: ${about}${quick ? " (a tenth of it)" : ""}`)
  const printed: Array<string> = []
  const say: Print = (text) => {
    print(text)
    printed.push(text)
  }
  say(`\n${new Date().toISOString().slice(0, 10)}, ${machine()}:`)
  await run(quick ? 0.1 : 1, say)
  if (write) await fillDocument(name, printed.join("\n"))
}
