/** A sink that only consists of a folder and a line of the registry works in every command. */
import { ConfigProvider, Effect, FileSystem, Option } from "effect"
import { Command } from "effect/cli"
import { TestClock, TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { checkContents } from "../../../pipeline/commands/doctor/contents.ts"
import { checkFiles } from "../../../pipeline/commands/doctor/files.ts"
import { pacelineCommand } from "../../../pipeline/commands/paceline.ts"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { StateFile } from "../../../pipeline/state/StateFile.ts"
import { jsonSinkKind } from "../../../sinks/json/JsonSink.ts"
import { registryLayer } from "../../../sinks/registry.ts"
import { SinkRegistry } from "../../../sinks/SinkKind.ts"
import { exportOf, importAll } from "../../export/merge/importedRows.ts"
import { simulatedDays } from "../../pipeline/daily.ts"
import { requestCount, runFolder, runToEnd } from "../../pipeline/running.ts"
import { test } from "../../testing.ts"
import { textSinkKind } from "./TextSink.ts"

/** Adds the sink to the registry, and simulates an athlete with five activities. */
const withText = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(
    SinkRegistry,
    (kinds) => Effect.provideService(effect, SinkRegistry, [...kinds, textSinkKind]),
  ).pipe(
    simulatedDays({ activities: 5 }),
  )

/** Creates a data directory by a run with the JSON and the text sink. */
const started = Effect.gen(function* () {
  const data = yield* runFolder
  const fs = yield* FileSystem.FileSystem
  const settings = { data, databaseUrl: Option.none() }
  const json = yield* jsonSinkKind.make(settings)
  const text = yield* textSinkKind.make(settings)
  const { code } = yield* runToEnd({ data, sinks: [json, text], last: "everything" })
  assert.equal(code, 0)
  /** Runs a command and returns its last line of output, even if it fails. */
  const typed = Effect.fnUntraced(function* (...words: ReadonlyArray<string>) {
    yield* Command.runWith(pacelineCommand, { version: "0" })([...words, "--data", data]).pipe(
      Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })), { local: true }),
      Effect.exit,
    )
    return String((yield* TestConsole.logLines).at(-1))
  })
  const streams = yield* fs.readDirectory(`${data}/text/streams`)
  return { data, fs, json, settings, streams, text, typed }
})

test("status, plan and verify support a fourth sink; a repair reads from it and writes to it", () =>
  Effect.gen(function* () {
    const { data, fs, streams, typed } = yield* started
    assert.equal(streams.length, 5)
    assert.match(yield* typed("status", "--verbose"), / text +activities +5 stored\n/)
    assert.match(yield* typed("plan"), /5 activities/)
    assert.match(yield* typed("verify"), /: verified: 2 sinks match the state file$/)
    yield* fs.writeFileString(`${data}/text/activities/${streams[0]}`, "{}")
    yield* fs.remove(`${data}/json/streams`, { recursive: true })
    assert.match(yield* typed("verify", "--sink", "json"), /5 differences/)
    assert.match(yield* typed("verify", "--repair"), /: verified: 2 sinks/)
    assert.equal((yield* fs.readDirectory(`${data}/json/streams`)).length, 5)
  }).pipe(withText))

test("imported items are verified in a fourth sink, and restored from it", () =>
  Effect.gen(function* () {
    const { data, fs, json, text, typed } = yield* started
    const { world } = yield* Simulator
    const rows = exportOf(world, Date.UTC(2026, 0, 1)).map((row) => ({ ...row, id: row.id + 1 }))
    yield* importAll(data, [json, text], rows)
    assert.equal((yield* fs.readDirectory(`${data}/text/export`)).length, rows.length)
    assert.match(yield* typed("verify"), /: verified: 2 sinks match the state file$/)
    const lines = yield* fs.readFileString(`${data}/json/export.ndjson`)
    yield* fs.remove(`${data}/json/export.ndjson`)
    yield* fs.writeFileString(
      `${data}/text/export/${Math.min(...rows.map(({ id }) => id))}.txt`,
      "{}",
    )
    assert.match(yield* typed("verify"), / 6 differences/)
    // The first line has the greatest id.
    yield* fs.writeFileString(`${data}/json/export.ndjson`, lines.replace(/.*\n/, ""))
    assert.match(yield* typed("verify", "--repair"), /: verified: 2 sinks/)
    assert.equal(yield* fs.readFileString(`${data}/json/export.ndjson`), lines)
  }).pipe(withText))

