/** Sentences about the causes that ended an import, or kept a sink from its items. */
import type { Summary } from "../../run/Summary.ts"
import { inFolder } from "../kit/line.ts"
import { quantity } from "../kit/plurals.ts"

/** Returns sentences without the dot at the end: the error, then the sinks that failed for another reason. */
export const importCauses = (
  sinks: Summary["sinks"],
  error: unknown,
  folder: string,
): ReadonlyArray<string> => {
  const why = error === undefined
    ? []
    : [inFolder(error instanceof Error ? error.message : String(error), folder)]
  const down = sinks.flatMap(({ error, pending, sink }) =>
    error === undefined || why.some((text) => text.includes(error)) ? [] : [
      `Cannot write to the ${sink} sink. ` +
      (pending === 0 ? "" : `Kept in the state file: ${quantity(pending, "item")} for it. `) +
      "Fix the cause and run the same command again",
    ]
  )
  return [...why, ...down]
}
