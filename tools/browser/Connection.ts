/** The DevTools protocol over a browser's pipe: what is asked, answered and told. */
import { Deferred, Effect, Schema, Stream } from "effect"
import { BrowserError } from "./BrowserError.ts"
import { patience } from "../patience.ts"
import type { Executable } from "./installed.ts"
import { start } from "./process.ts"
import type { BrowserEvent, Method, Params, Result } from "./protocol.ts"

export interface Connection {
  /** Like "Chrome/156.0.8078.108". */
  readonly product: string
  /** Fails if the browser says no, has ended, or is silent for half a minute. */
  readonly send: <M extends Method>(
    method: M,
    params: Params<M>,
    session?: string,
  ) => Effect.Effect<Result<M>, BrowserError>
  /** From now on, what happens in the session, as it comes. */
  readonly listen: (session: string, listener: (event: BrowserEvent) => void) => void
}

const Message = Schema.fromJsonString(Schema.Struct({
  id: Schema.optionalKey(Schema.Int),
  result: Schema.optionalKey(Schema.Unknown),
  error: Schema.optionalKey(Schema.Struct({ message: Schema.String })),
  method: Schema.optionalKey(Schema.String),
  params: Schema.optionalKey(Schema.Unknown),
  sessionId: Schema.optionalKey(Schema.String),
}))
const decode = Schema.decodeEffect(Message)

/** What the browser writes, message by message; each ends with a zero. */
const messages = (output: ReadableStream<Uint8Array>) =>
  Stream.fromReadableStream({
    evaluate: () => output,
    onError: (cause) => new BrowserError({ what: "hear the browser", cause }),
  }).pipe(
    Stream.decodeText,
    Stream.mapAccum(() => "", (rest, chunk) => {
      const parts = chunk.split("\0")
      parts[0] = rest + parts[0]
      return [parts.pop() ?? "", parts] as const
    }),
    Stream.mapEffect((text) => decode(text)),
    Stream.mapError((cause) => new BrowserError({ what: "understand the browser", cause })),
  )

/** A browser of its own for the scope. Fails if it does not answer; its last words are in the error. */
export const connect = Effect.fn("connect")(function* (executable: Executable, sandboxed: boolean) {
  const { child, pipe } = yield* start(executable, sandboxed)
  const waiting = new Map<number, Deferred.Deferred<unknown, BrowserError>>()
  const listeners = new Map<string, (event: BrowserEvent) => void>()
  const ended = yield* Deferred.make<never, BrowserError>()
  let last = 0

  yield* messages(child.stdout).pipe(
    Stream.runForEach(({ error, id, method, params, result, sessionId }) => {
      const asked = id === undefined ? undefined : waiting.get(id)
      if (id !== undefined) waiting.delete(id)
      if (method !== undefined) {
        listeners.get(sessionId ?? "")?.({ method, params } as BrowserEvent)
      }
      if (asked === undefined) return Effect.void
      return error === undefined
        ? Deferred.succeed(asked, result)
        : Deferred.fail(asked, new BrowserError({ what: "do so", cause: error.message }))
    }),
    Effect.andThen(Effect.promise(() => new Response(child.stderr).text())),
    Effect.flatMap((said) =>
      new BrowserError({ what: `go on: ${executable.path} ended`, cause: said })
    ),
    Effect.catch((error) => Deferred.fail(ended, error)),
    Effect.ensuring(
      Deferred.fail(ended, new BrowserError({ what: "go on", cause: "the browser was closed" })),
    ),
    Effect.forkScoped,
  )

  const send = Effect.fn("Connection.send")(
    function* <M extends Method>(method: M, params: Params<M>, session?: string) {
      const id = ++last
      const answer = yield* Deferred.make<unknown, BrowserError>()
      waiting.set(id, answer)
      const message = JSON.stringify({ id, method, params, sessionId: session })
      yield* Effect.tryPromise({
        try: () => pipe.write(new TextEncoder().encode(`${message}\0`)),
        catch: (cause) => new BrowserError({ what: method, cause }),
      }).pipe(Effect.catch(() => Deferred.await(ended)))
      return (yield* Effect.raceFirst(Deferred.await(answer), Deferred.await(ended))) as Result<M>
    },
    (effect, method) =>
      Effect.timeoutOrElse(effect, {
        duration: patience,
        orElse: () => new BrowserError({ what: method, cause: "no answer" }),
      }),
  )

  const { product } = yield* send("Browser.getVersion", {})
  return {
    product,
    send,
    listen: (session: string, listener: (event: BrowserEvent) => void) => {
      listeners.set(session, listener)
    },
  }
})
