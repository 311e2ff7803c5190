/**
 * The real program, in a process that kills or signals itself at a chosen failpoint. It records every failpoint that
 * it passes in a file.
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
