/** `paceline serve`: the report on this machine only, made again when the data has changed. */
import { Effect, FiberSet, FileSystem, Option, Path, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { errorExitCode, exitCodes } from "../../base/exit.ts"
import { complain, print } from "../../base/runMain.ts"
import { StoredData } from "../../landed/StoredData.ts"
import { reportFile } from "../../state/file/reports.ts"
import { databaseUrl } from "../flags/databaseUrl.ts"
import { dataFlag } from "../process/flags.ts"
import { measureFlags } from "../process/measures.ts"
import { withoutNetwork } from "../process/withoutNetwork.ts"
import { type Report, servedReport } from "./ServedReport.ts"
import { reportFiles } from "./reportFiles.ts"

/** The port cannot be used. */
class PortNotFree extends Schema.TaggedError<PortNotFree>()("PortNotFree", {
  port: Schema.Int,
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot serve the report on 127.0.0.1:${this.port}: ${this.detail}. ` +
      "Use another port: --port N"
  }
  override readonly [errorExitCode] = exitCodes.usage
}

/** Returns a text that changes with the state file. */
const stampOf = Effect.fnUntraced(function* (data: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const stats = yield* Effect.forEach(
    ["state.db", "state.db-wal"],
    (name) => Effect.option(fs.stat(path.join(data, name))),
  )
  return stats.map(Option.match({
    onNone: () => "",
    onSome: ({ mtime, size }) => `${size} ${Option.getOrUndefined(mtime)?.getTime()}`,
  })).join()
})

const headers = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
}

const plain = (status: number, text: string): Response =>
  new Response(`${text}\n`, {
    status,
    headers: { ...headers, "content-type": "text/plain; charset=utf-8" },
  })

/** Returns the response to a request; undefined if it is one for a file of the report. */
const refusal = ({ headers, method }: Request, port: number): Response | undefined => {
  const host = headers.get("host")
  // Another host means that a page elsewhere has pointed its own name at this machine.
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return plain(421, "Open the address that paceline serve has printed.")
  }
  return method === "GET" || method === "HEAD" ? undefined : plain(405, "Only GET and HEAD.")
}

const nameIn = (request: Request): string => URL.parse(request.url)?.pathname.slice(1) || reportFile

const fileOf = ({ files, policy }: Report, request: Request): Response => {
  const found = files.find(({ name }) => name === nameIn(request))
  if (found === undefined) return plain(404, "There is no such page.")
  return new Response(request.method === "HEAD" ? null : found.bytes.slice(), {
    headers: {
      ...headers,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `${policy}; frame-ancestors 'none'`,
    },
  })
}

/** Serves on 127.0.0.1 while the scope is open; returns the port. */
export const serveReport = Effect.fn("serveReport")(
  function* <E, R>(port: number, current: Effect.Effect<Report, E, R>) {
    const requests = yield* FiberSet.make<Response>()
    const run = yield* FiberSet.runtimePromise(requests)<R>()
    const respond = (request: Request, own: number) =>
      Effect.gen(function* () {
        const refused = refusal(request, own)
        if (refused !== undefined) return refused
        return fileOf(yield* current, request)
      }).pipe(
        Effect.catch((error) =>
          Effect.succeed(plain(503, error instanceof Error ? error.message : String(error)))
        ),
      )
    const server = yield* Effect.acquireRelease(
      Effect.try({
        try: () => {
          const server: Deno.HttpServer<Deno.NetAddr> = Deno.serve(
            { hostname: "127.0.0.1", port, onListen() {} },
            (request) =>
              run(respond(request, server.addr.port))
                .catch(() => plain(503, "The server has stopped.")),
          )
          return server
        },
        catch: (cause) =>
          new PortNotFree({
            port,
            detail: cause instanceof Deno.errors.AddrInUse
              ? "another program uses this port"
              : cause instanceof Error
              ? cause.message
              : String(cause),
          }),
      }),
      (server) =>
        FiberSet.clear(requests).pipe(
          Effect.andThen(Effect.ignore(Effect.tryPromise(() => server.shutdown()))),
          Effect.timeoutOption("2 seconds"),
        ),
    )
    return server.addr.port
  },
)

export const serveCommand = Command.make(
  "serve",
  {
    data: dataFlag,
    port: Flag.Int("port").pipe(
      Flag.withDescription("Port on this machine; 0 for any free one (default 8787)"),
      Flag.withMetavar("N"),
      Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))),
      Flag.withDefault(8_787),
    ),
    maps: Flag.Boolean("maps").pipe(
      Flag.withDescription("Include maps, or --no-maps (default: maps)"),
      Flag.withDefault(true),
    ),
    ...measureFlags,
  },
  Effect.fnUntraced(function* ({ data, maps, port, ...measures }) {
    const settings = { main: reportFile, year: undefined, activity: undefined, maps, measures }
    const url = yield* databaseUrl
    const build = reportFiles(settings).pipe(
      Effect.provide(StoredData.layer({ data, databaseUrl: url }), { local: true }),
      Effect.catchTag("StoredDataError", withoutNetwork("serve", data)),
    )
    const current = yield* servedReport(build, stampOf(data))
    // A mistake in the data directory is reported now, not in the browser.
    yield* current
    const own = yield* serveReport(port, current)
    yield* print(`http://127.0.0.1:${own}/`)
    yield* complain(
      "  The report is served on this machine only, and follows each run. Stop: Ctrl-C",
    )
    return yield* Effect.never
  }, Effect.scoped),
).pipe(
  Command.withDescription("Serve the report on this machine, up to date after each run"),
  Command.withExamples([
    { command: "paceline serve", description: "Open http://127.0.0.1:8787/ then" },
  ]),
)
