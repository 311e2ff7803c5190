/** `DATABASE_URL`, checked before it is used: a bad one would be tried again and again. */
import { Effect, Redacted } from "effect"
import { PostgresError } from "./PostgresError.ts"

export interface ServerUrl {
  readonly url: Redacted.Redacted
  /** For people: without the password and the parameters. */
  readonly location: string
  /** Whether to encrypt without checking the certificate, as libpq does for `sslmode=require`. */
  readonly unchecked: boolean
}

const example = "it should read postgres://user:password@host:5432/database"

const refuse = (what: string) =>
  new PostgresError({ reason: "configuration", detail: `DATABASE_URL ${what}; ${example}` })

const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

const decodes = (part: string) => {
  try {
    decodeURIComponent(part)
    return true
  } catch {
    return false
  }
}

const problemIn = (url: URL): string | undefined => {
  const parameter = (name: string) => url.searchParams.get(name)
  const port = parameter("port")
  const timeout = parameter("connect_timeout")
  const sslMode = parameter("sslmode")
  if (!["postgres:", "postgresql:"].includes(url.protocol)) {
    return "does not begin with postgres:// or postgresql://"
  }
  if (![url.username, url.password, url.hostname, url.pathname].every(decodes)) {
    return "holds a % that is not followed by two hexadecimal digits (write % itself as %25)"
  }
  if (url.hostname === "" && parameter("host") === null) return "names no host"
  if (url.username === "" && parameter("user") === null) return "names no user"
  if (url.port === "0") return "names the port 0"
  if (port !== null && !/^[1-9]\d{0,4}$/.test(port)) return "has a port that is no number"
  if (timeout !== null && !/^\d+$/.test(timeout)) return "has a connect_timeout that is no number"
  if (sslMode !== null && !sslModes.includes(sslMode)) {
    return `has an sslmode that is none of ${sslModes.join(", ")}`
  }
  return undefined
}

/** The parts of the URL that may be shown, or a `configuration` error that does not quote it. */
export const parseUrl = (
  url: Redacted.Redacted,
): Effect.Effect<ServerUrl, PostgresError> => {
  const parsed = URL.parse(Redacted.value(url))
  if (parsed === null) return refuse("is not a URL")
  const problem = problemIn(parsed)
  if (problem !== undefined) return refuse(problem)
  const user = parsed.username || parsed.searchParams.get("user")
  return Effect.succeed({
    url,
    location: `postgres://${user}@${
      parsed.host || parsed.searchParams.get("host")
    }${parsed.pathname}`,
    unchecked: parsed.searchParams.get("sslmode") === "require",
  })
}
