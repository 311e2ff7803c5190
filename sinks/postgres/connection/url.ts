/**
 * Validates `DATABASE_URL` before it is used, because an invalid one would be retried again and
 * again.
 */
import { Effect, Redacted } from "effect"
import { PostgresError } from "./PostgresError.ts"
import { defaultSchema, reasonAgainstSchema } from "./schemaName.ts"
import { problemOf, type SslMode, sslModes, type TlsParameters } from "./tls.ts"

interface ServerUrl {
  readonly url: Redacted.Redacted
  /** URL without its password and parameters. */
  readonly location: string
  readonly tls: TlsParameters
  /** Schema of the tables. */
  readonly schema: string
  /** Name of the session at the server, if the URL has one. */
  readonly applicationName: string | undefined
  /** True if the host is another machine, so that plain text crosses a network. */
  readonly isRemote: boolean
}

const example = "it should read postgres://user:password@host:5432/database"

const refuse = (what: string) =>
  new PostgresError({ reason: "configuration", detail: `DATABASE_URL ${what}; ${example}` })

/** Checks one parameter; returns the problem, if there is one. */
type Check = (value: string) => string | undefined

const any: Check = () => undefined
const only = (...values: ReadonlyArray<string>): Check => (value) =>
  values.includes(value.toLowerCase())
    ? undefined
    : `, of which only ${values.join(" and ")} ${values.length === 1 ? "is" : "are"} supported`

/** Parameters that are applied, or that request the default. Every other one is refused. */
const parameters: Readonly<Record<string, Check>> = {
  host: any,
  user: any,
  password: any,
  dbname: any,
  options: any,
  application_name: any,
  schema: (value) => {
    const reason = reasonAgainstSchema(value)
    return reason === undefined ? undefined : `, but ${reason}`
  },
  sslrootcert: any,
  sslcert: any,
  sslkey: any,
  port: (value) =>
    /^[1-9]\d{0,4}$/.test(value) && Number(value) < 2 ** 16
      ? undefined
      : ", which is not a port number",
  connect_timeout: (value) =>
    /^\d+$/.test(value) ? undefined : ", which is not a number of seconds",
  sslmode: (value) =>
    sslModes.some((mode) => mode === value)
      ? undefined
      : `, which is not one of ${sslModes.join(", ")}`,
  client_encoding: only("utf8", "utf-8", "auto"),
  target_session_attrs: only("any"),
  channel_binding: only("prefer", "disable"),
  gssencmode: only("prefer", "disable"),
  sslcompression: only("0"),
  sslnegotiation: only("postgres"),
  sslsni: only("1"),
}

const decodes = (part: string) => {
  try {
    decodeURIComponent(part)
    return true
  } catch {
    return false
  }
}

const percentCodes = "% as %25, @ as %40, : as %3A, / as %2F, ? as %3F, # as %23, [ as %5B, ] as " +
  "%5D, a space as %20"

/** Returns the problem of a text that is no URL, or is one by accident, without quoting it. */
const problemInText = (text: string): string | undefined => {
  if (text.trim() === "") return "is empty"
  if (/^\s*["'`]/.test(text)) return "begins with a quotation mark; remove the quotation marks"
  const [, rest] = /^postgres(?:ql)?:\/\/(.*)$/s.exec(text) ?? []
  if (rest === undefined) return "does not begin with postgres:// or postgresql://"
  const authority = rest.slice(rest.lastIndexOf("@") + 1).split(/[/?#]/)[0] ?? ""
  const [userinfo = ""] = rest.includes("@") ? [rest.slice(0, rest.lastIndexOf("@"))] : []
  if (/[/?#[\]\s]/.test(userinfo)) {
    return `has a character in the user or the password that ends it there. Write ${percentCodes}`
  }
  if (authority === "" && rest.includes("@")) {
    return "names no host after the @: write it there, and the folder of a socket in percent code " +
      "(%2Fvar%2Frun%2Fpostgresql)"
  }
  if (authority.includes(",")) {
    return "names several hosts; name the one that can be written to"
  }
  return undefined
}

const problemIn = (url: URL): string | undefined => {
  const parameter = (name: string) => url.searchParams.get(name)
  if (![url.username, url.password, url.hostname, url.pathname].every(decodes)) {
    return "holds a % that is not followed by two hexadecimal digits (write % itself as %25)"
  }
  if (url.hostname === "" && parameter("host") === null) return "names no host"
  if (url.username === "" && parameter("user") === null) return "names no user"
  if (url.hash !== "") return `holds a # after the database. Write ${percentCodes}`
  if (url.port === "0") return "names the port 0"
  if ([url.hostname, parameter("host"), parameter("port")].some((part) => part?.includes(","))) {
    return "names several hosts; name the one that can be written to"
  }
  for (const [name, value] of url.searchParams) {
    const check = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (check === undefined) {
      return `has the parameter ${name.slice(0, 40)}, which is not supported. Remove it`
    }
    const problem = check(value)
    if (problem !== undefined) return `has the parameter ${name}${problem}`
  }
  return problemOf(tlsOf(url))
}

const tlsOf = ({ searchParams }: URL): TlsParameters => {
  const value = (name: string) => searchParams.get(name) ?? undefined
  return {
    sslmode: value("sslmode") as SslMode | undefined,
    sslrootcert: value("sslrootcert"),
    sslcert: value("sslcert"),
    sslkey: value("sslkey"),
  }
}

/** The host to connect to; a path is a folder with a socket. */
const hostOf = (url: URL) => url.searchParams.get("host") ?? decodeURIComponent(url.hostname)

const isLoopback = (host: string) =>
  /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host.toLowerCase()) || host.endsWith(".localhost")

/** Returns the URL without the parameter `schema`, which a server does not know. */
const withoutSchema = (url: Redacted.Redacted, parsed: URL): Redacted.Redacted => {
  if (!parsed.searchParams.has("schema")) return url
  const other = new URL(parsed)
  other.searchParams.delete("schema")
  return Redacted.make(other.href)
}

/**
 * Returns the parts of the URL that may be shown. Fails with a `configuration` error that does not
 * quote it.
 */
export const parseUrl = (
  url: Redacted.Redacted,
): Effect.Effect<ServerUrl, PostgresError> => {
  const text = Redacted.value(url)
  const parsed = URL.parse(text)
  const isPostgres = ["postgres:", "postgresql:"].includes(parsed?.protocol ?? "")
  if (parsed === null || !isPostgres) return refuse(problemInText(text) ?? "is not a URL")
  const problem = problemIn(parsed)
  if (problem !== undefined) {
    // A / in the password ends the host there, so that the rest happens to parse as a URL.
    return refuse((parsed.username === "" ? problemInText(text) : undefined) ?? problem)
  }
  const host = hostOf(parsed)
  const isSocket = host.startsWith("/")
  const schema = parsed.searchParams.get("schema") ?? defaultSchema
  const user = parsed.username || parsed.searchParams.get("user")
  return Effect.succeed({
    url: withoutSchema(url, parsed),
    schema,
    location: `postgres://${user}@${
      parsed.host || parsed.searchParams.get("host")
    }${parsed.pathname}${schema === defaultSchema ? "" : `?schema=${schema}`}`,
    // libpq encrypts nothing within one machine's socket.
    tls: isSocket ? { sslmode: "disable" } : tlsOf(parsed),
    applicationName: parsed.searchParams.get("application_name") ?? undefined,
    isRemote: !isSocket && !isLoopback(host),
  })
}
