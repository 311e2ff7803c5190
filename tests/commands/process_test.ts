/** The program as a user sees it: arguments, exit codes, messages, signals. */
import { Cause, Effect, Exit, FileSystem } from "effect"
import assert from "node:assert/strict"
import { lockDataDirectory } from "../../pipeline/state/file/lock.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { live } from "../testing.ts"
import { command } from "./driver/inProcess.ts"
import { interruptProgram, program, simulatedServer, small } from "./driver/program.ts"

const folder = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())
const files = ["--sink", "json", "--sink", "csv"]

live(
  "a first run fetches everything, a second only the list; status and --json agree",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* simulatedServer()
      const first = yield* program(["pipeline", "--data", data, ...files], env)
      assert.equal(first.code, 0, first.stderr)
      assert.match(first.stdout, /activities +12 /)
      assert.ok(!first.stdout.includes("\x1b") && !first.stderr.includes("\x1b"))

      const before = (yield* (yield* Simulator).requests).filter(({ quota }) => quota).length
      const second = yield* command(["pipeline", "--data", data, "--json", ...files], env)
      const summary = JSON.parse(second.stdout)
      const asked = (yield* (yield* Simulator).requests).filter(({ quota }) => quota).slice(before)
      assert.deepEqual([...new Set(asked.map(({ path }) => path))], ["/api/v3/athlete/activities"])
      assert.equal(summary.requests, asked.length)
      assert.ok(summary.requests <= 2, "a quiet run reads the list of the last weeks, and its end")
      assert.ok(summary.resources.activities.known < 12)
      assert.equal(summary.exit, 0)

      const off = yield* command(["details", "--data", data, ...files], env)
      assert.deepEqual([off.code, /details --with details/.test(off.stderr)], [0, true])
      const some = ["details", "--data", data, "--with", "details", "--limit", "5", ...files]
      const on = yield* command(some, env)
      assert.match(on.stdout, /details +5 [^]* 5 of 12 details, the rest fits in this window/)

      const status = yield* program(["status", "--data", data, "--json"])
      const { counts, next } = JSON.parse(status.stdout)
      // Programs read these names.
      assert.deepEqual(Object.keys(counts).sort(), [
        "athletes",
        "drift",
        "incomplete",
        "items",
        "lastRun",
        "quarantined",
        "sinks",
        "sources",
        "unknownSinks",
        "withheld",
      ])
      assert.equal(
        next,
        `deno task pipeline --data ${data}   (continues with details)`,
      )
      assert.ok(
        counts.items.every(({ status }: { readonly status: string }) => status !== "staged"),
      )

      const fs = yield* FileSystem.FileSystem
      assert.deepEqual((yield* fs.readDirectory(data)).toSorted(), [
        "csv",
        "json",
        "state.db",
        "state.db.prev",
        "state.epoch",
        "tokens.json",
      ])
      assert.equal(Number((yield* fs.stat(`${data}/tokens.json`)).mode) & 0o777, 0o600)
    }).pipe(Effect.provide(small())),
)

live(
  "plan sends no request and changes nothing; plan --list fetches the list, so that the next run need not",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* simulatedServer()
      const simulator = yield* Simulator
      const paid = Effect.map(simulator.requests, (all) => all.filter(({ quota }) => quota).length)
      const unknown = yield* program(["plan", "--data", data])
      assert.match(unknown.stdout, /Cannot estimate yet/)
      const guess = yield* command(["plan", "--data", data, "--activities", "300", "--json"])
      assert.equal(JSON.parse(guess.stdout).requests.total, 306)
      assert.equal(JSON.parse(guess.stdout).details.price, 300)
      assert.equal(yield* paid, 0)
      const fs = yield* FileSystem.FileSystem
      assert.deepEqual(yield* fs.readDirectory(data), [])

      const listed = yield* command(["plan", "--data", data, "--list", ...files], env)
      assert.equal(listed.code, 0, listed.stderr)
      assert.equal(yield* paid, 3)
      assert.match(listed.stdout, /, (\d+) requests?, 1 window of 15 minutes:\ndone within/)
      assert.ok(yield* fs.exists(`${data}/json/activities.ndjson`))

      const before = yield* fs.readFile(`${data}/state.db`)
      const plan = yield* command(["plan", "--data", data, "--json"])
      const { requests } = JSON.parse(plan.stdout)
      assert.equal(requests.activities, 0)
      const status = yield* command(["status", "--verbose", "--data", data])
      assert.match(
        status.stdout,
        new RegExp(`remaining +${requests.total} requests?, done within`),
      )
      assert.deepEqual(yield* fs.readFile(`${data}/state.db`), before)
      const run = yield* command(["pipeline", "--data", data, ...files], env)
      assert.equal(run.code, 0, run.stderr)
      assert.equal(yield* paid, 3 + requests.total)
    }).pipe(Effect.provide(small())),
)

