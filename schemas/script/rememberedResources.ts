/** Declarations of scripts as text, so that later runs know the resources without the script. */
import { Option, Schema } from "effect"
import { anyEntries, type Declaration } from "../Declaration.ts"

const Column = Schema.Struct({
  name: Schema.String,
  type: Schema.Literals(["boolean", "integer", "number", "numbers", "text", "texts", "time"]),
  comment: Schema.String,
  path: Schema.Array(Schema.String),
})

const Remembered = Schema.Struct({
  counted: Schema.Tuple([Schema.String, Schema.String]),
  about: Schema.String,
  per: Schema.Literals(["activity", "other"]),
  ofScript: Schema.Literals(["fetched", "derived"]),
  columns: Schema.Array(Column),
})
type Remembered = typeof Remembered.Type

const Stored = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown))
const decodeStored = Schema.decodeUnknownOption(Stored)
const decodeOne = Schema.decodeUnknownOption(Remembered)

/** Returns the declaration of a remembered resource. Any response is accepted: only its script knows the shape. */
const declarationFor = (
  { about, columns, counted, ofScript, per }: Remembered,
): Declaration => ({
  schema: Schema.Unknown,
  entries: anyEntries,
  table: { comment: about, columns },
  noun: counted[1],
  counted,
  help: about,
  per,
  named: false,
  ofScript,
  atOnce: { compared: 1_000, surveyed: 1_000, adopted: 100 },
})

/** Returns the text of declarations, added to those of `before`. */
export const rememberResources = (
  before: string | undefined,
  declarations: ReadonlyArray<readonly [name: string, declaration: Declaration]>,
): string =>
  JSON.stringify({
    ...Option.getOrElse(decodeStored(before), () => ({})),
    ...Object.fromEntries(
      declarations.map(([name, { counted, help, ofScript, per, table }]) => [
        name,
        {
          counted,
          about: help,
          per,
          ofScript,
          columns: table?.columns ?? [],
        },
      ]),
    ),
  })

/** Returns the declarations in a text; what cannot be read is left out. */
export const resourcesFrom = (text: string | undefined): Readonly<Record<string, Declaration>> =>
  Object.fromEntries(
    Object.entries(Option.getOrElse(decodeStored(text), () => ({}))).flatMap(([name, one]) =>
      Option.toArray(Option.map(decodeOne(one), (found) => [name, declarationFor(found)] as const))
    ),
  )
