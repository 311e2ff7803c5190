/**
 * `doctor` for each problem: its name, its fix, its cost, and the data that doctor leaves
 * unchanged.
 */
import type { SinkRegistry } from "../../sinks/SinkKind.ts"
import { ConfigProvider, Effect, FileSystem, type Layer, type Path, type Scope } from "effect"
import assert from "node:assert/strict"
import { examineSetup } from "../../pipeline/commands/doctor/examine.ts"
import { type Finding, findingsCode } from "../../pipeline/commands/doctor/Finding.ts"
import { renderFindings } from "../../pipeline/commands/doctor/page.ts"
import { fullScope } from "../../pipeline/simulator/Tokens.ts"
import { Simulator, type SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import { openCounters } from "../../pipeline/state/counters.ts"
import { healthOf } from "../../pipeline/state/recovery/health.ts"
import { lockDataDirectory } from "../../pipeline/state/file/lock.ts"
import { fileDigest, readEpochMark } from "../../pipeline/state/file/epochFile.ts"
import { migrations } from "../../pipeline/state/file/migrations.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { canaryIn } from "../../tools/canary.ts"
import { live } from "../testing.ts"
import { command } from "./driver/inProcess.ts"
import { program, simulatedServer, small } from "./driver/program.ts"

type Environment = Readonly<Record<string, string>>

const folder = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())

/** Returns the findings of doctor for `data`. Fails if they contain a secret. */
const look = Effect.fnUntraced(function* (data: string, env: Environment, dotEnv = `${data}/none`) {
  const { findings, requests } = yield* examineSetup(data, dotEnv).pipe(
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(env))),
  )
  assert.ok(canaryIn(new TextEncoder().encode(JSON.stringify(findings))) < 0)
  for (const { check, level, remedy } of findings) {
    assert.equal(level === "warning" || level === "trouble", remedy !== undefined, check)
  }
  const of = (check: string): Finding | undefined => findings.find((one) => one.check === check)
  const bad = findings.filter(({ level }) => level === "trouble" || level === "warning")
  return {
    findings,
    requests,
    of,
    bad: bad.map(({ check }) => check),
    code: findingsCode(findings),
  }
})

/** Number of requests to the API that reached Strava. */
const calls = Effect.map(
  Effect.flatMap(Simulator, ({ requests }) => requests),
  (all) => all.filter(({ path }) => path.startsWith("/api/v3/")).length,
)
const posts = Effect.map(
  Effect.flatMap(Simulator, ({ requests }) => requests),
  (all) => all.filter(({ path }) => path === "/oauth/token").length,
)

type Services =
  | Simulator
  | Scope.Scope
  | FileSystem.FileSystem
  | Path.Path
  | SinkRegistry

/** Defines a test of a user with an application and a sign-in with `scope`. */
const doctor = <E>(
  name: string,
  body: (data: string, env: Environment) => Effect.Effect<unknown, E, Services>,
  { scope = fullScope, ...options }: SimulatorOptions & { readonly scope?: string } = {},
) =>
  live(name, () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* simulatedServer()
      yield* signIn(data, env, scope)
      yield* body(data, env)
    }).pipe(Effect.provide(small(options) as Layer.Layer<Simulator>)))

/** Exchanges the refresh token of the environment for a token pair. */
const refreshed = async (env: Environment): Promise<Record<string, unknown>> => {
  const response = await fetch(`${env["STRAVA_OAUTH_URL"]}/token`, {
    method: "POST",
    body: new URLSearchParams({
      client_id: env["STRAVA_CLIENT_ID"] ?? "",
      client_secret: env["STRAVA_CLIENT_SECRET"] ?? "",
      grant_type: "refresh_token",
      refresh_token: env["STRAVA_REFRESH_TOKEN"] ?? "",
    }),
  })
  return await response.json()
}

/** Writes `tokens.json` as `auth` does. */
const signIn = Effect.fnUntraced(function* (data: string, env: Environment, scope: string) {
  const answer = yield* Effect.promise(() => refreshed(env))
  const { access_token, expires_at, refresh_token } = answer
  const tokens = {
    access_token,
    refresh_token,
    expires_at,
    previous_refresh_token: null,
    seeds: [],
    ...(scope === "" ? {} : { scope }),
  }
  const fs = yield* FileSystem.FileSystem
  yield* fs.writeFileString(`${data}/tokens.json`, JSON.stringify(tokens), { mode: 0o600 })
})

