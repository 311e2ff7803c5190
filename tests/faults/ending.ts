/** Exit codes and messages of runs, for the tests of faults. */
import { Effect, Option } from "effect"
import assert from "node:assert/strict"
import { runToEnd, type Setup } from "../pipeline/running.ts"

/** Exit code of a run, and its message if it ended early. */
export const runEnding = Effect.fnUntraced(function* (setup: Setup) {
  const { code, error } = yield* runToEnd(setup)
  return { code, says: Option.match(error, { onNone: () => "", onSome: ({ message }) => message }) }
})

/** Returns the exit code of a row that has exactly one. */
export const onlyCode = ([code, ...more]: ReadonlyArray<number>): number => {
  assert.ok(code !== undefined && more.length === 0)
  return code
}
