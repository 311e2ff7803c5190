/** The program knows the resources of a script that ran in a directory, without the script. */
import { ConfigProvider, Effect, FileSystem, Layer } from "effect"
import { Command } from "effect/cli"
import { TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { pipeline } from "../../examples/scripts/segments.ts"
import { pacelineCommand } from "../../pipeline/commands/paceline.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { isResource } from "../../schemas/resources.ts"
import { runFolder } from "../pipeline/running.ts"
import { test } from "../testing.ts"
import { prepareScript } from "./running.ts"

const simulated = Effect.provide(Layer.fresh(Simulator.layer({ activities: 5, samples: 2 })), {
  local: true,
})

/** Runs a command without the script, and returns its last line of output. */
const typed = Effect.fnUntraced(function* (data: string, ...words: ReadonlyArray<string>) {
  yield* Command.runWith(pacelineCommand, { version: "0" })([...words, "--data", data]).pipe(
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })), { local: true }),
    Effect.exit,
  )
  return String((yield* TestConsole.logLines).at(-1))
})

/** Runs the script, and returns the data directory. */
const ranScript = Effect.gen(function* () {
  const data = yield* runFolder
  const { code } = yield* Effect.scoped(
    Effect.flatMap(prepareScript(pipeline, data), ({ run }) => run(["details"])),
  )
  assert.equal(code, 0)
  return data
})

test("status, verify, its repair and purge know the items of a script that ran before", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* ranScript
    assert.ok(!isResource("segments"))
    const files = (yield* fs.readDirectory(`${data}/json/segments`)).toSorted()
    assert.match(
      yield* typed(data, "status", "--verbose"),
      new RegExp(`\\n +segments +${files.length} `),
    )
    assert.match(yield* typed(data, "verify"), /: verified: 2 sinks match the state file$/)
    yield* fs.writeFileString(`${data}/json/segments/${files[0]}`, "")
    yield* fs.remove(`${data}/csv/segments.csv`)
    assert.match(yield* typed(data, "verify"), new RegExp(`${files.length + 1} differences`))
    assert.match(yield* typed(data, "verify", "--repair"), /: 1 to fetch again/)
    assert.match(yield* fs.readFileString(`${data}/csv/segments.csv`), /^id,name,/)
    yield* typed(data, "purge", "--yes")
    assert.ok(!(yield* fs.exists(`${data}/csv/segments.csv`)))
    assert.ok(!(yield* fs.exists(`${data}/json/segments`)))
  }).pipe(simulated))