doctor(
  "without problems: nothing to fix, one counted request, and no recorded run",
  (data, env) =>
    Effect.gen(function* () {
      const first = yield* look(data, env)
      assert.deepEqual([first.bad, first.code, first.requests, yield* calls], [[], 0, 1, 1])
      assert.match(first.of("strava")?.says ?? "", /responded in \d+ ms/)
      assert.equal(first.of("application")?.level, "ok")
      assert.match(first.of("scopes")?.says ?? "", /all required permissions/)
      assert.match(first.of("quota")?.says ?? "", /^1 of 100 in 15 minutes, 1 of 1,000 today/)
      const fs = yield* FileSystem.FileSystem
      const names = ["state.db", "tokens.json"]
      assert.deepEqual((yield* fs.readDirectory(data)).toSorted(), names)

      const again = yield* look(data, env)
      assert.match(again.of("quota")?.says ?? "", /^2 of 100 in/)
      assert.equal(again.of("last run")?.level, "unknown")
      const page = renderFindings(again.findings, { colored: false, next: "x", requests: 1 })
      assert.match(page, /No problems found\. Used 1 request/)
      assert.ok(page.split("\n").every((line) => line.length <= 100), page)
    }),
)

doctor(
  "doctor between two runs does not count as a change of the state file",
  (data, env) =>
    Effect.gen(function* () {
      const words = ["athlete", "--data", data, "--sink", "json"]
      assert.equal((yield* command(words, env)).code, 0)
      const before = (yield* look(data, env)).of("quota")?.says
      assert.deepEqual(yield* healthOf(data), {
        version: migrations.length,
        newest: migrations.length,
        doubt: undefined,
      })
      const { mark } = yield* readEpochMark(data)
      assert.equal(mark?.closed, yield* fileDigest(`${data}/state.db`))
      const ended = yield* program(["doctor", "--data", data, "--json"], env)
      const { exit, findings, requests } = JSON.parse(ended.stdout)
      assert.deepEqual([ended.code, exit, requests, findings.length > 8], [0, 0, 1, true])
      assert.notEqual(findings.find(({ check }: Finding) => check === "quota").says, before)
      const run = yield* command(words, env)
      assert.deepEqual([run.code, /changed since the last run/.test(run.stderr)], [0, false])
    }),
)

live(
  "without any setup, it names the missing settings, sends no request and creates no file",
  () =>
    Effect.gen(function* () {
      const parent = yield* folder
      const data = `${parent}/data`
      const { bad, code, findings, of, requests } = yield* look(data, {})
      assert.deepEqual([bad, code, requests], [["configuration"], 78, 0])
      assert.match(of("configuration")?.remedy ?? "", /deno task setup/)
      assert.equal(of("strava")?.level, "unknown")
      assert.ok(
        findings.some(({ check, says }) => check === "folder" && /first run creates it/.test(says)),
      )
      const fs = yield* FileSystem.FileSystem
      assert.deepEqual(yield* fs.readDirectory(parent), [])
    }),
)

live(
  "without a sign-in, the fix is to sign in, or to use the variable if it is set",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const { STRAVA_REFRESH_TOKEN: token = "", ...env } = yield* simulatedServer()
      const none = yield* look(data, env)
      assert.deepEqual([none.bad, none.code], [["sign-in"], 78])
      assert.equal(none.of("sign-in")?.remedy, `deno task auth --data ${data}`)
      const some = yield* look(data, { ...env, STRAVA_REFRESH_TOKEN: token })
      assert.deepEqual([some.bad, some.code], [["sign-in"], 0])
      assert.match(some.of("sign-in")?.says ?? "", /STRAVA_REFRESH_TOKEN can be used/)
      assert.equal(yield* posts, 0)
    }).pipe(Effect.provide(small())),
)

doctor(
  "a disabled application is reported, with the subscription that it lacks",
  (data, env) =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.fault({ path: "/athlete", response: { _tag: "Status", status: 403 } })
      const { bad, code, of, requests } = yield* look(data, env)
      assert.deepEqual([bad, code, requests, yield* calls], [["application"], 77, 1, 1])
      assert.match(of("application")?.says ?? "", /disabled by Strava \(403/)
      assert.match(of("application")?.remedy ?? "", /subscription/)
      assert.equal(of("strava")?.level, "ok")
    }),
)

