/** Shared by the tests of faults: how a run ends, as the program would put it. */
import { Effect, Option } from "effect"
import assert from "node:assert/strict"
import { runToEnd, type Setup } from "../pipeline/running.ts"

/** The exit code of a run, and what it says where it ended early. */
export const runEnding = Effect.fnUntraced(function* (setup: Setup) {
  const { code, error } = yield* runToEnd(setup)
  return { code, says: Option.match(error, { onNone: () => "", onSome: ({ message }) => message }) }
})

/** A row's only exit code, for rows that have one. */
export const onlyCode = ([code, ...more]: ReadonlyArray<number>): number => {
  assert.ok(code !== undefined && more.length === 0)
  return code
}
