/** TLS to a PostgreSQL server: `sslmode` and `sslrootcert` as libpq defines them. */
import { Effect } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import type { ConnectionOptions } from "node:tls"
import { readTextSync } from "../../files/regularFile.ts"
import { isServerError, PostgresError, serverMessage, sqlCode } from "./PostgresError.ts"

export const sslModes = [
  "disable",
  "allow",
  "prefer",
  "require",
  "verify-ca",
  "verify-full",
] as const
export type SslMode = typeof sslModes[number]

/** Parameters of a URL that are about TLS. */
export interface TlsParameters {
  /** `prefer` if absent, or `verify-full` with `sslrootcert=system`. */
  readonly sslmode?: SslMode | undefined
  /** Path of a file with the certificates to trust, or `system` for those of Deno. */
  readonly sslrootcert?: string | undefined
  /** Paths of the client's own certificate and its key. */
  readonly sslcert?: string | undefined
  readonly sslkey?: string | undefined
}

/** A way to connect: options of TLS, or `false` for plain text. */
export type Attempt = ConnectionOptions | false

const refuse = (detail: string) => new PostgresError({ reason: "configuration", detail })

/** Returns a problem with the combination of these parameters, if there is one. */
export const problemOf = (
  { sslcert, sslkey, sslmode, sslrootcert }: TlsParameters,
): string | undefined => {
  if ((sslcert === undefined) !== (sslkey === undefined)) {
    return "has one of sslcert and sslkey; name both, or neither"
  }
  if (sslrootcert === "system" && sslmode !== undefined && sslmode !== "verify-full") {
    return `has sslrootcert=system with sslmode=${sslmode}, which does not check the host's name; ` +
      "use sslmode=verify-full"
  }
  if (sslmode === "verify-ca" && sslrootcert === undefined) {
    return "has sslmode=verify-ca and no sslrootcert; name the file of the CA's certificate there, or " +
      "use sslmode=verify-full, which then trusts the CAs that Deno trusts"
  }
  return undefined
}

const contentOf = (name: string, path: string | undefined) =>
  path === undefined ? Effect.undefined : Effect.try({
    try: () => readTextSync(path),
    catch: () =>
      refuse(`${name} in DATABASE_URL names ${path}, which cannot be read. Correct the path`),
  })

/** The attempts in libpq's order: the next one is for a server that refuses the one before it. */
export const attemptsOf = Effect.fnUntraced(function* (
  { sslcert, sslkey, sslmode, sslrootcert }: TlsParameters,
): Effect.fn.Return<ReadonlyArray<Attempt>, PostgresError> {
  const mode = sslmode ?? (sslrootcert === "system" ? "verify-full" : "prefer")
  if (mode === "disable") return [false]
  const ca = sslrootcert === "system" ? undefined : yield* contentOf("sslrootcert", sslrootcert)
  const cert = yield* contentOf("sslcert", sslcert)
  const key = yield* contentOf("sslkey", sslkey)
  const own = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
  const tls: ConnectionOptions = mode === "verify-full"
    ? own
    // With a root certificate, libpq checks in every mode who signed the server's, but not its
    // host.
    : ca !== undefined
    ? { ...own, checkServerIdentity: () => undefined }
    : { ...own, rejectUnauthorized: false }
  return mode === "prefer" ? [tls, false] : mode === "allow" ? [false, tls] : [tls]
})

const network = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENOENT",
])

/** True if the server refused this way of connecting, so that another one might succeed. */
export const isRefusal = (error: SqlError): boolean =>
  isServerError(error)
    ? sqlCode(error).startsWith("28")
    : error.reason._tag === "ConnectionError" && !network.has(sqlCode(error)) &&
      !/timed out/i.test(serverMessage(error))

/** True if `pg_hba.conf` has no entry for this way of connecting. */
export const isNoEntry = (error: SqlError): boolean =>
  sqlCode(error) === "28000" && /no pg_hba\.conf entry/.test(serverMessage(error))
