/** Coverage of the fault matrix: each row has a test or a reason, each test has a row. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { exitCodes } from "../../pipeline/base/exit.ts"
import { proofs, proofsIn } from "../../tools/proofs.ts"
import { test } from "../testing.ts"
import { faultGroups, faults } from "./matrix.ts"

const holds = (name: string, check: () => void) => test(name, () => Effect.sync(check))
const rows = Object.keys(faults).map(Number)
const all = proofs()
const of = (row: number) => all.filter((proof) => proof.row === row)

holds("every fault has a test or a reason for having none", () => {
  const bare = rows.filter((row) => of(row).length === 0 && faults[row]?.note === undefined)
  assert.deepEqual(bare, [])
})

holds("every fault that a test names is in the matrix", () => {
  assert.deepEqual(all.filter(({ row }) => !(row in faults)), [])
  assert.deepEqual(rows, rows.map((_, i) => i + 1))
  assert.deepEqual(Object.keys(faultGroups).filter((row) => !(row in faults)), [])
})

holds("if a fault ends a run, a test compares the exit code with the matrix", () => {
  const bare = rows.filter((row) =>
    faults[row]?.exit.length !== 0 && !of(row).some(({ exits }) => exits) &&
    faults[row]?.note === undefined
  )
  assert.deepEqual(bare, [])
  const known: ReadonlyArray<number> = [...Object.values(exitCodes), 130, 143]
  assert.deepEqual(
    rows.flatMap((row) => faults[row]!.exit).filter((code) => !known.includes(code)),
    [],
  )
})

holds("finds the tests of a fault by their names, in any notation", () => {
  const text = 'live(\n  "fault 7: a \\"full\\" disk",\n) test(`fault 12: ${n} bits`, …) ' +
    '// fault 9: not a name\nexitsOf(7) live("fault 1, 2: both", …)'
  assert.deepEqual(proofsIn("a_test.ts", text), [
    { row: 7, name: 'a "full" disk', file: "a_test.ts", exits: true },
    { row: 12, name: "… bits", file: "a_test.ts", exits: false },
    { row: 1, name: "both", file: "a_test.ts", exits: false },
    { row: 2, name: "both", file: "a_test.ts", exits: false },
  ])
})
