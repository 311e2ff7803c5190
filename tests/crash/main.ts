/**
 * `deno task crash -- --seed S --count N`: plays scenarios from seed S on until the program has been killed N times,
 * and prints a summary. Exits with 1 if one breaks an invariant, and prints how to play it again.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import { describeStop, failpointNames, scenarioOf } from "./plan.ts"
import { type CrashReport, play } from "./run.ts"
import { makeCrashStand } from "./stand.ts"

const print = (line: string): void => {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`))
}

/** Returns the value of `--name N`; `otherwise` if it is not given. */
const number = (name: string, otherwise: number): number => {
  const at = Deno.args.indexOf(`--${name}`)
  const given = at < 0 ? otherwise : Number(Deno.args[at + 1])
  if (Number.isSafeInteger(given) && given >= 0) return given
  print(`--${name} takes a whole number`)
  Deno.exit(64)
}

const complain = ({ broken, scenario }: CrashReport): void => {
  print(`\nSeed ${scenario.seed} broke an invariant:`)
  for (const fault of broken) print(`  ${fault}`)
  print(`Its stops: ${scenario.stops.map(describeStop).join("; ")}`)
  print(`The scenario: ${JSON.stringify(scenario)}`)
  print(`Play it again: deno task crash -- --seed ${scenario.seed} --count 1 --at-once 1`)
}

const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((total, one) => total + one, 0)

const summarize = (reports: ReadonlyArray<CrashReport>, seconds: number): void => {
  const extra = reports.flatMap((report) => report.extra)
  const kills = sum(reports.map((report) => report.kills))
  const at = Map.groupBy(reports.flatMap(({ stoppedAt }) => stoppedAt), (name) => name)
  print(
    `\n${kills} kills and ${sum(reports.map(({ signals }) => signals))} signals in ` +
      `${reports.length} scenarios (${sum(reports.map(({ runs }) => runs))} runs, ` +
      `${sum(reports.map(({ signIns }) => signIns))} sign-ins), ${seconds.toFixed(0)} s`,
  )
  print(
    `requests asked for again: ${sum(extra)} in all, ${Math.max(0, ...extra)} at most by one kill`,
  )
  print(
    "stopped at: " + [...at].map(([name, times]) => `${name} ${times.length}`).toSorted().join(
      ", ",
    ),
  )
  const never = failpointNames.filter((name) => !at.has(name))
  if (never.length > 0) print(`never stopped at: ${never.join(", ")}`)
}

const main = Effect.gen(function* () {
  const seed = number("seed", 1)
  const count = number("count", 100)
  const atOnce = number("at-once", 3)
  const stand = yield* makeCrashStand()
  const began = performance.now()
  const reports: Array<CrashReport> = []
  const seconds = () => (performance.now() - began) / 1000
  const kills = () => sum(reports.map((report) => report.kills))
  let next = seed
  let broken = false
  const worker = Effect.gen(function* () {
    while (kills() < count && !broken) {
      const report = yield* play(stand, scenarioOf(next++))
      reports.push(report)
      if (report.broken.length > 0) {
        broken = true
        complain(report)
      }
      if (reports.length % 10 === 0) {
        print(
          `${kills()} of ${count} kills, ${reports.length} scenarios, ${seconds().toFixed(0)} s`,
        )
      }
    }
  })
  yield* Effect.all(Array.from({ length: atOnce }, () => worker), { concurrency: "unbounded" })
  summarize(reports, seconds())
  return !broken
})

if (import.meta.main) {
  const held = await Effect.runPromise(
    main.pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
  )
  Deno.exit(held ? 0 : 1)
}
