/** A server on this machine for the browser that Strava sends back; it answers nothing else. */
import { Deferred, Effect, FiberSet, Queue, Schema, type Scope } from "effect"
import { htmlOf, notFound, type SignInPage } from "./page.ts"
import { taskLine } from "../../output/kit/line.ts"

/** A browser that has come back and waits for a page. */
interface Visit {
  readonly query: URLSearchParams
  /** Shows the page; succeeds when the response has been handed to the server. */
  readonly show: (page: SignInPage) => Effect.Effect<void>
}

export interface Listening {
  /** Address to which Strava redirects the browser. Strava allows this host to every application. */
  readonly redirectUri: string
  readonly visits: Queue.Dequeue<Visit>
}

/** The server cannot listen on any port. */
class CannotListen extends Schema.TaggedError<CannotListen>()("CannotListen", {
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot wait for the browser on 127.0.0.1: ${this.detail}`
  }
}

const path = "/callback"

const stopped: SignInPage = {
  status: 503,
  title: "This sign-in has ended",
  text: [`Paceline was stopped. Go back to the terminal and start again: \`${taskLine("auth")}\``],
}

/** Listens on any free port of 127.0.0.1 while the scope is open. */
export const listen: Effect.Effect<Listening, CannotListen, Scope.Scope> = Effect.gen(function* () {
  const visits = yield* Queue.unbounded<Visit>()
  const answer = Effect.fnUntraced(function* (query: URLSearchParams) {
    const page = yield* Deferred.make<SignInPage>()
    const sent = yield* Deferred.make<void>()
    const show = (shown: SignInPage) =>
      Effect.andThen(Deferred.succeed(page, shown), Deferred.await(sent))
    yield* Queue.offer(visits, { query, show })
    return yield* Deferred.await(page).pipe(
      Effect.map(htmlOf),
      Effect.ensuring(Deferred.succeed(sent, undefined)),
    )
  })
  const waiting = yield* FiberSet.make<Response>()
  const run = yield* FiberSet.runtimePromise(waiting)<never>()
  const server = yield* Effect.acquireRelease(
    Effect.try({
      try: () =>
        Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
          // The host comes from the client, so the address might be invalid.
          const url = URL.parse(request.url)
          return request.method === "GET" && url?.pathname === path
            ? run(answer(url.searchParams)).catch(() => htmlOf(stopped))
            : notFound()
        }),
      catch: (cause) =>
        new CannotListen({ detail: cause instanceof Error ? cause.message : String(cause) }),
    }),
    (server) =>
      FiberSet.clear(waiting).pipe(
        Effect.andThen(Effect.ignore(Effect.tryPromise(() => server.shutdown()))),
        Effect.timeoutOption("2 seconds"),
      ),
  )
  return { redirectUri: `http://127.0.0.1:${server.addr.port}${path}`, visits }
})
