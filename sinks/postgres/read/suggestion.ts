/** The column or table that a refused statement probably meant. */
import { localName } from "../connection/schemaName.ts"
import { nearest } from "../../nearest.ts"

interface Names {
  readonly name: string
  readonly columns: ReadonlyArray<{ readonly name: string }>
}

/** Returns the name at a position of the statement, in characters from 1; without quotes. */
const nameAt = (statement: string, position: number): string =>
  /^["\w.]+/.exec([...statement].slice(position - 1).join(""))?.[0].replaceAll('"', "") ?? ""

/** Names with their unit cut off: `distance` is near `distance_km`. */
const stemOf = (name: string): string => name.replace(/_[a-z]+$/, "")

/** Returns a column of the relations that the statement names, similar to the one at the position. */
export const similarColumn = (
  statement: string,
  position: number,
  relations: ReadonlyArray<Names>,
): string | undefined => {
  const words = new Set(statement.toLowerCase().match(/\w+/g))
  const named = relations.filter(({ name }) => words.has(localName(name)))
  const names = [...new Set(named.flatMap(({ columns }) => columns.map(({ name }) => name)))]
  const typed = localName(nameAt(statement, position))
  const stem = nearest(typed, names.map(stemOf))
  return nearest(typed, names) ?? names.find((name) => stemOf(name) === stem)
}

/** Returns a relation similar to the one at the position; its name might only lack the schema. */
export const similarRelation = (
  statement: string,
  position: number,
  relations: ReadonlyArray<Names>,
): string | undefined => {
  const found = nearest(
    localName(nameAt(statement, position)),
    relations.map(({ name }) => localName(name)),
  )
  return relations.find(({ name }) => localName(name) === found)?.name
}
