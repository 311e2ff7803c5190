/** The report on a port of this machine: its files only, for its own address only, and up to date. */
import { Effect, Ref, Schema } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import config from "../../deno.json" with { type: "json" }
import { serveReport } from "../../pipeline/commands/report/serve.ts"
import { servedReport } from "../../pipeline/commands/report/ServedReport.ts"
import { live, test } from "../testing.ts"

const encoder = new TextEncoder()
const reportWith = (text: string) => ({
  policy: "default-src 'none'",
  files: [
    { name: "report.html", bytes: encoder.encode(text) },
    { name: "report-2025.html", bytes: encoder.encode("2025") },
  ],
})

/** Sends a request with these headers; `fetch` would not send another host. */
const ask = (port: number, path: string, host: string, method = "GET") =>
  Effect.promise(async () => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port })
    const head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
    await connection.write(encoder.encode(head))
    return await new Response(connection.readable).text()
  })

live(
  "only the files of the report are served, to the server's own address",
  () =>
    Effect.gen(function* () {
      const port = yield* serveReport(0, Effect.succeed(reportWith("<p>all</p>")))
      const own = `127.0.0.1:${port}`
      for (const path of ["/", "/report.html", "/report.html?x"]) {
        const page = yield* ask(port, path, own)
        assert.match(page, /^HTTP\/1\.1 200 /)
        assert.match(
          page,
          /content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n/,
        )
        assert.match(page, /cache-control: no-store\r\n/)
        assert.match(page, /<p>all<\/p>$/)
      }
      assert.match(yield* ask(port, "/report-2025.html", `localhost:${port}`), /\r\n\r\n2025$/)
      assert.match(yield* ask(port, "/report.html", own, "HEAD"), /^HTTP\/1\.1 200 [^]*\r\n\r\n$/)
      for (
        const path of ["/state.db", "/../state.db", "/report-2024.html", "/%2e%2e/tokens.json"]
      ) {
        assert.match(yield* ask(port, path, own), /^HTTP\/1\.1 404 /, path)
      }
      // A page elsewhere can point its own name at 127.0.0.1, but not change the header.
      for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1", `[::1]:${port}`]) {
        const refused = yield* ask(port, "/", host)
        assert.match(refused, /^HTTP\/1\.1 421 /, host)
        assert.doesNotMatch(refused, /<p>all/)
      }
      assert.match(yield* ask(port, "/", own, "POST"), /^HTTP\/1\.1 405 /)
      const taken = yield* Effect.flip(serveReport(port, Effect.succeed(reportWith(""))))
      assert.match(taken.message, /another program uses this port\. Use another port: --port N$/)
    }).pipe(Effect.scoped),
)

class InUse extends Schema.TaggedError<InUse>()("InUse", {}) {
  override get message() {
    return "the database is in use"
  }
}

live(
  "a report that cannot be made is a response, not the end of the server",
  () =>
    Effect.gen(function* () {
      const port = yield* serveReport(0, Effect.fail(new InUse()))
      const answer = yield* ask(port, "/", `127.0.0.1:${port}`)
      assert.match(answer, /^HTTP\/1\.1 503 [^]*the database is in use\n$/)
    }).pipe(Effect.scoped),
)

test("the report is made again after the data has changed, at most every ten seconds", () =>
  Effect.gen(function* () {
    const stamp = yield* Ref.make("one")
    let builds = 0
    let fails = false
    const build = Effect.suspend(() =>
      fails ? Effect.fail("busy" as const) : Effect.succeed(reportWith(String(++builds)))
    )
    const current = yield* servedReport(build, Ref.get(stamp))
    const shown = Effect.map(current, ({ files }) => new TextDecoder().decode(files[0]!.bytes))
    assert.deepEqual(yield* Effect.all([shown, shown], { concurrency: 2 }), ["1", "1"])
    yield* TestClock.adjust("11 seconds")
    assert.equal(yield* shown, "1")
    yield* Ref.set(stamp, "two")
    assert.equal(yield* shown, "2")
    yield* Ref.set(stamp, "three")
    assert.equal(yield* shown, "2")
    yield* TestClock.adjust("11 seconds")
    fails = true
    assert.equal(yield* shown, "2")
    yield* Ref.set(stamp, "four")
    yield* TestClock.adjust("11 seconds")
    assert.equal(yield* shown, "2")
    fails = false
    assert.equal(yield* shown, "2")
    // The data has not changed since the failure.
    yield* TestClock.adjust("11 seconds")
    assert.equal(yield* shown, "3")
  }))

test("the task may listen on this machine only, and has no other network permission", () =>
  Effect.sync(() => {
    assert.equal(config.tasks.serve.command, "deno task --quiet offline:loopback serve")
    const network = config.tasks["offline:loopback"].command.split(" ")
      .filter((word) => /^--allow-(net|run|all)|^-A/.test(word))
    assert.deepEqual(network, ["--allow-net=127.0.0.1"])
  }))
