/** Removes tokens, secrets and cookies from an exchange with Strava, so that it can be stored. */
import type { HttpClientRequest } from "effect/http"

/** Headers of answers that say something about the answer; no other is kept. */
const telling =
  /^(content-type|date|etag|location|retry-after|server|x-(read)?ratelimit-(limit|usage))$/i

/** Names under which secrets are sent, in forms, queries and JSON. */
const named = ["access_token", "refresh_token", "client_secret"] as const
const sent = [...named, "code", "token", "state"]

/** Shorter ones would be found in every text. */
const shortest = 6

const inJson = new RegExp(`("(${named.join("|")})"\\s*:\\s*")((?:[^"\\\\]|\\\\.)*)`, "g")

const textOf = ({ body }: HttpClientRequest.HttpClientRequest): string =>
  body._tag === "Uint8Array"
    ? new TextDecoder().decode(body.body)
    : body._tag === "Raw"
    ? String(body.body)
    : ""

/** A shorter part of a secret can be any word. */
const shortestPart = 8

/** Returns a secret and, if it has line breaks or blanks, its long parts: headers and errors trim them. */
const withParts = (secret: string) => [
  ...new Set([secret, ...secret.split(/\s+/).filter(({ length }) => length >= shortestPart)]),
]

/** The secrets that a request carries: in its header, its form, its query. */
export const secretsOf = (request: HttpClientRequest.HttpClientRequest): ReadonlyArray<string> => {
  const bearer = /^\w+ ([^]+)$/.exec(request.headers["authorization"] ?? "")?.[1]
  const fields = [new URLSearchParams(textOf(request)), URL.parse(request.url)?.searchParams]
    .flatMap((form) => form === undefined ? [] : sent.map((name) => form.get(name)))
  return [bearer, ...fields].filter((secret): secret is string => !!secret).flatMap(withParts)
}

/** Returns the tokens in a body, which may be incomplete. */
export const secretsIn = (body: string): ReadonlyArray<string> =>
  [...body.matchAll(inJson)].map(([, , , secret = ""]) => secret)

/** `text` with `recorded-…` in place of every secret. */
export const scrubbed = (text: string, secrets: Iterable<string>): string => {
  const known = [...new Set(secrets)].filter(({ length }) => length >= shortest)
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

/** The address without the values under which secrets are sent. */
export const scrubbedUrl = (text: string, secrets: Iterable<string>): string => {
  const url = URL.parse(text)
  if (url === null) return scrubbed(text, secrets)
  url.username = ""
  url.password = ""
  for (const name of sent) if (url.searchParams.has(name)) url.searchParams.set(name, "recorded")
  return scrubbed(url.href, secrets)
}

/** Those headers that tell of the answer, without where a redirect's query leads. */
export const scrubbedHeaders = (
  headers: Readonly<Record<string, string | undefined>>,
  secrets: Iterable<string>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || !telling.test(name) ? [] : [[
        name,
        scrubbed(name.toLowerCase() === "location" ? value.replace(/[?#].*/s, "") : value, secrets),
      ]]
    ),
  )
