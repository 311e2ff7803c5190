/** Which tests prove which rows of tests/faults/matrix.ts: as their names say, `fault 7: …` or `fault 7, 8: …`. */
import { files, read } from "./files.ts"

export interface FaultProof {
  readonly row: number
  /** What the test says of the row; "…" where a value of the run is put in. */
  readonly name: string
  readonly file: string
  /** Whether the file compares how a run ends with the row's exit codes. */
  readonly exits: boolean
}

/** A name in quotes of its own kind, or in parts of a template. */
const named = /(["`])fault (\d+(?:, \d+)*): ((?:(?!\1)[^\\]|\\.)+)\1/g

/** The proofs in the text of one file, in its order. */
export const proofsIn = (file: string, text: string): ReadonlyArray<FaultProof> =>
  [...text.matchAll(named)].flatMap(([, , rows = "", name = ""]) =>
    rows.split(", ").map((row) => ({
      row: Number(row),
      name: name.replaceAll(/\$\{[^}]*\}/g, "…").replaceAll("\\", ""),
      file,
      exits: new RegExp(`\\b(exitsOf|expectExit)\\(${row}\\b`).test(text),
    }))
  )

/** Those of all tests. */
export const proofs = (): ReadonlyArray<FaultProof> =>
  files("tests/").filter((path) =>
    path.endsWith(".ts") && !/^tests\/faults\/(matrix|Fault|of)/.test(path)
  )
    .flatMap((path) => proofsIn(path, read(path)))
