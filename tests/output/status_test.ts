/** `status` prints one line without a problem; otherwise the problems and their fixes. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { command, commandFolder } from "../commands/driver/inProcess.ts"
import { simulatedServer, small } from "../commands/driver/program.ts"
import { live } from "../testing.ts"

const narrow = (text: string, data: string) =>
  assert.deepEqual(
    text.split("\n").filter((line) => line.length > 80 && !line.includes(data)),
    [],
  )

live(
  "status says in one line that all is stored, or how far it is and how to continue",
  () =>
    Effect.gen(function* () {
      const data = yield* commandFolder
      const env = yield* simulatedServer()
      const status = (...words: ReadonlyArray<string>) =>
        Effect.map(command(["status", "--data", data, ...words], env), ({ stdout }) => stdout)
      const run = ["pipeline", "--data", data, "--sink", "json"]
      yield* command([...run, "--limit", "5"], env)
      assert.equal(
        (yield* status()).replaceAll(/\n +/g, " "),
        `OK: 12 activities, 5 of 12 streams. To continue: deno task pipeline --data ${data}\n`,
      )
      yield* command(run, env)
      assert.match(
        yield* status(),
        /^OK: 12 activities, 12 streams; last run \d{4}-\d\d-\d\d \d\d:\d\d UTC\n$/,
      )
      const everything = yield* status("--verbose")
      assert.match(everything, /\n {2}activities +12 /)
      assert.match(everything, /\n {2}rate limit .*\n[^]*\n {2}next /)
      narrow(everything, data)
      // The words for programs are the same.
      const [short, long] = [yield* status("--json"), yield* status("--json", "--verbose")]
      const facts = (text: string) => Object.keys(JSON.parse(text)).toSorted()
      assert.deepEqual(facts(short), facts(long))
    }).pipe(Effect.provide(small())),
)

live(
  "status names what needs attention, with the command that fixes it",
  () =>
    Effect.gen(function* () {
      const data = yield* commandFolder
      const env = yield* simulatedServer()
      const { fault, revoke, world } = yield* Simulator
      const [id] = world.ids
      yield* fault({
        path: `/activities/${id}/streams`,
        times: 100,
        response: { _tag: "Status", status: 400 },
      })
      yield* command(["pipeline", "--data", data, "--sink", "json"], env)
      const { stdout } = yield* command(["status", "--data", data], env)
      assert.match(stdout, /^Needs attention \(12 activities, 11 streams stored\):\n/)
      assert.match(stdout, /\n {2}1 quarantined\. Retry now:\n.*--retry-quarantined\n/)
      assert.match(stdout, /\nFor the rest: deno task status --data \S+ --verbose\n$/)
      assert.doesNotMatch(stdout, /rate limit|\n {2}next /)
      narrow(stdout, data)

      yield* revoke
      const failed = yield* command(["pipeline", "--data", data, "--sink", "json"], env)
      assert.equal(failed.code, 77)
      const after = yield* command(["status", "--data", data], env)
      assert.match(
        after.stdout.replaceAll(/\n +/g, " "),
        /The last run failed with exit code 77, .* UTC\. To find the cause: deno task doctor --data/,
      )
    }).pipe(Effect.provide(small())),
)
