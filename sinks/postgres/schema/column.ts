/**
 * A column that is filled from Strava's responses: name, type, comment, and a function that reads
 * its value.
 */
import { readers } from "./readers.ts"

/** A response, or an entry of one of its lists, as parsed JSON; numbers may be raw. */
export type JsonFields = Readonly<Record<string, unknown>>

export interface PostgresColumn {
  readonly name: string
  readonly type: keyof typeof readers
  readonly comment: string
  /** Returns the value for this column, as JSON; null if the value does not fit. */
  readonly read: (answer: JsonFields) => unknown
}

/** Returns the member of an object; undefined of anything else. */
const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as JsonFields)[name] : undefined

/** Most characters of an indexed text: PostgreSQL refuses a row whose index entry is larger. */
const mostIndexed = 500

/** A column of text with an index; a longer text is null. */
export const indexed = (name: string, comment: string): PostgresColumn => ({
  name,
  type: "text",
  comment,
  read: (answer) => {
    const text = readers.text(answer[name])
    return text !== null && text.length > mostIndexed ? null : text
  },
})

/** A column for Strava's field of the same name, or for the field at `path`. */
export const column = (
  name: string,
  type: PostgresColumn["type"],
  comment: string,
  path: ReadonlyArray<string> = [name],
): PostgresColumn => ({
  name,
  type,
  comment,
  read: (answer) => readers[type](path.reduce<unknown>(memberOf, answer)),
})
