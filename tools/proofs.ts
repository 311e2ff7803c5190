/** Tests of the rows of tests/faults/matrix.ts: their names begin with `fault 7: …` or `fault 7, 8: …`. */
import { files, read } from "./files.ts"

interface FaultProof {
  readonly row: number
  /** Name of the test without its rows; "…" in place of values. */
  readonly name: string
  readonly file: string
  /** True if the file compares exit codes with those of the row. */
  readonly exits: boolean
}

/** A name of such a test as a string or a template. */
const named = /(["`])fault (\d+(?:, \d+)*): ((?:(?!\1)[^\\]|\\.)+)\1/g

/** Returns the tests in the text of a file, in its order. */
export const proofsIn = (file: string, text: string): ReadonlyArray<FaultProof> =>
  [...text.matchAll(named)].flatMap(([, , rows = "", name = ""]) =>
    rows.split(", ").map((row) => ({
      row: Number(row),
      name: name.replaceAll(/\$\{[^}]*\}/g, "…").replaceAll("\\", ""),
      file,
      exits: new RegExp(`\\b(exitsOf|expectExit)\\(${row}\\b`).test(text),
    }))
  )

/** Returns all such tests. */
export const proofs = (): ReadonlyArray<FaultProof> =>
  files("tests/").filter((path) =>
    path.endsWith(".ts") && !/^tests\/faults\/(matrix|Fault|of)/.test(path)
  )
    .flatMap((path) => proofsIn(path, read(path)))
