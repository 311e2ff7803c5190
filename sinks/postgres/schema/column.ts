/** A column that is filled out of Strava's answers: name, type, meaning, and how it is read. */
import { readers } from "./readers.ts"

/** An answer, or an entry of a list of one, as JSON gives it; its numbers may be as sent. */
export type JsonFields = Readonly<Record<string, unknown>>

export interface PostgresColumn {
  readonly name: string
  readonly type: keyof typeof readers
  readonly comment: string
  /** The value for this column, in a form that JSON can hold; null where it does not fit. */
  readonly read: (answer: JsonFields) => unknown
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as JsonFields)[name] : undefined

/** Most characters of a text with an index: PostgreSQL refuses a row whose entry there is larger. */
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

/** Strava's field of the same name, or what `path` names, one inside another. */
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
