/** Removes tokens, secrets and cookies from an exchange with Strava, so that it can be stored. */
import type { HttpClientRequest } from "effect/http"

/** Headers that describe a response. All others are removed. */
const responseHeaders =
  /^(content-type|date|etag|location|retry-after|server|x-(read)?ratelimit-(limit|usage))$/i

/** Names of secrets in forms, queries and JSON. */
const secretFields = ["access_token", "refresh_token", "client_secret"] as const
const secretParameters = [...secretFields, "code", "token", "state"]

/** Minimum length of a secret to be replaced. Shorter ones would be found in every text. */
const minLength = 6

const inJson = new RegExp(`("(${secretFields.join("|")})"\\s*:\\s*")((?:[^"\\\\]|\\\\.)*)`, "g")

const textOf = ({ body }: HttpClientRequest.HttpClientRequest): string =>
  body._tag === "Uint8Array"
    ? new TextDecoder().decode(body.body)
    : body._tag === "Raw"
    ? String(body.body)
    : ""

/** Minimum length of a part of a secret to be replaced. A shorter part can be any word. */
const minPartLength = 8

/**
 * Returns a secret and, if it contains whitespace, its long parts, because headers and errors trim it.
 */
const withParts = (secret: string) => [
  ...new Set([secret, ...secret.split(/\s+/).filter(({ length }) => length >= minPartLength)]),
]

/** Returns the secrets of a request: those in its authorization header, form and query. */
export const secretsOf = (request: HttpClientRequest.HttpClientRequest): ReadonlyArray<string> => {
  const bearer = /^\w+ ([^]+)$/.exec(request.headers["authorization"] ?? "")?.[1]
  const fields = [new URLSearchParams(textOf(request)), URL.parse(request.url)?.searchParams]
    .flatMap((form) => form === undefined ? [] : secretParameters.map((name) => form.get(name)))
  return [bearer, ...fields].filter((secret): secret is string => !!secret).flatMap(withParts)
}

/** Returns the tokens in a body, which may be incomplete. */
export const secretsIn = (body: string): ReadonlyArray<string> =>
  [...body.matchAll(inJson)].map(([, , , secret = ""]) => secret)

/** Replaces every secret in `text` by `recorded-…`. */
export const redact = (text: string, secrets: Iterable<string>): string => {
  const known = [...new Set(secrets)].filter(({ length }) => length >= minLength)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    .sort((a, b) => b.length - a.length)
  return known.reduce(
    (rest, secret) => rest.replaceAll(secret, "recorded-secret"),
    text.replaceAll(
      inJson,
      (_, before: string, name: string) => `${before}recorded-${name.replaceAll("_", "-")}`,
    ),
  )
}

/** Returns the address without credentials and without the values of secret parameters. */
export const redactUrl = (text: string, secrets: Iterable<string>): string => {
  const url = URL.parse(text)
  if (url === null) return redact(text, secrets)
  url.username = ""
  url.password = ""
  for (const name of secretParameters) {
    if (url.searchParams.has(name)) url.searchParams.set(name, "recorded")
  }
  return redact(url.href, secrets)
}

/** Returns the headers that describe the response, without the query of a redirect's target. */
export const redactHeaders = (
  headers: Readonly<Record<string, string | undefined>>,
  secrets: Iterable<string>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || !responseHeaders.test(name) ? [] : [[
        name,
        redact(name.toLowerCase() === "location" ? value.replace(/[?#].*/s, "") : value, secrets),
      ]]
    ),
  )
