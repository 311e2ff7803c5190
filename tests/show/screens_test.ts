/** The screens in docs/show.md are those of the program, for a simulated athlete. */
import { ConfigProvider, Effect } from "effect"
import { Command } from "effect/cli"
import { TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { show } from "../../pipeline/commands/show.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { read } from "../../tools/files.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { lineOf } from "../commandLine.ts"
import { simulatedDays } from "../pipeline/daily.ts"
import { runFolder, runToEnd } from "../pipeline/running.ts"
import { test } from "../testing.ts"

/** A command in a block of its own, followed by a block with its output. */
const screens = /```sh\n(deno task show .*)\n```\n+```text\n([^]*?)\n```/g

test("the screens of docs/show.md are current", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    yield* runToEnd({
      data,
      sinks: [yield* jsonSink(`${data}/json`)],
      last: "everything",
      options: { turnOn: ["details"] },
    })
    const shown = [...read("docs/show.md").matchAll(screens)]
    assert.ok(shown.length >= 3)
    for (const [, line = "", screen] of shown) {
      const root = Command.make("paceline").pipe(Command.withSubcommands([show]))
      const words = ["show", ...lineOf(line)?.words ?? [], "--data", data]
      const env = { COLUMNS: "80" }
      yield* Command.runWith(root, { version: "0" })(words).pipe(
        Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env })), { local: true }),
      )
      assert.equal(String((yield* TestConsole.logLines).at(-1)), screen, line)
    }
  }).pipe(simulatedDays({ world: World.make({ activities: 40, years: 1 }) })))
