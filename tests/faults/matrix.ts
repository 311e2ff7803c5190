/**
 * What can go wrong, row by row, and how a run must end then. Tests say which row they prove by their
 * names, as in `fault 7: …`; docs/faults.md is made of both.
 */

import type { Fault } from "./Fault.ts"
import { ofMachine } from "./ofMachine.ts"
import { ofStrava } from "./ofStrava.ts"

/** Headings of docs/faults.md, each with its first row. */
export const groups: Readonly<Record<number, string>> = {
  1: "Sudden death",
  7: "The disk and the state file",
  16: "Two runs at once",
  19: "Clocks",
  20: "PostgreSQL",
  26: "The network",
  30: "Answers that are not what they were",
  31: "Tokens and permissions",
  35: "Strava's limits",
  39: "Servers that are down, wrong or hostile",
  43: "Hostile data",
  47: "Secrets and what surrounds the program",
  51: "Signals and memory",
  53: "One thing among many",
  58: "Connections and statements",
  60: "Lists and other versions",
}

/** Each row under its number. Its text is in `ofMachine.ts` or `ofStrava.ts`. */
export const faults: Readonly<Record<number, Fault>> = { ...ofMachine, ...ofStrava }

/** The exit codes that a run may end with in row `row`: for tests to compare with. */
export const exitsOf = (row: number): ReadonlyArray<number> => faults[row]?.exit ?? []
