/**
 * Defines tests that run twice: with streams handed over in memory, and with each read from the
 * state file.
 */
import { Effect } from "effect"
import { HandoverLimit } from "../../pipeline/state/outbox/Handover.ts"
import { test } from "../testing.ts"

type Body = Parameters<typeof test>[1]

export const testBothWays = (name: string, body: Body): void => {
  test(name, body)
  test(
    `${name} (read from the state file)`,
    () => Effect.provideService(body(), HandoverLimit, 0),
  )
}
