/** Pings of a run, and the program that is started after a failure. */
import { ConfigProvider, Effect, Exit, Fiber, FileSystem, Layer, Option } from "effect"
import { FetchHttpClient, HttpClient, HttpClientError, HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { variables } from "../../pipeline/base/variables.ts"
import { Stderr } from "../../pipeline/base/runMain.ts"
import {
  failureCommand,
  failureVariables,
} from "../../pipeline/commands/unattended/failureCommand.ts"
import { makePing } from "../../pipeline/commands/unattended/ping.ts"
import { supervised } from "../../pipeline/commands/unattended/supervise.ts"
import { command, commandFolder } from "../commands/driver/inProcess.ts"
import { simulatedServer, small } from "../commands/driver/program.ts"
import { live, test } from "../testing.ts"

const secret = "https://ping.example/0f3a-secret"

/** Runs `body` with an HTTP client that answers with `respond`, and returns what is printed and requested. */
const pinging = Effect.fnUntraced(function* (
  url: string,
  respond: (path: string) => number | "unreachable" | "never",
  body: (ping: Effect.Success<ReturnType<typeof makePing>>) => Effect.Effect<void>,
) {
  const requested: Array<string> = []
  let printed = ""
  const client = HttpClient.make((request, url) =>
    Effect.gen(function* () {
      requested.push(url.href)
      assert.deepEqual([request.method, request.headers["traceparent"]], ["GET", undefined])
      const answer = respond(url.pathname)
      if (answer === "never") return yield* Effect.never
      if (answer === "unreachable") {
        const reason = new HttpClientError.TransportError({ request, description: url.href })
        return yield* new HttpClientError.HttpClientError({ reason })
      }
      return HttpClientResponse.fromWeb(request, new Response(null, { status: answer }))
    })
  )
  yield* Effect.flatMap(makePing(false), body).pipe(
    Effect.provide(Layer.merge(
      Layer.succeed(HttpClient.HttpClient, client),
      ConfigProvider.layer(ConfigProvider.fromEnv({ env: { PACELINE_PING_URL: url } })),
    )),
    Effect.provideService(Stderr, (text) => void (printed += text)),
  )
  return { requested, printed }
})

test("the start and the exit code are pinged, also at an address with a query", () =>
  Effect.gen(function* () {
    const both = yield* pinging(
      `${secret}/?create=1`,
      () => 200,
      ({ end, start }) => Effect.andThen(start, end(75)),
    )
    assert.deepEqual(both.requested, [`${secret}/start?create=1`, `${secret}/75?create=1`])
    assert.equal(both.printed, "")
    const none = yield* pinging("", () => 200, ({ end, start }) => Effect.andThen(start, end(0)))
    assert.deepEqual(none.requested, [])
  }))

test("a ping that fails is tried three times and never shows the address", () =>
  Effect.gen(function* () {
    for (const answer of [500, 404, 301, "unreachable"] as const) {
      const failed = yield* pinging(secret, () => answer, ({ end }) =>
        Effect.gen(function* () {
          const ending = yield* Effect.forkChild(end(0))
          yield* TestClock.adjust("1 second")
          yield* TestClock.adjust("1 second")
          yield* Fiber.join(ending)
        }))
      assert.equal(failed.requested.length, 3)
      assert.match(
        failed.printed.replaceAll(/\s+/g, " "),
        /Cannot ping ping\.example: .* not affected/,
      )
      assert.doesNotMatch(failed.printed, /0f3a/)
    }
  }))

test("a host that does not respond delays the end by ten seconds, even if the run is interrupted", () =>
  Effect.gen(function* () {
    const hung = yield* pinging(secret, () => "never", ({ end }) =>
      Effect.gen(function* () {
        const ending = yield* Effect.forkChild(Effect.uninterruptible(end(143)))
        yield* TestClock.adjust("9 seconds")
        assert.equal(ending.pollUnsafe(), undefined)
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(ending)
      }))
    assert.match(hung.printed, /no response within 10 s/)
    const invalid = yield* pinging("ftp://x/secret", () => 200, ({ end }) => end(0))
    assert.match(invalid.printed, /is no web address/)
    assert.doesNotMatch(invalid.printed, /secret/)
  }))

test("a host that does not respond to both pings of a short run delays its end once", () =>
  Effect.gen(function* () {
    const run = supervised(Effect.void, {
      metricsFile: Option.none(),
      onFailure: Option.none(),
      quiet: true,
    })
    const ending = yield* Effect.forkChild(run.pipe(
      Effect.provideService(FetchHttpClient.Fetch, () => new Promise<Response>(() => {})),
      Effect.provide(
        ConfigProvider.layer(ConfigProvider.fromEnv({ env: { PACELINE_PING_URL: secret } })),
      ),
    ))
    yield* TestClock.adjust("9 seconds")
    assert.equal(ending.pollUnsafe(), undefined)
    yield* TestClock.adjust("1 second")
    yield* Fiber.join(ending)
  }))

test("the program receives the exit code, the message and the summary, and no secret", () =>
  Effect.sync(() => {
    const given = failureVariables({ code: 75, message: "Stopped", summary: { requests: 3 } })
    assert.deepEqual(
      [given.RUN_EXIT_CODE, given.RUN_MESSAGE, given.RUN_SUMMARY],
      ["75", "Stopped", '{"requests":3}'],
    )
    const known = given as Record<string, string>
    const secrets = Object.keys(variables)
      .filter((name) => /SECRET|CODE|TOKEN|PING_URL|DATABASE_URL/.test(name))
    assert.equal(secrets.length, 9)
    for (const name of secrets) assert.equal(known[name], "", name)
    const long = { text: "x".repeat(200_000) }
    assert.equal(failureVariables({ code: 1, message: "", summary: long }).RUN_SUMMARY, "")
  }))

/** Writes a program that records its variables in the file `seen`. */
const recorder = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const program = `${folder}/notify`
  yield* fs.writeFileString(
    program,
    `#!/bin/sh\nprintf '%s|%s|%s' "$RUN_EXIT_CODE" "$RUN_MESSAGE" "$RUN_SUMMARY" > ${folder}/seen\n`,
  )
  yield* fs.chmod(program, 0o755)
  return program
})