live(
  "run and status list quarantined items with their attempts; --retry-quarantined fetches them",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* simulatedServer()
      const simulator = yield* Simulator
      const [broken = 0] = simulator.world.ids.filter((id) =>
        simulator.world.outlines.some((outline) => outline.id === id && !outline.manual)
      )
      const path = `/${broken}/streams`
      yield* simulator.fault({ path, response: { _tag: "Status", status: 403, body: "{}" } })
      const words = ["pipeline", "--data", data, "--sink", "json"]
      const first = yield* command(words, env)
      assert.equal(first.code, 2, first.stderr)
      const line = new RegExp(
        `streams ${broken}: [^(]*\\([^)]*\\)\\s[^(]*\\(1\\s+try;\\s+next:\\s+in\\s+2\\d\\s+h`,
      )
      assert.match(first.stdout, line)
      const status = yield* command(["status", "--data", data])
      assert.match(status.stdout, /1 quarantined\. Retry now:\n.*--retry-quarantined/)
      assert.match(status.stdout, line)
      const json = JSON.parse((yield* command(["status", "--data", data, "--json"])).stdout)
      const [{ id, nextTry, tries }] = json.counts.quarantined
      assert.deepEqual([id, tries, nextTry > Date.now()], [String(broken), 1, true])
      yield* simulator.clearFaults
      const again = yield* command([...words, "--retry-quarantined"], env)
      assert.equal(again.code, 0, again.stderr)
      assert.doesNotMatch(again.stdout, /quarantined\. Retry/)
    }).pipe(Effect.provide(small())),
)

live(
  "--force prints its cost, fetches again, and restores manually deleted files",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* simulatedServer()
      const fs = yield* FileSystem.FileSystem
      yield* command(["pipeline", "--data", data, ...files], env)
      const [streams] = yield* fs.readDirectory(`${data}/json/streams`)
      const lost = `${data}/json/streams/${streams}`
      const text = yield* fs.readFileString(lost)
      yield* fs.remove(lost)
      yield* fs.remove(`${data}/json/activities.ndjson`)
      const words = ["pipeline", "--data", data, "--from", "activities", "--force", ...files]
      const forced = yield* command(words, env)
      assert.equal(forced.code, 0, forced.stderr)
      assert.match(forced.stderr, /--force fetches existing data again: about \d+ requests/)
      assert.equal(yield* fs.readFileString(lost), text)
      const list = yield* fs.readFileString(`${data}/json/activities.ndjson`)
      assert.equal(list.trim().split("\n").length, 12)
    }).pipe(Effect.provide(small())),
)

live(
  "a run prints what a sink lost, and the cost of fetching it again",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const fs = yield* FileSystem.FileSystem
      const env = yield* simulatedServer()
      yield* command(["pipeline", "--data", data, ...files], env)
      yield* fs.remove(`${data}/json/streams`, { recursive: true })
      const { code, stderr } = yield* command(["pipeline", "--data", data, ...files], env)
      assert.equal(code, 0, stderr)
      assert.match(stderr, /json in \S+ holds 0 of \d+ streams: it was emptied/)
      assert.match(stderr, /fetched again, for \d+ requests/)
    }).pipe(Effect.provide(small())),
)

live(
  "at the rate limit, a run without a terminal ends with 75, or with 0 if --partial-ok is set",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* simulatedServer()
      const stopped = yield* command(["pipeline", "--data", data, ...files], env)
      assert.equal(stopped.code, 75)
      assert.match(
        stopped.stderr,
        /limit reached: 5 of 5 read requests.*\n\nNext: run the same command again after \d{4}-\S+Z\n$/s,
      )
      const partial = yield* command(["pipeline", "--data", data, "--partial-ok", ...files], env)
      assert.equal(partial.code, 0)
      const refused = (yield* (yield* Simulator).requests).filter(({ refused }) => refused)
      assert.equal(refused.length, 0)

      // `--partial-ok` also applies if another run holds the lock.
      const beside = (...words: ReadonlyArray<string>) =>
        Effect.scoped(
          Effect.andThen(
            lockDataDirectory(data),
            command(["pipeline", "--data", data, ...words, ...files], env),
          ),
        )
      const busy = yield* beside()
      assert.deepEqual([busy.code, /Another run is using/.test(busy.stderr)], [75, true])
      const accepted = yield* beside("--partial-ok")
      assert.deepEqual([accepted.code, /Another run is using/.test(accepted.stderr)], [0, true])
      const quiet = yield* beside("--partial-ok", "--quiet")
      assert.deepEqual([quiet.code, quiet.stderr], [0, ""])
    }).pipe(Effect.provide(small({ limits: { read: { short: 5, day: 1_000 } } }))),
)

