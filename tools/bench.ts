/** `deno task bench`: the cost of the program on this machine, and the tables of docs/benchmark.md. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, Layer, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { runMain } from "../pipeline/base/runMain.ts"
import { version } from "../pipeline/base/version.ts"
import { registryLayer } from "../sinks/registry.ts"
import { growth } from "./bench/growth.ts"
import { imports } from "./bench/imports.ts"
import { peers } from "./bench/peers.ts"
import { report } from "./bench/report.ts"
import { requests } from "./bench/requests.ts"
import { steps } from "./bench/steps.ts"
import { withParts } from "./markdown.ts"

const cases = {
  peers: (scale: number) => peers(300 * scale, scale < 1 ? 1 : 3),
  requests: (scale: number) => requests(300 * scale),
  steps: (scale: number) => steps(Math.max(30, 100 * scale)),
  growth: (scale: number) => growth([100, 1_000, 10_000, 100_000].map((length) => length * scale)),
  report: (scale: number) =>
    report([1, 700, 4_000, 10_000].map((length) => Math.ceil(length * scale))),
  import: (scale: number) => imports(3_000 * scale),
}

type CaseName = keyof typeof cases

const names = Object.keys(cases) as ReadonlyArray<CaseName>

const document = new URL("../docs/benchmark.md", import.meta.url)

const machine = () => {
  const [date, load] = [new Date().toISOString().slice(0, 10), Deno.loadavg()[0]?.toFixed(1)]
  const cores = `${navigator.hardwareConcurrency} cores`
  return `${date}, Deno ${Deno.version.deno}, ${Deno.build.os}, ${cores}, load ${load}`
}

const run = Effect.fnUntraced(function* (name: CaseName, quick: boolean, write: boolean) {
  yield* Console.log(`\n${name}${quick ? " (a tenth of the load)" : ""}`)
  const measured = [`${machine()}:`, ...yield* cases[name](quick ? 0.1 : 1)].join("\n\n")
  yield* Console.log(`\n${measured}`)
  if (!write) return
  const page = Deno.readTextFileSync(document)
  Deno.writeTextFileSync(
    document,
    withParts("measured", page, (part) => part === name ? measured : undefined),
  )
}, Effect.scoped)

const flag = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDefault(false), Flag.withDescription(description))

/** The command; it runs only if it knows every word, because a case takes minutes. */
export const bench = Command.make("bench", {
  name: Argument.optional(Argument.Literals("case", names)),
  quick: flag("quick", "Reduce every load to a tenth"),
  write: flag("write", "Write the tables to docs/benchmark.md"),
}, ({ name, quick, write }) =>
  Effect.forEach(
    Option.isSome(name) ? [name.value] : names,
    (name) => run(name, quick, write),
    { discard: true },
  ))

if (import.meta.main) {
  const layer = Layer.merge(NodeServices.layer, registryLayer)
  runMain(bench.pipe(Command.run({ version }), Effect.provide(layer)))
}
