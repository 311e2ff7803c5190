/** Every command explains each exit code except 0 on stderr, also with `--quiet`. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { exitCodes } from "../../pipeline/base/exit.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { live } from "../testing.ts"
import { command, commandFolder } from "./driver/inProcess.ts"
import { simulatedServer, small } from "./driver/program.ts"

interface Failure {
  readonly code: keyof typeof exitCodes
  readonly words: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  /** Pattern of the cause, followed by the fix. */
  readonly says: RegExp
}

const down = { DATABASE_URL: "postgres://user:canary-password@127.0.0.1:1/history" }
const json = ["pipeline", "--quiet", "--sink", "json"]

/** Failures in an empty data directory. */
const failures: ReadonlyArray<Failure> = [
  { code: "usage", words: [...json, "--limit", "0"], says: /--limit/ },
  { code: "data", words: [...json, "--only", "streams"], says: /Run.*deno task athlete/s },
  {
    code: "unavailable",
    words: ["pipeline", "--quiet", "--sink", "postgres"],
    env: down,
    says:
      /postgres sink: .*ECONNREFUSED.*Kept in the state file: \d+ items for it. To deliver, run again: deno task pipeline/,
  },
  {
    code: "unavailable",
    words: ["pipeline", "--json", "--sink", "postgres"],
    env: down,
    says: /postgres sink: .*ECONNREFUSED.* run again: deno task pipeline/,
  },
  {
    code: "unavailable",
    words: ["plan", "--list", "--json", "--sink", "postgres"],
    env: down,
    says: /postgres sink: .*ECONNREFUSED.* run again: deno task pipeline/,
  },
  {
    code: "again",
    words: [...json, "--reserve", "98"],
    says: /limit reached.*To continue, run the same command again/s,
  },
  {
    code: "credentials",
    words: json,
    env: { STRAVA_REFRESH_TOKEN: "canary-refresh-token" },
    says: /deno task auth/,
  },
  { code: "configuration", words: json, env: { STRAVA_CLIENT_ID: "" }, says: /STRAVA_CLIENT_ID/ },
  { code: "configuration", words: ["doctor"], env: { STRAVA_CLIENT_ID: "" }, says: /deno task d/ },
  { code: "configuration", words: ["setup"], says: /terminal.*deno task auth/s },
  { code: "usage", words: ["auth", "--revoke", "--force"], says: /--revoke.*Leave/ },
  { code: "configuration", words: ["auth", "--quiet"], env: { STRAVA_CLIENT_ID: "" }, says: /_ID/ },
  { code: "data", words: ["verify", "--json"], says: /no state file.*deno task pipeline/ },
  { code: "configuration", words: ["sql", "select 1"], says: /No database.*deno task pipeline/ },
]

live(
  "every command explains each exit code except 0 on stderr, also with --quiet",
  () =>
    Effect.forEach(failures, ({ code, env: more, says, words }) =>
      Effect.gen(function* () {
        const env = yield* simulatedServer()
        const data = yield* commandFolder
        const all = { ...env, ...more }
        const { code: exit, stderr } = yield* command([...words, "--data", data], all)
        assert.equal(exit, exitCodes[code], `${words.join(" ")}: ${stderr}`)
        assert.match(stderr, says, words.join(" "))
      }).pipe(Effect.scoped, Effect.provide(small({ activities: 3 }), { local: true })), {
      concurrency: 2,
    }),
)

live(
  "quarantined items, failed writes and differences are reported on stderr with --quiet",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* commandFolder
      const env = yield* simulatedServer()
      const simulator = yield* Simulator
      const run = (...words: ReadonlyArray<string>) =>
        command([...json, "--data", data, ...words], env)
      // Activities entered manually have no streams.
      const [broken] = simulator.world.outlines.filter(({ manual }) => !manual)
      yield* simulator.fault({
        path: `/${broken?.id}/streams`,
        response: { _tag: "Status", status: 403, body: "{}" },
      })
      const some = yield* run()
      assert.equal(some.code, exitCodes.quarantined, some.stderr)
      assert.match(some.stderr, /1 item quarantined.*streams \d+, .*deno task status --data/)
      assert.equal(some.stdout, "")
      yield* simulator.clearFaults
      const complete = yield* run("--retry-quarantined")
      assert.deepEqual(complete, { code: 0, stdout: "", stderr: "" })

      yield* fs.remove(`${data}/json/athlete.json`)
      const differs = yield* command(["verify", "--json", "--data", data], env)
      assert.equal(differs.code, exitCodes.quarantined)
      assert.match(differs.stderr, /\d differences .*deno task verify --data \S+ --repair/)

      yield* fs.makeDirectory(`${data}/csv`)
      yield* fs.writeFileString(`${data}/csv/streams`, "a file where a folder should be")
      const disk = yield* run("--sink", "csv")
      assert.equal(disk.code, exitCodes.disk, disk.stderr)
      assert.match(disk.stderr, /csv sink: .* for it. To deliver, run again: deno task pipeline/)
    }).pipe(Effect.provide(small({ activities: 3 }))),
)
