/** Serves the simulator on a port of this machine, for clients that need a real connection. */
import { Effect, FiberSet, Runtime, Schema, type Scope } from "effect"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { pipeline as streamed, Readable } from "node:stream"
import { createGzip } from "node:zlib"
import type { SimulatedResponse } from "./protocol.ts"
import { Simulator } from "./Simulator.ts"
import { blanks, isBodiless } from "./web.ts"

/** Addresses of the simulator, for `STRAVA_API_URL` and `STRAVA_OAUTH_URL`. */
interface ServerAddresses {
  readonly apiUrl: string
  readonly oauthUrl: string
}

/** Sends a byte each second, then ends the response. */
const drip = (to: ServerResponse, sent: Uint8Array): void => {
  let sentCount = 0
  const timer = setInterval(() => {
    if (sentCount < sent.length) to.write(sent.subarray(sentCount, ++sentCount))
    else to.end()
  }, 1_000)
  to.on("close", () => clearInterval(timer))
}

/** Sends a response. Node's server can break a connection before the headers, `Deno.serve` cannot. */
const send = (to: ServerResponse, { body, headers, status }: SimulatedResponse): void => {
  const breakConnection = () => void to.socket?.destroy()
  if (typeof body === "object" && "_tag" in body) {
    switch (body._tag) {
      case "Reset":
        return breakConnection()
      case "Truncated":
        return void to.writeHead(status, headers).write(
          body.sent,
          () => setTimeout(breakConnection, 5),
        )
      case "Stalled":
        return void to.writeHead(status, headers).write(body.sent)
      case "Dripping":
        to.writeHead(status, headers).flushHeaders()
        return drip(to, body.sent)
      case "Bomb":
        to.writeHead(status, { ...headers, "content-encoding": "gzip" })
        return void streamed(Readable.from(blanks(body.bytes)), createGzip(), to, () => {})
    }
  }
  to.writeHead(status, headers).end(isBodiless(status) ? undefined : body)
}

const textOf = (request: IncomingMessage) =>
  Effect.promise(async () => {
    const chunks: Array<Uint8Array> = []
    for await (const chunk of request) chunks.push(chunk)
    return new TextDecoder().decode(await new Blob(chunks as Array<BlobPart>).arrayBuffer())
  })

const headersOf = ({ headers }: IncomingMessage) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [
      name,
      Array.isArray(values) ? values.join(", ") : values,
    ]),
  )

/** The simulator cannot listen on the port. */
class PortUnavailable extends Schema.TaggedError<PortUnavailable>()("PortUnavailable", {
  port: Schema.Finite,
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot listen on port ${this.port}: ${this.detail}. Use another port: --port N`
  }
  override readonly [Runtime.errorExitCode] = 69
}

const listen = (server: Server, port: number) =>
  Effect.callback<number, PortUnavailable>((resume) => {
    server.once("error", ({ message }) => resume(new PortUnavailable({ port, detail: message })))
    server.listen(port, "127.0.0.1", () => {
      const address = server.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : port))
    })
  })

/** Serves the simulator: see `serveHandler`. */
export const serve = (
  { port }: { readonly port: number },
): Effect.Effect<ServerAddresses, PortUnavailable, Simulator | Scope.Scope> =>
  Effect.flatMap(Simulator, ({ handle }) => serveHandler(handle, port))

/**
 * Listens on 127.0.0.1 (`port` 0: any free port) while the scope is open. A client that disconnects
 * interrupts its response; closing the scope breaks open connections.
 */
export const serveHandler = (
  handle: Simulator["Service"]["handle"],
  port: number,
): Effect.Effect<ServerAddresses, PortUnavailable, Scope.Scope> =>
  Effect.gen(function* () {
    const run = yield* FiberSet.makeRuntime<never>()
    const respond = Effect.fnUntraced(function* (request: IncomingMessage, to: ServerResponse) {
      const response = yield* handle({
        method: request.method ?? "GET",
        url: new URL(request.url ?? "/", "http://127.0.0.1").href,
        headers: headersOf(request),
        body: yield* textOf(request),
      })
      send(to, response)
    })
    const server = createServer((request, to) => {
      // On a reused connection, `fetch` silently retries by itself if it breaks.
      to.shouldKeepAlive = false
      const fiber = run(respond(request, to))
      to.on("close", () => fiber.interruptUnsafe())
    })
    yield* Effect.addFinalizer(() =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
    )
    const base = `http://127.0.0.1:${yield* listen(server, port)}`
    return { apiUrl: `${base}/api/v3`, oauthUrl: `${base}/oauth` }
  })
