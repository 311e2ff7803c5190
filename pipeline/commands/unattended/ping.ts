/**
 * Pings of `PACELINE_PING_URL` in the form of healthchecks.io: `URL/start`, then `URL/CODE`, the exit code. A
 * ping that fails never fails or delays a run by more than some seconds. The address is a secret.
 */
import { Config, Duration, Effect, Layer, Option, Redacted, Schedule } from "effect"
import { FetchHttpClient, HttpClient } from "effect/http"
import { complain, formatError } from "../../base/runMain.ts"

interface Ping {
  readonly start: Effect.Effect<void>
  readonly end: (code: number) => Effect.Effect<void>
}

const none: Ping = { start: Effect.void, end: () => Effect.void }

/** Longest time for one ping with its retries. */
export const pingPatience = Duration.seconds(10)

/** Returns the address with `word` at the end of its path. */
const addressOf = (url: URL, word: string): string => {
  const address = new URL(url)
  address.pathname = `${url.pathname.replace(/\/$/, "")}/${word}`
  return address.href
}

/** Client of pings: sends no trace headers, and follows no redirect to another host. */
export const pingClient = FetchHttpClient.layer.pipe(
  Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" })),
)

/** Returns the pings; none if no address is set, or if it is invalid. */
export const makePing = Effect.fn("makePing")(function* (quiet: boolean) {
  const note = (text: string) => quiet ? Effect.void : complain(formatError(text))
  const given = yield* Effect.orElseSucceed(
    Config.option(Config.Redacted("PACELINE_PING_URL")),
    Option.none,
  )
  const text = Option.match(given, { onNone: () => "", onSome: Redacted.value }).trim()
  if (text === "") return none
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    yield* note("Cannot ping: PACELINE_PING_URL is no web address. The run continues without pings")
    return none
  }
  const client = yield* HttpClient.HttpClient
  const send = (word: string) =>
    client.get(addressOf(url, word)).pipe(
      Effect.flatMap(({ status }) =>
        status < 300 ? Effect.void : Effect.fail(`it responded with ${status}`)
      ),
      // The error of the client names the address.
      Effect.mapError((error) => typeof error === "string" ? error : "it cannot be reached"),
      Effect.retry({ schedule: Schedule.spaced("1 second"), times: 2 }),
      Effect.timeoutOrElse({
        duration: pingPatience,
        orElse: () => Effect.fail(`no response within ${Duration.toSeconds(pingPatience)} s`),
      }),
      Effect.catch((cause) => note(`Cannot ping ${url.host}: ${cause}. The run is not affected`)),
      Effect.provideService(HttpClient.TracerPropagationEnabled, false),
    )
  return { start: send("start"), end: (code) => send(String(code)) } satisfies Ping
})
