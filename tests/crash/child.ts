/**
 * The real program, in a process that dies or is signalled by its own hand at a chosen moment. It
 * notes every moment it passes in a file, which outlives it.
 */
import { Effect } from "effect"
import { main } from "../../pipeline/main.ts"
import { runMain } from "../../pipeline/base/runMain.ts"
import { HandoverLimit } from "../../pipeline/state/outbox/Handover.ts"
import { type Failpoint, Failpoints } from "../../sinks/failpoints.ts"
import { type ChildPlan, isNow, planVariable } from "./plan.ts"

const plan: ChildPlan = JSON.parse(Deno.env.get(planVariable) ?? "")
const trace = Deno.openSync(plan.trace, { append: true, create: true })
const encoder = new TextEncoder()
const passed: Array<Failpoint> = []

const hit = (name: Failpoint): void => {
  trace.writeSync(encoder.encode(`${name}\n`))
  passed.push(name)
  const { stop } = plan
  if (stop !== undefined && isNow(passed, stop)) Deno.kill(Deno.pid, stop.signal)
}

const chosen = plan.readsBack ? Effect.provideService(main, HandoverLimit, 0) : main

runMain(chosen.pipe(Effect.provideService(Failpoints, hit)))
