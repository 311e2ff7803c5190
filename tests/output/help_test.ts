/** Help texts of every command: 80 columns, and every flag in a group with a text. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { pacelineCommand } from "../../pipeline/commands/paceline.ts"
import { command } from "../commands/driver/inProcess.ts"
import { live } from "../testing.ts"

const names = pacelineCommand.subcommands.flatMap(({ commands }) =>
  commands.map(({ name }) => name)
)

live(
  "help has at most 80 columns, a text for each flag, and global flags last",
  () =>
    Effect.gen(function* () {
      for (const words of [[], ...names.map((name) => [name])]) {
        const { code, stdout } = yield* command([...words, "--help"])
        assert.equal(code, 0, words.join())
        const lines = stdout.trimEnd().split("\n")
        assert.deepEqual(lines.filter((line) => line.length > 80), [], words.join())
        assert.deepEqual(
          lines.filter((line) => /^ {2}--\S+( \S+)*$/.test(line) && line.length < 26),
          [],
        )
        assert.match(lines.at(-1) ?? "", /^ {2}--help {2}--version/)
      }
    }),
)

live(
  "flags of a run are in groups, with their choices; usage and examples come first",
  () =>
    Effect.gen(function* () {
      const { stdout } = yield* command(["pipeline", "--help"])
      const headings = stdout.split("\n").filter((line) => /^[A-Z]/.test(line)).slice(1)
      assert.deepEqual(headings, [
        "USAGE",
        "EXAMPLES",
        "GENERAL",
        "WHAT TO FETCH",
        "WHERE TO WRITE",
        "RATE LIMIT AND TIME",
        "SYNCHRONIZATION",
        "MAINTENANCE",
        "GLOBAL",
      ])
      assert.match(stdout, /^ {2}--on-limit wait\|stop {4}At a rate limit/m)
      assert.match(stdout, /^ {2}--only STAGE .*\n {26}\(auth, athlete, /m)
      assert.match(stdout, /^ {2}--sink json\|csv\|postgres\n {26}Write to this sink/m)
    }),
)

live(
  "wrong flags are named on stderr, with the usage, within 80 columns",
  () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* command([
        "pipeline",
        ...["--sinks", "json", "--since", "yesterday", "--only", "stream"],
      ])
      assert.equal(code, 64)
      assert.equal(stdout, "")
      assert.match(stderr, /Unknown flag: --sinks \(did you mean --sink\?\)\./)
      assert.match(
        stderr,
        /Usage: deno task pipeline \[flags\]\nHelp: {2}deno task pipeline --help\n/,
      )
      assert.deepEqual(stderr.split("\n").filter((line) => line.length > 80), [])
    }),
)
