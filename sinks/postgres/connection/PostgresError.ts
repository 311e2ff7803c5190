/** Everything that can go wrong with PostgreSQL, in words for the user, and which of it passes. */
import { Effect, Runtime, Schema } from "effect"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { adviceFor } from "./advice.ts"

/** Exit codes after sysexits: configuration, try again, unavailable, disk, usage. */
const codes = { configuration: 78, locked: 75, unreachable: 69, disk: 74, query: 64 } as const

/**
 * `configuration`: the URL is no good, so trying again is useless; `locked`: another run is writing
 * to it, or has begun to since; `disk`: full or not writable; `query`: the statement was refused.
 */
export class PostgresError extends Schema.TaggedError<PostgresError>()("PostgresError", {
  reason: Schema.Literals(["configuration", "locked", "unreachable", "disk", "query"]),
  /** What failed and what mends it, without secrets. */
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  override get message() {
    return `Cannot ${this.reason === "query" ? "run the query" : "use PostgreSQL"}: ${this.detail}`
  }
  override get [Runtime.errorExitCode]() {
    return codes[this.reason]
  }
}

/** The error of a `path` that cannot be made or opened. */
export const cannotWrite = (path: string, cause: unknown) =>
  new PostgresError({
    reason: "disk",
    detail: `${path} cannot be written. Make room there or allow it, or name another folder`,
    cause,
  })

/** What the server's error said: its SQLSTATE, and more where it knew more. */
interface Said {
  readonly _tag?: unknown
  readonly code?: unknown
  readonly message?: unknown
  readonly hint?: unknown
  readonly position?: unknown
  readonly cause?: unknown
}

const said = (error: SqlError): Said => (error.reason.cause ?? {}) as Said

/** The SQLSTATE, or the system's code such as `ECONNREFUSED`; "" where there is none. */
export const sqlCode = (error: SqlError): string => {
  const { cause, code } = said(error)
  const inner = (cause as Said | undefined)?.code
  return typeof code === "string" ? code : typeof inner === "string" ? inner : ""
}

/** Whether the server said it, by a SQLSTATE, and not the system or the driver. */
export const isServerError = (error: SqlError): boolean => /^[0-9A-Z]{5}$/.test(sqlCode(error))

const passing = new Set(["25P03", "53300", "57P01", "57P02", "57P03"])

/** Whether the same statement may succeed a little later: a restart, a deadlock, too many clients. */
export const isTransient = (error: SqlError): boolean =>
  error.isRetryable || passing.has(sqlCode(error))

/** Whether the values were at fault, and not the database: SQLSTATE 22, 23, 54, or no encoding. */
export const isDataError = (error: SqlError): boolean =>
  /^(22|23|54)/.test(sqlCode(error)) || said(error)._tag === "PgTypesCodecError"

/**
 * Whether nothing tells what was at fault: no SQLSTATE, but the connection is not lost either, or only
 * because the driver did not understand an answer.
 */
export const isUnexplained = (error: SqlError): boolean =>
  sqlCode(error) === "" &&
  (error.reason._tag !== "ConnectionError" || /^Unexpected /.test(String(said(error).message)))

/** What the server said of a statement, with its hint. */
export const serverMessage = (error: SqlError): string => {
  const { hint, message } = said(error)
  const text = typeof message === "string" && message !== "" ? message : error.reason.message
  return `${text ?? error.reason._tag}${typeof hint === "string" ? ` (${hint})` : ""}`
}

/** Character of the statement, counted from 1, that the server's error is about. */
export const positionOf = (error: SqlError): number | undefined => {
  const { position } = said(error)
  return typeof position === "string" ? Number(position) : undefined
}

const kept = "What it holds is kept, and the next run delivers what is missing."

/** What happened at `location`, what was kept and what mends it. */
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

/** The `SqlError` that `error` is, or that a failed migration was caused by. */
export const sqlErrorIn = (error: unknown): SqlError | undefined =>
  isSqlError(error)
    ? error
    : error instanceof Error && error.cause !== undefined
    ? sqlErrorIn(error.cause)
    : undefined

/** Fails with the `PostgresError` of everything that goes wrong at `location`, except an interruption. */
export const explained =
  (location: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, PostgresError, R> =>
    effect.pipe(
      Effect.mapError((error) => postgresError(error, location)),
      Effect.catchDefect((defect) => Effect.fail(postgresError(defect, location))),
    )
