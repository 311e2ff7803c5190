/** Programs with runners of their own: a signal ends them together. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Exit, Layer, type Scope } from "effect"
import { registryLayer } from "../../sinks/registry.ts"
import type { SinkRegistry } from "../../sinks/SinkKind.ts"

/** Runs a program to its end, or until SIGINT or SIGTERM, and ends this process with its code. */
export const untilStopped = async <E>(
  program: Effect.Effect<number, E, Scope.Scope | SinkRegistry | NodeServices.NodeServices>,
): Promise<never> => {
  const stopped = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stopped.abort())
  }
  const exit = await Effect.runPromiseExit(
    Effect.scoped(program).pipe(Effect.provide(Layer.merge(NodeServices.layer, registryLayer))),
    { signal: stopped.signal },
  )
  return Deno.exit(Exit.isSuccess(exit) ? exit.value : stopped.signal.aborted ? 0 : 1)
}