doctor(
  "withdrawn access is distinguished from a lost token, with one request",
  (data, env) =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.expire
      const lost = yield* look(data, env)
      assert.deepEqual([lost.bad, lost.code, yield* calls, yield* posts], [["sign-in"], 0, 1, 2])
      assert.match(lost.of("sign-in")?.says ?? "", /then issued a new one/)
      assert.deepEqual((yield* look(data, env)).bad, [])

      yield* simulator.revoke
      const withdrawn = yield* look(data, env)
      assert.deepEqual([withdrawn.bad, withdrawn.code], [["sign-in"], 77])
      assert.match(withdrawn.of("sign-in")?.says ?? "", /withdrawn at .*settings\/apps/)
      assert.match(withdrawn.of("sign-in")?.remedy ?? "", /deno task auth/)
      assert.deepEqual([withdrawn.requests, yield* calls], [1, 3])
    }),
)

doctor(
  "permissions that were not granted are reported with the missing data",
  (data, env) =>
    Effect.gen(function* () {
      const { bad, code, of } = yield* look(data, env)
      assert.deepEqual([bad, code], [["scopes"], 0])
      assert.match(of("scopes")?.says ?? "", /^profile:read_all was not granted: .*no zones/)
      assert.match(of("scopes")?.remedy ?? "", /auth --force/)
    }),
  { scope: "read,activity:read_all" },
)

doctor(
  "a token that cannot read activities is found, although its scope is unknown",
  (data, env) =>
    Effect.gen(function* () {
      yield* (yield* Simulator).grant("read")
      yield* (yield* Simulator).fault({
        path: "/athlete/activities",
        response: {
          _tag: "Status",
          status: 401,
          body: JSON.stringify({
            message: "Authorization Error",
            errors: [
              { resource: "AccessToken", field: "activity:read_permission", code: "missing" },
            ],
          }),
        },
      })
      const { bad, code, of, requests } = yield* look(data, env)
      assert.deepEqual([bad, code, requests], [["scopes"], 77, 1])
      assert.match(of("scopes")?.says ?? "", /activity:read_permission/)
    }),
  { scope: "" },
)

for (const minutes of [10, -10]) {
  doctor(
    `a clock that is ${minutes} minutes off is reported`,
    (data, env) =>
      Effect.gen(function* () {
        const { bad, code, of } = yield* look(data, env)
        assert.deepEqual([bad, code], [["clock"], 0])
        const way = minutes > 0 ? "behind" : "ahead of"
        assert.equal(of("clock")?.says, `this machine's clock is 10 minutes ${way} Strava's`)
      }),
    { skew: `${minutes} minutes` },
  )
}

doctor(
  "a damaged or missing state file is reported and not changed, and no request is sent",
  (data, env) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const state = `${data}/state.db`
      yield* Effect.scoped(StateFile.pipe(Effect.provide(StateFile.layer(data, []))))
      const bytes = new Uint8Array(20_000).fill(7)
      yield* fs.writeFile(state, bytes)
      const damaged = yield* look(data, env)
      assert.deepEqual([damaged.bad, damaged.code, damaged.requests], [["state"], 65, 0])
      assert.match(damaged.of("state")?.remedy ?? "", /deno task pipeline/)
      assert.match(
        damaged.of("strava")?.says ?? "",
        /no request sent: the request could not be counted/,
      )
      assert.deepEqual(new Uint8Array(yield* fs.readFile(state)), bytes)

      yield* fs.remove(state)
      const missing = yield* look(data, env)
      assert.deepEqual([missing.bad, missing.code, missing.requests], [["state"], 65, 0])
      assert.match(
        missing.of("state")?.says ?? "",
        /is missing, although earlier runs used this directory/,
      )
      assert.equal(yield* calls, 0)
    }),
)

doctor(
  "a database that is down, or has a wrong name, is reported without its password",
  (data, env) =>
    Effect.gen(function* () {
      const down = "postgres://me:secret-word@127.0.0.1:1/strava"
      const { bad, code, of } = yield* look(data, { ...env, DATABASE_URL: down })
      assert.deepEqual([bad, code], [["database"], 69])
      assert.match(of("database")?.says ?? "", /^postgres:\/\/me@127\.0\.0\.1:1\/strava: /)
      const wrong = yield* look(data, { ...env, DATABASE_URL: "mysql://me:secret-word@host/x" })
      assert.deepEqual([wrong.bad, wrong.code], [["database"], 78])
      assert.ok(!JSON.stringify([wrong.findings, of("database")]).includes("secret-word"))
    }),
)

