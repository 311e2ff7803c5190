/** The command `paceline verify`: its output, its exit codes and `--json`. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { command, commandFolder } from "../commands/driver/inProcess.ts"
import { program, simulatedServer, small } from "../commands/driver/program.ts"
import { live } from "../testing.ts"

const files = ["--sink", "json", "--sink", "csv"]

live(
  "verify reports proofs, differences and the next command within 80 columns, with its exit code",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* fs.makeTempDirectoryScoped()
      const nothing = yield* command(["verify", "--data", data])
      assert.equal(nothing.code, 65)
      assert.match(nothing.stderr, /no state file/)

      const env = yield* simulatedServer()
      const first = yield* command(["pipeline", "--data", data, ...files], env)
      assert.equal(first.code, 0, first.stderr)
      const asked = (yield* (yield* Simulator).requests).length
      const verify = (...words: ReadonlyArray<string>) =>
        command(["verify", "--data", data, ...words])

      const intact = yield* verify()
      assert.equal(intact.code, 0, intact.stderr)
      assert.match(intact.stdout, /^.*: verified: 2 sinks match the state file\n$/)
      const whole = yield* verify("--verbose")
      assert.ok(whole.stdout.startsWith(intact.stdout))
      assert.match(whole.stdout, /\n {2}json +activities +12 +12 +12 +· +· +·\n/)
      assert.match(whole.stdout, /\n {2}year +activities/)

      const quiet = yield* verify("--quiet", "--full")
      assert.deepEqual([quiet.code, quiet.stdout, quiet.stderr], [0, "", ""])

      const [name = ""] = yield* fs.readDirectory(`${data}/csv/streams`)
      yield* fs.remove(`${data}/csv/streams/${name}`)
      const id = name.replace(".csv", "")
      const different = yield* verify()
      assert.equal(different.code, 2)
      assert.match(different.stdout, new RegExp(`1 difference:\\n    csv streams ${id}: missing\n`))
      assert.match(different.stdout, /next {2}deno task verify --data \S+ --repair {3}\(repairs/)
      const [title, ...lines] = different.stdout.split("\n")
      assert.match(title ?? "", /: 1 difference$/)
      assert.doesNotMatch(different.stdout, /\n {2}(json|year) /)
      for (const line of lines.filter((line) => !line.includes(data))) {
        assert.ok(line.length <= 80, line)
      }

      const report = JSON.parse((yield* verify("--json")).stdout)
      assert.deepEqual(report.differences, [
        { sink: "csv", resource: "streams", id, detail: "missing" },
      ])
      assert.equal(report.exit, 2)

      const mended = yield* program(["verify", "--data", data, "--repair"])
      assert.equal(mended.code, 0, mended.stdout)
      assert.match(mended.stdout, /repaired without a request: 1 response delivered again/)
      assert.ok(yield* fs.exists(`${data}/csv/streams/${name}`))
      assert.equal((yield* (yield* Simulator).requests).length, asked)
    }).pipe(Effect.provide(small())),
)

live(
  "items that a sink lacks are filled from the others, even if only that sink is named",
  () =>
    Effect.gen(function* () {
      const data = yield* commandFolder
      const env = yield* simulatedServer()
      yield* command(["pipeline", "--data", data, "--limit", "1", ...files], env)
      yield* command(["pipeline", "--data", data, "--sink", "json"], env)
      const before = yield* command(["status", "--data", data])
      assert.match(
        before.stdout,
        /csv lacks data that another sink has:\n +\d+ streams\n.* 0 requests/,
      )
      for (const line of before.stdout.split("\n").filter((line) => !line.includes(data))) {
        assert.ok(line.length <= 80, line)
      }
      const mended = yield* command(["verify", "--data", data, "--repair", "--sink", "csv"])
      assert.equal(mended.code, 0, mended.stdout)
      assert.match(mended.stdout, /repaired without a request: [1-9]\d* responses delivered again/)
      assert.doesNotMatch((yield* command(["status", "--data", data])).stdout, /lacks/)
    }).pipe(Effect.provide(small())),
)

live(
  "a sink that is enabled alone a year later is filled without a request",
  () =>
    Effect.gen(function* () {
      const data = yield* commandFolder
      const env = yield* simulatedServer()
      yield* command(["pipeline", "--data", data, "--sink", "json"], env)
      const { code, stdout } = yield* command(["pipeline", "--data", data, "--sink", "csv"], env)
      assert.equal(code, 0)
      assert.match(stdout, /csv was filled from other sinks: [^]*[1-9]\d* streams \(0 requests\)/)
      assert.equal((yield* command(["verify", "--data", data])).code, 0)
    }).pipe(Effect.provide(small())),
)

live(
  "a missing state file is reported as lost, not as a folder that was never used",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* commandFolder
      const env = yield* simulatedServer()
      yield* command(["pipeline", "--data", data, "--limit", "1", ...files], env)
      yield* fs.remove(`${data}/state.db`)
      for (const name of ["status", "plan", "verify"]) {
        const ended = yield* command([name, "--data", data])
        assert.equal(ended.code, 65, ended.stdout)
        assert.match(
          ended.stderr,
          /state\.db is missing, although earlier runs used this directory/,
        )
      }
    }).pipe(Effect.provide(small())),
)