test("items that a fourth sink lost are counted by status and doctor, and restored by the next run", () =>
  Effect.gen(function* () {
    const { data, fs, json, settings, streams, text, typed } = yield* started
    for (const name of streams) yield* fs.remove(`${data}/text/streams/${name}`)
    assert.match(
      yield* typed("status"),
      / text was emptied, replaced or changed since the last run/,
    )
    const counts = yield* Effect.flatMap(StateFile, (state) => state.counts).pipe(
      Effect.provide(StateFile.layerReadOnly(data), { local: true }),
    )
    const found = { counts, holder: undefined, closed: undefined, onlyExport: false, findings: [] }
    const [finding] = yield* checkContents(settings, found)
    assert.match(finding?.says ?? "", /text in .* holds 0 of 5/)
    yield* TestClock.adjust("1 day")
    const before = (yield* requestCount).length
    yield* runToEnd({ data, sinks: [json, text], last: "everything" })
    assert.equal((yield* fs.readDirectory(`${data}/text/streams`)).length, 5)
    const paths = (yield* requestCount).slice(before).map(({ path }) => path)
    assert.deepEqual(paths.filter((path) => path.endsWith("/streams")), [])
  }).pipe(withText))

test("a sink is filled without a request from a fourth sink that is not part of the run", () =>
  Effect.gen(function* () {
    const { data, fs, json, text } = yield* started
    yield* fs.remove(`${data}/json`, { recursive: true })
    yield* TestClock.adjust("1 day")
    const before = (yield* requestCount).length
    yield* runToEnd({ data, sinks: [json], others: [text], last: "everything" })
    assert.equal((yield* fs.readDirectory(`${data}/json/streams`)).length, 5)
    const paths = (yield* requestCount).slice(before).map(({ path }) => path)
    assert.deepEqual(paths.filter((path) => path.endsWith("/streams")), [])
  }).pipe(withText))

test("reports and tables read a fourth sink if it is the only one", () =>
  Effect.gen(function* () {
    const { data, fs, streams, typed } = yield* started
    const shown = JSON.parse(yield* typed("show", "activities", "--json"))
    const [id = ""] = streams.map((name) => name.replace(".txt", ""))
    const samples = yield* typed("show", "streams", id, "--json")
    const overview = Effect.andThen(
      typed("report"),
      Effect.map(
        fs.readFileString(`${data}/report.html`),
        (html) => html.slice(html.indexOf("<main"), html.indexOf("</main>")),
      ),
    )
    const drawn = yield* overview
    yield* fs.remove(`${data}/json`, { recursive: true })
    assert.deepEqual(JSON.parse(yield* typed("show", "activities", "--json")), shown)
    assert.equal(yield* typed("show", "streams", id, "--json"), samples)
    assert.ok(drawn.length > 5_000, drawn)
    assert.equal(yield* overview, drawn)
  }).pipe(withText))

test("doctor names the folder of a fourth sink that cannot be written", () =>
  Effect.gen(function* () {
    const { data, fs } = yield* started
    yield* fs.remove(`${data}/text`, { recursive: true })
    yield* fs.writeFileString(`${data}/text`, "")
    const findings = yield* checkFiles(data)
    assert.match(findings.map(({ says }) => says).join("\n"), /text is not a directory/)
  }).pipe(withText))

test("purge deletes the files of a fourth sink, and nothing else in its folder", () =>
  Effect.gen(function* () {
    const { data, fs, typed } = yield* started
    yield* fs.writeFileString(`${data}/text/mine.md`, "")
    yield* typed("purge")
    const survey = (yield* TestConsole.logLines).join("\n")
    assert.match(survey, /\n {2}text +\d+ files/)
    assert.match(survey, /Not deleted:\n {2}text\/mine\.md /)
    yield* typed("purge", "--yes")
    assert.deepEqual(yield* fs.readDirectory(data, { recursive: true }), ["text", "text/mine.md"])
  }).pipe(withText))

test("no two sinks of the registry have the same name or rank", () =>
  Effect.gen(function* () {
    const kinds = yield* SinkRegistry
    for (const key of ["name", "rank"] as const) {
      const values = kinds.map((kind) => kind[key])
      assert.deepEqual([...new Set(values)], values, `twice in the registry: the same ${key}`)
    }
  }).pipe(Effect.provide(registryLayer, { local: true })))
