/**
 * Faults, row by row, with the behavior and the exit codes that the tests expect. A test names its row:
 * `fault 7: …`. docs/faults.md is generated from both.
 */

import type { FaultCase } from "./Fault.ts"
import { ofMachine } from "./ofMachine.ts"
import { ofStrava } from "./ofStrava.ts"

/** Headings of docs/faults.md by their first row. */
export const faultGroups: Readonly<Record<number, string>> = {
  1: "Crashes",
  7: "Disk and state file",
  16: "Concurrent runs",
  19: "Clocks",
  20: "PostgreSQL",
  26: "Network",
  30: "Unexpected responses",
  31: "Tokens and scopes",
  35: "Rate limits",
  39: "Servers that are down, misconfigured or hostile",
  43: "Hostile data",
  47: "Secrets and supply chain",
  51: "Signals and memory",
  53: "Single items and late changes",
  58: "Database connections and SQL",
  60: "Lists and other versions",
}

/** Faults by row number. */
export const faults: Readonly<Record<number, FaultCase>> = { ...ofMachine, ...ofStrava }

/** Returns the exit codes that a run may end with in row `row`. */
export const exitsOf = (row: number): ReadonlyArray<number> => faults[row]?.exit ?? []