/** Serves any path with 200, and records the paths. */
const check = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => {
      const paths: Array<string> = []
      const handler = (request: Request) => {
        paths.push(new URL(request.url).pathname)
        return new Response("OK")
      }
      const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler)
      return { server, paths }
    }),
    ({ server }) => Effect.promise(() => server.shutdown()),
  ),
  ({ paths, server }) => ({ paths, PACELINE_PING_URL: `http://127.0.0.1:${server.addr.port}/x` }),
)

live(
  "a run pings its start and its end; only a failed one starts the program",
  () =>
    Effect.gen(function* () {
      if (Deno.build.os === "windows") return
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const notify = yield* recorder(folder)
      const data = yield* commandFolder
      const { PACELINE_PING_URL, paths } = yield* check
      const env = { ...(yield* simulatedServer()), PACELINE_PING_URL }
      const words = ["pipeline", "--data", data, "--sink", "json", "--on-failure", notify]
      const complete = yield* command([...words, "--limit", "1"], env)
      assert.equal(complete.code, 0, complete.stderr)
      assert.deepEqual(paths.splice(0), ["/x/start", "/x/0"])
      assert.equal(yield* fs.exists(`${folder}/seen`), false)

      const failed = yield* command(words, { PACELINE_PING_URL })
      assert.equal(failed.code, 78)
      assert.deepEqual(paths, ["/x/start", "/x/78"])
      assert.match(
        yield* fs.readFileString(`${folder}/seen`),
        /^78\|STRAVA_CLIENT_ID is not set.*\|$/,
      )

      const stopped = yield* command([...words, "--deadline", "0s", "--partial-ok"], env)
      assert.equal(stopped.code, 0, stopped.stderr)
    }).pipe(Effect.provide(small())),
)

live(
  "a program that fails or does not exist changes nothing but a line on stderr",
  () =>
    Effect.gen(function* () {
      const data = yield* commandFolder
      for (
        const [program, cause] of [["/nowhere/notify", "not exist"], ["false", "ended with 1"]]
      ) {
        const run = yield* command(["pipeline", "--data", data, "--on-failure", program ?? ""])
        assert.equal(run.code, 78)
        assert.match(run.stderr, new RegExp(`Cannot run ${program} after the failure: .*${cause}`))
      }
    }),
)

live("without permission for the program, the run does not begin", () =>
  Effect.gen(function* () {
    const permissions = Deno.permissions.query
    const refused = yield* Effect.exit(
      Effect.acquireUseRelease(
        Effect.sync(() => {
          Deno.permissions.query = () =>
            Promise.resolve({ state: "denied" } as Deno.PermissionStatus)
        }),
        () => failureCommand(Option.some("/bin/notify")),
        () => Effect.sync(() => Deno.permissions.query = permissions),
      ),
    )
    assert.match(
      Exit.isFailure(refused) ? String(refused.cause) : "",
      /Cannot start \/bin\/notify .*deno task install --allow-run=\/bin\/notify/s,
    )
  }))

live(
  "tools/paceline permits the program of --on-failure, and no other",
  () =>
    Effect.gen(function* () {
      if (Deno.build.os === "windows") return
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      yield* fs.writeFileString(`${folder}/deno`, '#!/bin/sh\nprintf "%s\\n" "$@"\n')
      yield* fs.chmod(`${folder}/deno`, 0o755)
      const flagsOf = (...words: ReadonlyArray<string>) =>
        Effect.promise(async () => {
          const { stdout } = await new Deno.Command("tools/paceline", {
            args: [...words],
            cwd: new URL("../..", import.meta.url),
            env: { PATH: `${folder}:${Deno.env.get("PATH")}` },
          }).output()
          return new TextDecoder().decode(stdout).split("\n")
            .filter((word) => word.startsWith("--allow-run"))
        })
      assert.deepEqual(yield* flagsOf("pipeline"), [])
      assert.deepEqual(yield* flagsOf("pipeline", "--on-failure", "/a b/c"), ["--allow-run=/a b/c"])
      assert.deepEqual(yield* flagsOf("watch", "--on-failure=/c", "-q"), ["--allow-run=/c"])
      assert.deepEqual(yield* flagsOf("keep", "save"), ["--allow-run=git"])
    }),
)
