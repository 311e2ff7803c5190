/** The configuration file: a typed flag comes first, then the environment, the file, and the default. */
import { ConfigProvider, Effect, FileSystem } from "effect"
import { Command, Completions } from "effect/cli"
import assert from "node:assert/strict"
import { Stderr } from "../../pipeline/base/runMain.ts"
import { withConfigFile } from "../../pipeline/commands/config/configFile.ts"
import { configKeys, reasonAgainst } from "../../pipeline/commands/config/configKeys.ts"
import { pacelineCommand } from "../../pipeline/commands/paceline.ts"
import { FlagsOfFile, usageErrors } from "../../pipeline/output/usageErrors.ts"
import { read } from "../../tools/files.ts"
import { test } from "../testing.ts"
import { schemaFile, schemaText } from "./schemaFile.ts"

/** Returns the words of a command line with a file of this text. */
const merged = Effect.fnUntraced(function* (
  text: string,
  words: string,
  env: Readonly<Record<string, string>> = {},
) {
  const fs = yield* FileSystem.FileSystem
  const file = `${yield* fs.makeTempDirectoryScoped()}/paceline.jsonc`
  yield* fs.writeFileString(file, text)
  const found = yield* withConfigFile(
    words.split(" "),
    pacelineCommand,
    (name) => ({ PACELINE_CONFIG: file, ...env })[name],
  )
  return found.words.join(" ")
})

const file = `{
  // Comments, and a comma at the end.
  "sink": ["json", "csv"],
  "on-limit": "stop",
  "reserve": 5,
  "partial-ok": true,
  "deadline": "9m",
  "units": "imperial",
  "data": "/srv/data",
}`

test("a typed flag comes first, then the environment, then the file, for each kind of value", () =>
  Effect.gen(function* () {
    assert.equal(
      yield* merged(file, "pipeline --quiet"),
      "pipeline --sink=json --sink=csv --on-limit=stop --reserve=5 --partial-ok --deadline=9m " +
        "--data=/srv/data --quiet",
    )
    assert.equal(
      yield* merged(
        file,
        "pipeline --sink postgres --on-limit=wait --reserve 0 --no-partial-ok --deadline 1m",
        { PACELINE_DATA: "/elsewhere" },
      ),
      "pipeline --sink postgres --on-limit=wait --reserve 0 --no-partial-ok --deadline 1m",
    )
    // A command gets only the flags that it has.
    assert.equal(
      yield* merged(file, "show activities"),
      "show --units=imperial --data=/srv/data activities",
    )
    assert.equal(
      yield* merged(file, "show activities", { PACELINE_UNITS: "metric" }),
      "show --data=/srv/data activities",
    )
    assert.equal(yield* merged(`{"partial-ok": false}`, "pipeline"), "pipeline --no-partial-ok")
    assert.equal(
      yield* merged(`{"units": "metric"}`, "--log-level debug show activities"),
      "--log-level debug show --units=metric activities",
    )
    for (const words of ["demo", "show --help"]) assert.equal(yield* merged("{", words), words)
  }))

test("a mistake is named with its line and the fix", () =>
  Effect.gen(function* () {
    const mistakes: ReadonlyArray<readonly [text: string, says: RegExp]> = [
      [`{\n  "sinks": "json"\n}`, /line 2: there is no flag --sinks \(did you mean sink\?\)/],
      [
        `{\n\n  "reserve": "five"\n}`,
        /line 3: "reserve" must be a whole number, or a list of them/,
      ],
      [`{"on-limit": "go"}`, /line 1: "on-limit" must be wait or stop/],
      [`{"client-secret": "x"}`, /Secrets belong in \.env or in the environment/],
      [`{"force": true}`, /--force cannot be in a file, because it would fetch everything again/],
      [`{"sink": "json"`, /line 1: it is not JSON: close brace expected/],
      [`[]`, /it must be an object/],
    ]
    const missing = withConfigFile(["status"], pacelineCommand, () => "/nowhere/paceline.jsonc")
    assert.match((yield* Effect.flip(missing)).message, /Cannot use \/nowhere\/paceline\.jsonc/)
    for (const [text, says] of mistakes) {
      const { message } = yield* Effect.flip(merged(text, "pipeline"))
      assert.match(message, says, text)
      assert.match(message, /Nothing was changed/)
    }
  }))

test("a file is named by --config, and a value that the flag refuses is reported with it", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const file = `${yield* fs.makeTempDirectoryScoped()}/mine.jsonc`
    yield* fs.writeFileString(file, `{"deadline": "soon", "units": "metric"}`)
    const written: Array<string> = []
    for (const flag of [["--config", file], [`--config=${file}`]]) {
      const words = [...flag, "pipeline"]
      const found = yield* withConfigFile(words, pacelineCommand, () => "/nowhere")
      assert.deepEqual(found.words, [...words, "--deadline=soon"])
      assert.deepEqual(found.ofFile, { file, names: ["deadline"] })
      yield* Command.runWith(pacelineCommand, { version: "0" })(found.words).pipe(
        Effect.provideService(FlagsOfFile, found.ofFile),
        Effect.provide(usageErrors),
        Effect.provideService(Stderr, (text) => void written.push(text)),
        Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })), { local: true }),
        Effect.exit,
      )
    }
    const said = written.join("").replaceAll(/\s+/g, " ")
    assert.ok(said.includes(`Invalid value of "deadline" in ${file}: "soon"`), said)
  }))

test("every flag is a key of the file, or is on the list of those that cannot be", () =>
  Effect.sync(() => {
    const keys = configKeys(pacelineCommand)
    const flags = new Set(
      Completions.fromCommand(pacelineCommand).subcommands.flatMap(({ flags }) =>
        flags.map(({ name }) => name)
      ),
    )
    for (const name of flags) {
      assert.ok(keys.has(name) !== (reasonAgainst(name) !== undefined), name)
    }
    assert.ok(!keys.has("force"))
  }))

test("the JSON schema of the file is current (run tests/config/schemaFile.ts)", () =>
  Effect.sync(() => assert.equal(read(schemaFile), schemaText())))
