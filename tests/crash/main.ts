/**
 * `deno task crash -- --seed S --count N`: play N scenarios from seed S on, and sum up. Ends with 1 as
 * soon as one breaks an invariant, and says how to play it again.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import { describe, names, scenarioOf } from "./plan.ts"
import { play, type Report } from "./run.ts"
import { makeStand } from "./stand.ts"

const print = (line: string): void => {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`))
}

/** `--name N` among the words. */
const number = (name: string, otherwise: number): number => {
  const at = Deno.args.indexOf(`--${name}`)
  const given = at < 0 ? otherwise : Number(Deno.args[at + 1])
  if (Number.isSafeInteger(given) && given >= 0) return given
  print(`--${name} takes a whole number`)
  Deno.exit(64)
}

const complain = ({ broken, scenario }: Report): void => {
  print(`\nSeed ${scenario.seed} broke an invariant:`)
  for (const fault of broken) print(`  ${fault}`)
  print(`Its stops: ${scenario.stops.map(describe).join("; ")}`)
  print(`The scenario: ${JSON.stringify(scenario)}`)
  print(`Play it again: deno task crash -- --seed ${scenario.seed} --count 1`)
}

const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((total, one) => total + one, 0)

const summarize = (reports: ReadonlyArray<Report>, seconds: number): void => {
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
  const never = names.filter((name) => !at.has(name))
  if (never.length > 0) print(`never stopped at: ${never.join(", ")}`)
}

const main = Effect.gen(function* () {
  const seed = number("seed", 1)
  const count = number("count", 100)
  const stand = yield* makeStand()
  const began = performance.now()
  const reports: Array<Report> = []
  const seconds = () => (performance.now() - began) / 1000
  const one = Effect.fnUntraced(function* (scenario: Parameters<typeof play>[1]) {
    const report = yield* play(stand, scenario)
    reports.push(report)
    if (report.broken.length > 0) {
      complain(report)
      return yield* Effect.fail("broken")
    }
    if (reports.length % 10 === 0 || reports.length === count) {
      const kills = sum(reports.map((report) => report.kills))
      print(`${reports.length} of ${count} scenarios, ${kills} kills, ${seconds().toFixed(0)} s`)
    }
  })
  const scenarios = Array.from({ length: count }, (_, i) => scenarioOf(seed + i))
  const concurrency = number("at-once", 3)
  const held = yield* Effect.forEach(scenarios, one, { concurrency, discard: true }).pipe(
    Effect.as(true),
    Effect.catch(() => Effect.succeed(false)),
  )
  summarize(reports, seconds())
  return held
})

if (import.meta.main) {
  const held = await Effect.runPromise(
    main.pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
  )
  Deno.exit(held ? 0 : 1)
}
