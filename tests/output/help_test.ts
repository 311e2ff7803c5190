/** Help texts of every command: 80 columns, and every flag in a group with a text. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { pacelineCommand } from "../../pipeline/commands/paceline.ts"
import { command } from "../commands/driver/inProcess.ts"
import { live } from "../testing.ts"

/** Words of every command, also of those that belong to another one. */
const names = pacelineCommand.subcommands.flatMap(({ commands }) => commands)
  .flatMap(({ name, subcommands }) => [
    [name],
    ...subcommands.flatMap(({ commands }) => commands.map((nested) => [name, nested.name])),
  ])

live(
  "help has at most 80 columns, examples first, a text for each flag, and global flags last",
  () =>
    Effect.gen(function* () {
      for (const words of [[], ...names]) {
        const { code, stdout } = yield* command([...words, "--help"])
        assert.equal(code, 0, words.join())
        const lines = stdout.trimEnd().split("\n")
        assert.deepEqual(lines.filter((line) => line.length > 80), [], words.join())
        assert.deepEqual(
          lines.slice(0, lines.indexOf("GLOBAL")).filter((line) =>
            /^ {2}--\S+( \S+)*$/.test(line) && line.length < 26
          ),
          [],
        )
        assert.match(lines[lines.indexOf("GLOBAL") + 1] ?? "", /^ {2}--help {2}--version/)
        const headings = lines.filter((line) => /^[A-Z ]+$/.test(line))
        assert.deepEqual(headings.slice(0, 2), ["EXAMPLES", "USAGE"], words.join())
        assert.equal(headings.at(-1), "GLOBAL", words.join())
      }
    }),
)

live(
  "flags of a run are in groups, common ones first, with their choices",
  () =>
    Effect.gen(function* () {
      const { stdout } = yield* command(["pipeline", "--help"])
      const headings = stdout.split("\n").filter((line) => /^[A-Z]/.test(line)).slice(1)
      assert.deepEqual(headings, [
        "EXAMPLES",
        "USAGE",
        "COMMON",
        "WHAT TO FETCH",
        "WHERE TO WRITE",
        "RATE LIMIT AND TIME",
        "SYNCHRONIZATION",
        "MAINTENANCE",
        "UNATTENDED",
        "GLOBAL",
      ])
      const common = /COMMON\n([^]*?)\n\n/.exec(stdout)?.[1]?.match(/(?<=^ {2}--)\S+/gm)
      assert.deepEqual(common, ["data", "sink", "since", "with", "on-limit", "json", "quiet"])
      assert.match(stdout, /^ {2}--on-limit wait\|stop {4}At a rate limit/m)
      assert.match(stdout, /^ {2}--only STAGE .*\n {26}\(auth, athlete, /m)
      assert.match(stdout, /^ {2}--sink json\|csv\|postgres\|parquet\n {26}Write to this sink/m)
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

/** Command lines with a mistyped word, and the words that are suggested. */
const typos: ReadonlyArray<readonly [line: string, suggested: string | undefined]> = [
  // Commands.
  ["statsu", "status or stats"],
  ["piepline", "pipeline"],
  ["Status", "status"],
  ["activites", "activities"],
  ["help", "--help"],
  ["verison", "--version"],
  ["nothing-like-it", undefined],
  // Flags.
  ["--verison", "--version"],
  ["pipeline --sinks json", "--sink"],
  ["pipeline --onlimit stop", "--on-limit"],
  ["pipeline --onLimit stop", "--on-limit"],
  ["pipeline --quite", "--quiet"],
  ["pipeline --retry", "--retry-quarantined"],
  ["status --jsom", "--json"],
  ["verify --repiar", "--repair"],
  ["purge --olderthan 7d", "--older-than"],
  ["show weekly --csw", "--csv"],
  ["streams --zzz", undefined],
  // Stages.
  ["pipeline --only stream", "streams"],
  ["pipeline --from detials", "details"],
  ["plan --only activitys", "activities"],
  // Other enumerations.
  ["pipeline --on-limit wiat", "wait"],
  ["pipeline --sink jsn", "json"],
  ["import x.zip --sink postgre", "postgres"],
  ["pipeline --with detail", "details"],
  ["pipeline --without zone,stat", "zones"],
  ["pipeline --prefer exprot", "export"],
  ["show activites", "activities"],
  ["keep sav", "save"],
  ["simulator --language dee", "de"],
  ["status --log-level inof", "info"],
  ["status --completions zhs", "zsh"],
  ["pipeline --on-limit never", undefined],
]

live(
  "a mistyped command, flag, stage or value names the similar ones",
  () =>
    Effect.gen(function* () {
      for (const [line, suggested] of typos) {
        const { code, stderr, stdout } = yield* command(line.split(" "))
        assert.equal(code, 64, line)
        assert.equal(stdout, "", line)
        assert.equal(/\(did you mean (.*?)\?\)/.exec(stderr)?.[1], suggested, line)
      }
    }),
)
