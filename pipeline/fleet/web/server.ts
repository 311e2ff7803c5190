/** The web port of a runner: the webhook, the sign-in of athletes, and health for operators. */
import { Effect, FiberSet, Schema } from "effect"
import { Sharding } from "effect/cluster"
import { PrometheusMetrics } from "effect/observability"
import { SqlClient } from "effect/sql/SqlClient"
import { errorExitCode, exitCodes } from "../../base/exit.ts"
import { endConnect, startConnect } from "./connect.ts"
import { noContent, page } from "./pages.ts"
import { confirmSubscription, receiveEvent, webhookSecrets } from "./webhook.ts"

/** True if the database responds and the runner takes part in the cluster. */
const isReady = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* Effect.timeout(sql`select 1`, "1 second")
  return !(yield* (yield* Sharding.Sharding).isShutdown)
}).pipe(Effect.catchCause(() => Effect.succeed(false)))

const metricsHeaders = { "content-type": "text/plain; version=0.0.4" }

/** Responds to a request; `base` is the public address of the port. */
const respond = Effect.fnUntraced(function* (request: Request, base: string) {
  const url = new URL(request.url)
  const { path } = yield* webhookSecrets
  const { pathname } = url
  if (pathname === path) {
    return request.method === "POST"
      ? yield* receiveEvent(yield* Effect.promise(() => request.text()))
      : yield* confirmSubscription(url)
  }
  if (request.method !== "GET") return noContent(405)
  const [, invite] = /^\/connect\/([\w-]{22})$/.exec(pathname) ?? []
  if (invite !== undefined) return yield* startConnect(invite, base)
  switch (pathname) {
    case "/callback":
      return yield* endConnect(url, request.headers.get("cookie") ?? "")
    case "/livez":
      return page(200, "ok")
    case "/readyz":
      return (yield* isReady) ? page(200, "ready") : page(503, "not ready")
    case "/metrics":
      return new Response(yield* PrometheusMetrics.format({ prefix: "" }), {
        headers: metricsHeaders,
      })
    default:
      return page(404, "There is no such page.")
  }
})

/** Settings of the web port. */
export interface WebSettings {
  /** Address to listen on. */
  readonly host: string
  readonly port: number
  /** Public address of the port, without a slash at its end. */
  readonly base: string
}

/** The port cannot be used. */
class WebPortTaken extends Schema.TaggedError<WebPortTaken>()("WebPortTaken", {
  port: Schema.Int,
  cause: Schema.Defect(),
}) {
  override get message() {
    const reason = this.cause instanceof Error ? this.cause.message : String(this.cause)
    return `Cannot serve the web port ${this.port}: ${reason}. Use another port: --http N`
  }
  override readonly [errorExitCode] = exitCodes.usage
}

/** Serves the web port while the scope is open; returns the port. */
export const serveWeb = Effect.fn("fleet.serveWeb")(function* ({ base, host, port }: WebSettings) {
  const requests = yield* FiberSet.make<Response>()
  const run = yield* FiberSet.runtimePromise(requests)<
    Effect.Services<ReturnType<typeof respond>>
  >()
  const answer = (request: Request) =>
    respond(request, base).pipe(
      Effect.catchCause((cause) =>
        Effect.as(
          Effect.logError("a request failed", cause),
          page(503, "This failed for a reason that the operator can see. Try again later."),
        )
      ),
    )
  const server = yield* Effect.acquireRelease(
    Effect.try({
      try: () =>
        Deno.serve(
          { hostname: host, port, onListen() {} },
          (request) => run(answer(request)).catch(() => page(503, "The server has stopped.")),
        ),
      catch: (cause) => new WebPortTaken({ port, cause }),
    }),
    (server) =>
      Effect.ignore(Effect.tryPromise(() => server.shutdown())).pipe(
        Effect.timeoutOption("2 seconds"),
      ),
  )
  return server.addr.port
})
