/** Errors of PostgreSQL, in words for the user, and which of them are transient. */
import { Effect, Runtime, Schema } from "effect"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { adviceFor } from "./advice.ts"

/** Exit codes after sysexits: configuration, temporary failure, unavailable, disk, usage. */
const codes = { configuration: 78, locked: 75, unreachable: 69, disk: 74, query: 64 } as const

/**
 * `configuration`: the URL is invalid, so a retry is useless; `locked`: another run writes to the
 * database, or has begun to; `disk`: full or not writable; `query`: the statement was refused.
 */
export class PostgresError extends Schema.TaggedError<PostgresError>()("PostgresError", {
  reason: Schema.Literals(["configuration", "locked", "unreachable", "disk", "query"]),
  /** Cause and fix, without secrets. */
  detail: Schema.String,
  /** Character of the statement, from 1, that a `query` error refers to. */
  position: Schema.optionalKey(Schema.Int),
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  override get message() {
    return `Cannot ${this.reason === "query" ? "run the query" : "use PostgreSQL"}: ${this.detail}`
  }
  override get [Runtime.errorExitCode]() {
    return codes[this.reason]
  }
}

/** The error for a `path` that cannot be created or opened. */
export const cannotWrite = (path: string, cause: unknown) =>
  new PostgresError({
    reason: "disk",
    detail:
      `${path} cannot be written. Free space there, make it writable, or use another directory`,
    cause,
  })

/** Fields of the server's error: its SQLSTATE, and more if the server sent more. */
interface ServerErrorFields {
  readonly _tag?: unknown
  readonly code?: unknown
  readonly message?: unknown
  readonly hint?: unknown
  readonly position?: unknown
  readonly cause?: unknown
}

const fieldsOf = (error: SqlError): ServerErrorFields =>
  (error.reason.cause ?? {}) as ServerErrorFields

/** Returns the SQLSTATE, or the system's code such as `ECONNREFUSED`; "" if there is none. */
export const sqlCode = (error: SqlError): string => {
  const { cause, code } = fieldsOf(error)
  const inner = (cause as ServerErrorFields | undefined)?.code
  return typeof code === "string" ? code : typeof inner === "string" ? inner : ""
}

/** True if the error has a SQLSTATE, and so is from the server, not from the system or the driver. */
export const isServerError = (error: SqlError): boolean => /^[0-9A-Z]{5}$/.test(sqlCode(error))

const transientCodes = new Set(["25P03", "53300", "57P01", "57P02", "57P03"])

/** True if the same statement might succeed a little later: a restart, a deadlock, too many clients. */
export const isTransient = (error: SqlError): boolean =>
  error.isRetryable || transientCodes.has(sqlCode(error))

/** True if the values caused the error, not the database: SQLSTATE 22, 23, 54, or no encoding. */
export const isDataError = (error: SqlError): boolean =>
  /^(22|23|54)/.test(sqlCode(error)) || fieldsOf(error)._tag === "PgTypesCodecError"

/**
 * True if the cause is unknown: no SQLSTATE, but the connection is not lost either, or only because
 * the driver did not understand a response.
 */
export const isUnexplained = (error: SqlError): boolean =>
  sqlCode(error) === "" &&
  (error.reason._tag !== "ConnectionError" || /^Unexpected /.test(String(fieldsOf(error).message)))

/** Returns the server's message about a statement. */
export const plainMessage = (error: SqlError): string => {
  const { message } = fieldsOf(error)
  const text = typeof message === "string" && message !== "" ? message : error.reason.message
  return text ?? error.reason._tag
}

/** Returns the server's message about a statement, with its hint. */
export const serverMessage = (error: SqlError): string => {
  const { hint } = fieldsOf(error)
  return `${plainMessage(error)}${typeof hint === "string" ? ` (${hint})` : ""}`
}

/** Position in the statement, in characters from 1, that the server's error refers to. */
export const positionOf = (error: SqlError): number | undefined => {
  const { position } = fieldsOf(error)
  return typeof position === "string" ? Number(position) : undefined
}

const kept = "The stored rows are kept, and the next run delivers what is missing."

/** Returns the error at `location` with its cause, what is kept, and the fix. */
export const postgresError = (error: unknown, location: string): PostgresError => {
  if (error instanceof PostgresError) return error
  const found = sqlErrorIn(error)
  if (found === undefined) {
    return new PostgresError({
      reason: "unreachable",
      detail: `${location}: ${error instanceof Error ? error.message : String(error)}. ${kept}`,
      cause: error,
    })
  }
  const code = sqlCode(found)
  return new PostgresError({
    reason: code === "53100" ? "disk" : "unreachable",
    detail: `${location}: ${serverMessage(found)}${code === "" ? "" : ` [${code}]`}. ${
      adviceFor({ code, words: serverMessage(found) })
    } ${kept}`,
    cause: found,
  })
}

/** Returns the `SqlError` that `error` is, or that caused a failed migration. */
export const sqlErrorIn = (error: unknown): SqlError | undefined =>
  isSqlError(error)
    ? error
    : error instanceof Error && error.cause !== undefined
    ? sqlErrorIn(error.cause)
    : undefined

/** Turns every failure and defect at `location` into a `PostgresError`, except an interruption. */
export const explained =
  (location: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, PostgresError, R> =>
    effect.pipe(
      Effect.mapError((error) => postgresError(error, location)),
      Effect.catchDefect((defect) => Effect.fail(postgresError(defect, location))),
    )
