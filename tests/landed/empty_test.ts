/**
 * Accounts without activities: every command that shows data prints a page or an empty table and exits with
 * 0.
 */
import { ConfigProvider, Effect, FileSystem } from "effect"
import { Command } from "effect/cli"
import { TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { StoredDataError } from "../../pipeline/landed/StoredDataError.ts"
import { noActivities } from "../../pipeline/landed/state.ts"
import { planCommand } from "../../pipeline/commands/plan.ts"
import { reportCommand } from "../../pipeline/commands/report.ts"
import { show } from "../../pipeline/commands/show.ts"
import { status } from "../../pipeline/commands/status.ts"
import { verifyCommand } from "../../pipeline/commands/verify.ts"
import { tableNames } from "../../pipeline/show/tables.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { dataPage } from "../../pipeline/report/pages/data/dataPage.ts"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { simulatedDays } from "../pipeline/daily.ts"
import { runFolder, runToEnd } from "../pipeline/running.ts"
import { htmlText, siteIn } from "../report/landed.ts"
import { pageText } from "../report/storedPage.ts"
import { test } from "../testing.ts"

/** Environment with an unreachable server, next to the files. */
const server = { DATABASE_URL: "postgres://no-one@127.0.0.1:1/history" }

const typed = Effect.fnUntraced(function* (data: string, ...args: ReadonlyArray<string>) {
  return yield* typedWith({}, data, ...args)
})

const typedWith = Effect.fnUntraced(function* (
  env: Readonly<Record<string, string>>,
  data: string,
  ...args: ReadonlyArray<string>
) {
  const root = Command.make("paceline").pipe(
    Command.withSubcommands([planCommand, reportCommand, show, status, verifyCommand]),
  )
  yield* Command.runWith(root, { version: "0" })([...args, "--data", data]).pipe(
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env })), { local: true }),
  )
  return String((yield* TestConsole.logLines).at(-1))
})

const pages = Effect.fnUntraced(function* (data: string) {
  assert.match(yield* typed(data, "report"), /report\.html {2}[\d.]+ [kM]B, 0 activities$/)
  const html = yield* (yield* FileSystem.FileSystem).readFileString(`${data}/report.html`)
  for (const table of tableNames.filter((name) => !["streams", "laps", "efforts"].includes(name))) {
    assert.match(yield* typed(data, "show", table), /^\d+ [a-z]/, table)
    const rows = JSON.parse(yield* typed(data, "show", table, "--json"))
    assert.ok(Array.isArray(rows), table)
    assert.match(yield* typed(data, "show", table, "--csv"), /^\w+(,\w+)*/, table)
    if (["activities", "weekly", "daily"].includes(table)) assert.deepEqual(rows, [])
  }
  assert.match(yield* typed(data, "verify"), /verified:|no difference found/)
  assert.match(yield* typed(data, "plan"), /list \(0 activities when last fetched\)/)
  yield* typed(data, "status")
  return html
})

for (const sink of ["json", "csv"] as const) {
  test(`an account without activities in ${sink} has a report and empty tables`, () =>
    Effect.gen(function* () {
      const data = yield* runFolder
      const make = sink === "json" ? jsonSink : csvSink
      const { code } = yield* runToEnd({
        data,
        sinks: [yield* make(`${data}/${sink}`)],
        last: "everything",
      })
      assert.equal(code, 0)
      const html = yield* pages(data)
      assert.doesNotMatch(htmlText(html), /deno task pipeline\b(?! --with)/)
      const text = pageText(dataPage, siteIn(html))
      assert.match(text, /Last sync [\d-]+ [\d:]+ UTC, complete/)
      assert.match(text, /Strava lists no activities in this account yet\./)
      assert.doesNotMatch(text, /deno task pipeline\b(?! --with)/)
      if (sink === "json") assert.match(yield* typedWith(server, data, "report"), /0 activities$/)
    }).pipe(simulatedDays({ activities: 0 })))
}

test("an account whose activities were all deleted is shown as empty", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const setup = {
      data,
      sinks: [yield* jsonSink(`${data}/json`)],
      last: "everything",
    } as const
    const { world } = yield* Simulator
    yield* runToEnd(setup)
    for (const id of world.ids) yield* world.remove(id)
    yield* runToEnd({ ...setup, options: { allowDeletions: 3 } })
    yield* pages(data)
  }).pipe(simulatedDays({ activities: 3 })))

test("an incomplete list is not shown as an empty account", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const { fault } = yield* Simulator
    yield* fault({ path: "/athlete/activities", response: { _tag: "Status", status: 500 } })
    yield* runToEnd({
      data,
      sinks: [yield* jsonSink(`${data}/json`)],
      last: "everything",
    })
    for (const command of [["report"], ["show", "activities"]]) {
      const error = yield* Effect.flip(typed(data, ...command))
      assert.ok(error instanceof StoredDataError && error.reason === "nothing")
      assert.match(error.message, /Run first: deno task pipeline/)
    }
  }).pipe(simulatedDays({ activities: 3 })))

test("an account whose activities were all purged is not shown as empty", () =>
  Effect.sync(() => {
    assert.equal(noActivities({ purged: 0 }), "Strava lists no activities in this account yet.")
    assert.equal(
      noActivities({ purged: 1_200 }),
      "1,200 activities were purged for their age, and none is left.",
    )
  }))
