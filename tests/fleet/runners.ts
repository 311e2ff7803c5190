/** Runners of a fleet as processes, a simulated club, and athletes who connect in a browser. */
import { ConfigProvider, type Duration, Effect, Layer, Redacted, Schedule, Schema } from "effect"
import { FetchHttpClient } from "effect/http"
import { Club } from "../../pipeline/simulator/Club.ts"
import type { SimulatedRequest } from "../../pipeline/simulator/protocol.ts"
import { serveHandler } from "../../pipeline/simulator/serve.ts"
import { simulatedClientId, simulatedClientSecret } from "../../pipeline/simulator/Tokens.ts"
import { argumentsOf } from "../commands/driver/program.ts"
import { killed } from "../killed.ts"

/** Key that encrypts the tokens in these tests. */
const key = "q3Jm0yQv1K0kq9cI0sS7vXc0dB7b2m1mXl9o5aZ2c3E="

/** Repeats `check` until it succeeds. */
export const eventually = <A, E, R>(check: Effect.Effect<A, E, R>) =>
  Effect.retry(check, Schedule.spaced("100 millis"))

/** Returns a port of this machine that was free a moment ago. */
const freePort = Effect.sync(() => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 })
  return listener.addr.port
})

/** Serves a club; returns its addresses, and the paths of all requests so far. */
export const servedClub = Effect.fnUntraced(function* (_: {
  readonly athletes: number
  readonly activities: number
  /** Time that Strava takes for each response. */
  readonly latency?: Duration.Input
}) {
  const seen: Array<string> = []
  const { handle } = yield* Club
  const recorded = (request: SimulatedRequest) => {
    seen.push(new URL(request.url).pathname)
    return handle(request)
  }
  return { ...yield* serveHandler(recorded, 0), seen }
}, (effect, options) =>
  Effect.provide(
    effect,
    Club.layer({ ...options, samples: 20, limits: "none" }).pipe(
      Layer.provide(FetchHttpClient.layer),
    ),
  ))

/** Variables of a runner. */
export const environmentOf = (
  databaseUrl: Redacted.Redacted,
  { apiUrl, oauthUrl }: { readonly apiUrl: string; readonly oauthUrl: string },
) => ({
  DATABASE_URL: Redacted.value(databaseUrl),
  STRAVA_API_URL: apiUrl,
  STRAVA_OAUTH_URL: oauthUrl,
  STRAVA_CLIENT_ID: simulatedClientId,
  STRAVA_CLIENT_SECRET: simulatedClientSecret,
  PACELINE_TOKEN_KEY: key,
  NO_COLOR: "1",
})

/** The variables of a runner, for its commands in this process. */
export const settingsOf = (env: Readonly<Record<string, string>>) =>
  ConfigProvider.layer(ConfigProvider.fromEnv({ env }))

/** A runner that was killed is not ready. */
class NotReady extends Schema.TaggedError<NotReady>()("NotReady", {}) {}

const isReady = (base: string) =>
  Effect.tryPromise(() => fetch(`${base}/readyz`)).pipe(
    Effect.flatMap((response) =>
      Effect.andThen(
        Effect.promise(() => response.body?.cancel() ?? Promise.resolve()),
        response.ok ? Effect.void : Effect.fail(new NotReady()),
      )
    ),
  )

/** Ports of a runner: one that starts again has the same. */
interface RunnerPorts {
  readonly http: number
  readonly cluster: number
}

const freePorts = Effect.all({ http: freePort, cluster: freePort })

/** Starts a runner while the scope is open; returns its address, and a function that kills it at once. */
export const startRunner = Effect.fnUntraced(function* (
  env: Readonly<Record<string, string>>,
  ports?: RunnerPorts,
) {
  const { cluster, http } = ports ?? (yield* freePorts)
  const words = ["fleet", "serve", "--http", String(http), "--cluster", String(cluster)]
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      new Deno.Command(Deno.execPath(), {
        args: [...argumentsOf(words)],
        env,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn()
    ),
    killed,
  )
  const base = `http://127.0.0.1:${http}`
  yield* eventually(isReady(base))
  return { base, kill: killed(child), ports: { http, cluster } }
})

/** Sends a request without following a redirect; returns where it leads, its cookie, and its text. */
const visit = (url: string, init: RequestInit = {}) =>
  Effect.promise(async () => {
    const response = await fetch(url, { ...init, redirect: "manual" })
    const location = response.headers.get("location")
    return {
      to: location === null ? url : new URL(location, url).href,
      cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "",
      text: await response.text(),
    }
  })

/** Opens an invite as a browser does, and agrees to everything; returns the last page. */
export const connect = Effect.fnUntraced(function* (invite: string) {
  const { cookie, to } = yield* visit(invite)
  const form = yield* visit(to)
  const accept = form.to.replace("/authorize?", "/accept_application?")
  const callback = yield* visit(accept, {
    method: "POST",
    body: new URLSearchParams([["scope", "profile:read_all"], ["scope", "activity:read_all"]]),
  })
  return (yield* visit(callback.to, { headers: { cookie } })).text
})