doctor(
  "no request is sent if the recorded limit is reached; a 429 is a warning only",
  (data, env) =>
    Effect.gen(function* () {
      const last = yield* look(data, env)
      assert.deepEqual([last.requests, last.bad], [1, ["quota"]])
      const { bad, code, of, requests } = yield* look(data, env)
      assert.deepEqual([bad, code, requests, yield* calls], [["quota"], 0, 0, 1])
      assert.match(of("quota")?.says ?? "", /^1 of 1 in 15 minutes/)
      assert.match(of("quota")?.remedy ?? "", /possible again at \d\d:\d\d UTC/)
      assert.match(of("strava")?.says ?? "", /no request is left/)

      const other = yield* folder
      const fs = yield* FileSystem.FileSystem
      yield* fs.writeFile(`${other}/tokens.json`, yield* fs.readFile(`${data}/tokens.json`), {
        mode: 0o600,
      })
      const refused = yield* look(other, env)
      assert.deepEqual([refused.bad, refused.code, refused.requests], [["quota"], 0, 1])
    }),
  { limits: { read: { short: 1, day: 1_000 } } },
)

doctor(
  "next to a run it sends no request and takes no quota from it",
  (data, env) =>
    Effect.scoped(Effect.gen(function* () {
      yield* lockDataDirectory(data)
      const counters = yield* openCounters(data)
      const { code, of, requests } = yield* look(data, env)
      assert.deepEqual([code, requests, yield* calls], [0, 0, 0])
      assert.match(of("last run")?.says ?? "", /active \(process \d+, started /)
      assert.match(of("strava")?.says ?? "", /no request sent: a run is active/)
      yield* counters.saveQuota(() => ({ facts: { still: "mine" }, rows: [] }), { durable: true })
      assert.equal((yield* Effect.flip(Effect.scoped(lockDataDirectory(data)))).reason, "busy")
    })),
)

doctor(
  "if Strava is unreachable or fails, one request is sent",
  (data, env) =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.fault({ path: "/athlete", response: { _tag: "Status", status: 503 } })
      const down = yield* look(data, env)
      assert.deepEqual([down.bad, down.code, yield* calls], [["strava"], 69, 1])
      assert.match(down.of("strava")?.remedy ?? "", /Strava has a problem/)
      yield* simulator.clearFaults
      yield* simulator.fault({ path: "/athlete", response: { _tag: "Reset" } })
      const gone = yield* look(data, env)
      assert.deepEqual([gone.bad, gone.code, gone.requests, yield* calls], [["strava"], 69, 1, 2])
      yield* simulator.clearFaults
      yield* simulator.fault({ path: "/athlete", response: { _tag: "Html" } })
      const page = yield* look(data, env)
      assert.deepEqual([page.bad, page.code], [["strava"], 65])
      const used = (yield* look(data, env)).of("quota")?.says ?? ""
      assert.match(used, /^4 of 100 in/)
    }),
)

doctor(
  "files that others can read, and paths that cannot be written, are reported",
  (data, env) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      yield* fs.writeFileString(`${data}/.env`, "STRAVA_CLIENT_ID=1\n", { mode: 0o644 })
      yield* fs.chmod(`${data}/.env`, 0o644)
      yield* fs.chmod(`${data}/tokens.json`, 0o644)
      yield* fs.chmod(data, 0o755)
      yield* fs.writeFileString(`${data}/csv`, "no folder")
      const open = yield* look(data, env, `${data}/.env`)
      assert.deepEqual(open.bad, [".env", "folder", "sign-in"])
      assert.equal(open.of(".env")?.remedy, "chmod 600 .env")
      assert.match(open.of("folder")?.says ?? "", /csv is not a directory/)
      assert.match(open.of("sign-in")?.says ?? "", /Other users could read .*tokens\.json/)
      yield* fs.remove(`${data}/csv`)
      const closed = yield* look(data, env, `${data}/.env`)
      assert.deepEqual(closed.bad, [".env", "folder"])
      assert.equal(closed.of("folder")?.remedy, `chmod 700 ${data}`)
      assert.equal(closed.code, 0)
    }),
)
