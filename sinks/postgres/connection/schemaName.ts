/** Name of the schema that the tables are in: `strava`, or another one of the user's choice. */
import type { PgClient } from "@effect/sql-pg"
import { Effect, Predicate } from "effect"
import type { Connection } from "effect/sql/SqlConnection"
import { isReservedWord } from "../../../schemas/script/reservedWords.ts"

export const defaultSchema = "strava"

/** Returns the reason why a schema cannot have this name; undefined if it can. */
export const reasonAgainstSchema = (name: string): string | undefined =>
  !/^[a-z][a-z0-9_]{0,62}$/.test(name)
    ? "it must have 1 to 63 of a-z, 0-9 and _, and begin with a letter"
    : isReservedWord(name)
    ? "it is a reserved word of SQL"
    : name.startsWith("pg_") || name === "information_schema"
    ? "it belongs to PostgreSQL"
    : name === "public"
    ? "other programs have tables in it"
    : undefined

/** Places of a statement that name the schema; www.strava.com does not. */
const places =
  /(?<![\w.])strava(?=\.(?!com\b))|(?<=')strava(?=')|(?<=")strava(?="\.)|(?<=\bschema )strava\b/g

/** Returns the statement with `schema` in each place that names the schema `strava`. */
export const inSchema = (statement: string, schema: string): string =>
  statement.replaceAll(places, schema)

/** Returns the schema of the database at a location: see `parseUrl`. */
export const schemaAt = (location: string): string =>
  /\?schema=(\w+)$/.exec(location)?.[1] ?? defaultSchema

/** Returns the name of a table without its schema. */
export const localName = (name: string): string => name.slice(name.lastIndexOf(".") + 1)

const connectionIn = (connection: Connection, schema: string): Connection => ({
  execute: (text, ...rest) => connection.execute(inSchema(text, schema), ...rest),
  executeStream: (text, ...rest) => connection.executeStream(inSchema(text, schema), ...rest),
  executeValues: (text, ...rest) => connection.executeValues(inSchema(text, schema), ...rest),
  executeValuesUnprepared: (text, ...rest) =>
    connection.executeValuesUnprepared(inSchema(text, schema), ...rest),
  executeUnprepared: (text, ...rest) =>
    connection.executeUnprepared(inSchema(text, schema), ...rest),
  executeRaw: (text, parameters) => connection.executeRaw(text, parameters),
})

/** Returns the first argument of a client, a template or a name, with `schema` in it. */
const textIn = (text: unknown, schema: string): unknown => {
  if (Predicate.isString(text)) return inSchema(text, schema)
  if (!Array.isArray(text) || !("raw" in text)) return text
  const strings: ReadonlyArray<string> = text
  return Object.assign(strings.map((part) => inSchema(part, schema)), { raw: text.raw })
}

/**
 * Returns a client whose statements name `schema` where their text names `strava`: no statement has to be written
 * twice, and those of old migrations stay as they are. Parameters and the text of `executeRaw` are not changed.
 */
export const clientIn = (client: PgClient.PgClient, schema: string): PgClient.PgClient => {
  if (schema === defaultSchema) return client
  const reserve = Effect.map(client.reserve, (connection) => connectionIn(connection, schema))
  const unsafe: PgClient.PgClient["unsafe"] = (text, parameters) =>
    client.unsafe(inSchema(text, schema), parameters)
  return new Proxy(client, {
    apply: (target, self, [first, ...rest]: ReadonlyArray<unknown>) =>
      Reflect.apply(target, self, [textIn(first, schema), ...rest]),
    get: (target, name, receiver) =>
      name === "reserve"
        ? reserve
        : name === "unsafe"
        ? unsafe
        : Reflect.get(target, name, receiver),
  })
}
