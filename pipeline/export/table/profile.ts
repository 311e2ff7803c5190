/** profile.csv: the athlete, without e-mail address and consent. */
import { Result } from "effect"
import { readCsv } from "./cells.ts"
import { exactNumber, idDigits } from "./numbers.ts"
import { importAsSent, TableError } from "./TableError.ts"
import { TableProblems } from "./TableProblems.ts"

export interface ExportedAthlete {
  /** Digits of the athlete's id. */
  readonly id: string
  /** The athlete as JSON in the shape of Strava's API. */
  readonly text: string
}

/**
 * Fields in the API's order, with the English header and the index that it has in every language.
 * No other column is read.
 */
const fields = [
  ["firstname", "First Name", 2],
  ["lastname", "Last Name", 3],
  ["bio", "Description", 5],
  ["city", "City", 7],
  ["state", "State", 8],
  ["country", "Country", 9],
  ["sex", "Sex", 4],
  ["weight", "Weight", 6],
] as const

const failure = (detail: string) =>
  Result.fail(new TableError({ file: "profile.csv", detail, fix: importAsSent }))

/** Reads the athlete. Fails if the first column of the first row is not an id. */
export const readProfile = (bytes: Uint8Array): Result.Result<ExportedAthlete, TableError> => {
  const { rows: [header, row] } = readCsv(bytes, new TableProblems())
  if (header === undefined || row === undefined) return failure("it has no row")
  const id = idDigits(row.cells[0])
  if (id === undefined) return failure("its first column is not the id of an athlete")
  const members = fields.flatMap(([field, name, index]) => {
    const cell = row.cells[header.cells.includes(name) ? header.cells.indexOf(name) : index]
    if (cell === undefined || cell === "") return []
    const value = field === "weight" ? exactNumber(cell) : JSON.stringify(cell)
    return value === undefined ? [] : [`"${field}":${value}`]
  })
  return Result.succeed({
    id,
    text: `{${[`"id":${id}`, ...members, '"source":"export"'].join(",")}}`,
  })
}
