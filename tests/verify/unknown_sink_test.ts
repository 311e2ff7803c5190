/** A state file that mentions a sink of another version: every command works and names the sink. */
import { ConfigProvider, Effect } from "effect"
import { Command } from "effect/cli"
import { TestClock, TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { planCommand } from "../../pipeline/commands/plan.ts"
import { purge } from "../../pipeline/commands/purge.ts"
import { status } from "../../pipeline/commands/status.ts"
import { verifyCommand } from "../../pipeline/commands/verify.ts"
import { renderSummary } from "../../pipeline/output/summary/summary.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { simulatedDays } from "../pipeline/daily.ts"
import { runFolder, runToEnd } from "../pipeline/running.ts"
import { test } from "../testing.ts"

const typed = Effect.fnUntraced(function* (data: string, ...args: ReadonlyArray<string>) {
  const root = Command.make("paceline").pipe(
    Command.withSubcommands([planCommand, purge, status, verifyCommand]),
  )
  yield* Command.runWith(root, { version: "0" })([...args, "--data", data]).pipe(
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })), { local: true }),
  )
  return String((yield* TestConsole.logLines).at(-1))
})

const change = (data: string, ...statements: ReadonlyArray<string>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => new DatabaseSync(`${data}/state.db`)),
    (db) => Effect.sync(() => statements.forEach((statement) => db.exec(statement))),
    (db) => Effect.sync(() => db.close()),
  )

/** Names that are not sinks of this version, including a property of every JavaScript object. */
for (const name of ["avro", "constructor", "S3 (eu)"]) {
  test(`fault 62: the sink ${name} of another version is named, and everything else is verified`, () =>
    Effect.gen(function* () {
      const data = yield* runFolder
      const setup = {
        data,
        sinks: [yield* jsonSink(`${data}/json`)],
        last: "everything",
      } as const
      yield* runToEnd(setup)
      yield* change(
        data,
        `insert into meta (key, value) values ('sink ${name}', 'elsewhere')`,
        `insert into landed (athlete, resource, id, sink, hash)
           select athlete, resource, id, '${name}', hash from landed where resource = 'streams'`,
      )
      const named = `  ${name}: a sink that this version of Paceline does not know.`
      const verified = yield* typed(data, "verify")
      assert.match(verified, /: verified: 1 sink matches the state file\n/)
      assert.ok(verified.includes(named), verified)
      const { exit, unknownSinks } = JSON.parse(yield* typed(data, "verify", "--json"))
      assert.deepEqual([exit, unknownSinks], [0, [{ sink: name, landed: 5, pending: 0 }]])
      assert.ok((yield* typed(data, "status")).includes(named))
      assert.match(yield* typed(data, "plan"), /list \(5 activities when last/)
      assert.match(yield* typed(data, "verify", "--repair"), /verified: 1 sink/)

      yield* TestClock.adjust("1 day")
      const { code, summary } = yield* runToEnd(setup)
      assert.equal(code, 0)
      const page = renderSummary(summary, data)
      assert.ok(page.includes(named), page)
      const lines = `${verified}\n${page}`.split("\n").filter((line) => !line.includes(data))
      assert.deepEqual(lines.filter((line) => line.length > 80), [])

      const purged = yield* typed(data, "purge", "--older-than", "1s", "--yes")
      assert.ok(purged.includes(`  ${name} still holds 5 items of these.`), purged)
      assert.match(yield* typed(data, "status"), /5 undelivered items for it are\s+kept/)
      yield* Effect.exit(typed(data, "purge"))
      const survey = (yield* TestConsole.logLines).join("\n")
      assert.ok(survey.includes(`  ${name}, a sink that this version does not know: its data`))
    }).pipe(simulatedDays({ activities: 5 })))
}