live("each kind of error has its exit code and names the fix", () =>
  Effect.gen(function* () {
    const data = yield* folder
    const env = yield* simulatedServer()
    const simulator = yield* Simulator
    const run = (changed: Readonly<Record<string, string>>, ...words: ReadonlyArray<string>) =>
      command(["pipeline", "--data", data, "--sink", "json", ...words], { ...env, ...changed })

    const usage = yield* run({}, "--sink", "avro")
    assert.equal(usage.code, 64)
    assert.equal((yield* run({}, "--since", "2026-02-30")).code, 64)
    const unset = yield* run({ STRAVA_CLIENT_ID: "" })
    assert.deepEqual([unset.code, /STRAVA_CLIENT_ID is not set/.test(unset.stderr)], [78, true])
    const elsewhere = yield* run({ STRAVA_API_URL: "http://example.com/api" })
    assert.deepEqual([elsewhere.code, /https address/.test(elsewhere.stderr)], [78, true])
    const refused = yield* run({ STRAVA_REFRESH_TOKEN: "canary-refresh-token" })
    // The message must name the directory of this run instead of the default one.
    assert.equal(refused.code, 77)
    assert.ok(
      refused.stderr.includes(`Sign in again: deno task auth --data ${data}`),
      refused.stderr,
    )
    assert.ok(!(refused.stderr + refused.stdout).includes("canary"))
    const nothing = yield* run({}, "--only", "streams")
    assert.equal(nothing.code, 65)
    assert.ok(nothing.stderr.includes(`deno task athlete --data ${data}`), nothing.stderr)
    yield* simulator.fault({
      path: "/api/v3/athlete",
      response: {
        _tag: "Status",
        status: 403,
        body:
          `{"message":"Forbidden","errors":[{"resource":"Application","field":"Status","code":"Inactive"}]}`,
      },
    })
    const inactive = yield* run({})
    assert.deepEqual([inactive.code, /subscription/.test(inactive.stderr)], [77, true])
  }).pipe(Effect.provide(small())))

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  live(
    `${signal} ends a run with ${code}; the fetched data is kept, and the next run completes it`,
    () =>
      Effect.gen(function* () {
        const data = yield* folder
        const env = yield* simulatedServer()
        const simulator = yield* Simulator
        const streams = Effect.map(
          simulator.requests,
          (all) => all.filter(({ path }) => path.endsWith("/streams")).length,
        )
        const enough = Effect.gen(function* () {
          while ((yield* streams) < 5) yield* Effect.sleep("20 millis")
        })
        const words = ["pipeline", "--data", data, "--concurrency", "2", ...files]
        const ended = yield* interruptProgram(words, env, signal, enough)
        assert.equal(ended.code, code, ended.stderr)
        assert.match(ended.stderr, /Stopped\. Stored: 40 activities/)
        const rerun = yield* command(words, env)
        assert.equal(rerun.code, 0, rerun.stderr)
        const paid = (yield* simulator.requests).filter(({ path }) => path.endsWith("/streams"))
        assert.equal(new Set(paid.map(({ path }) => path)).size, paid.length)
      }).pipe(Effect.provide(small({ activities: 40, latency: "100 millis" }))),
  )
}

live(
  "a test that waits for a program that has ended fails with its output",
  () =>
    Effect.gen(function* () {
      const words = ["plan", "--nonsense"]
      const exit = yield* Effect.exit(interruptProgram(words, {}, "SIGINT", Effect.never))
      assert.match(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", /ended with 64.*nonsense/s)
    }),
)

live(
  "sql queries the database in the data directory, and can only read",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* simulatedServer()
      const run = yield* command(["pipeline", "--data", data, "--sink", "postgres"], env)
      assert.equal(run.code, 0, run.stderr)
      const count = "select count(*) as n from strava.activities"
      const table = yield* program(["sql", count, "--data", data])
      assert.match(table.stdout, /shape: \(1, 1\)[^]*│ +12 │/)
      const json = yield* command(["sql", count, "--data", data, "--json"])
      assert.deepEqual(JSON.parse(json.stdout), [{ n: 12 }])
      const change = yield* command(["sql", "delete from strava.activities", "--data", data])
      assert.equal(change.code, 64)
      const typo = yield* program(["sql", "select nme\nfrom strava.activities", "--data", data])
      assert.equal(typo.code, 64)
      assert.match(typo.stderr, /^ {2}select nme\n {9}\^\n[^]*\(did you mean name\?\)/)
      const tables = yield* program(["sql", "--tables", "--data", data])
      assert.match(tables.stdout, /│ strava\.activities +┆ +12 ┆ One row per activity\./)
      const columns = yield* program(["sql", "--tables", "v_weekly", "--data", data])
      assert.match(columns.stdout, /│ distance_km +┆ float8 ┆ distance, kilometers +│/)
      const nowhere = yield* command(["sql", count, "--data", `${data}/none`])
      assert.deepEqual([nowhere.code, /No database/.test(nowhere.stderr)], [78, true])
    }).pipe(Effect.provide(small())),
)
