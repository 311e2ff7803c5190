/** The program knows the resources of a script that ran in a directory, without the script. */
import { parse } from "csv-parse/sync"
import { ConfigProvider, Effect, FileSystem, Layer, Schema } from "effect"
import { Command } from "effect/cli"
import { TestClock, TestConsole } from "effect/testing"
import { parquetReadObjects } from "hyparquet"
import assert from "node:assert/strict"
import { zstdDecompressSync } from "node:zlib"
import { pipeline } from "../../examples/scripts/segments.ts"
import { pacelineCommand } from "../../pipeline/commands/paceline.ts"
import { Pipeline, Resource, Stage } from "../../pipeline/mod.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { Progress } from "../../pipeline/base/Progress.ts"
import { scriptResourcesLayer } from "../../pipeline/state/scriptResources.ts"
import { allResources, isBuiltIn, isResource } from "../../schemas/resources.ts"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { Simulated } from "../kit/mod.ts"
import { runFolder, runToEnd } from "../pipeline/running.ts"
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

test("the items of a script survive the loss of the state file, although another program rebuilds it", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* ranScript
    const files = yield* fs.readDirectory(`${data}/json/segments`)
    const lost = (yield* fs.readDirectory(data)).filter((name) => name.startsWith("state."))
    for (const name of lost) yield* fs.remove(`${data}/${name}`)
    const sinks = [jsonSink(`${data}/json`), csvSink(`${data}/csv`)]
    yield* Effect.scoped(
      runToEnd({ data, sinks, rebuild: true }).pipe(
        Effect.provide(scriptResourcesLayer(data), { local: true }),
      ),
    )
    yield* TestClock.adjust("1 hour")
    const { paths } = yield* Effect.scoped(
      Effect.flatMap(prepareScript(pipeline, data), ({ run }) => run(["details"])),
    )
    assert.deepEqual(paths.filter((path) => path.includes("/segments/")), [])
    assert.deepEqual(yield* fs.readDirectory(`${data}/json/segments`), files)
    yield* typed(data, "purge", "--yes")
    assert.ok(!(yield* fs.exists(`${data}/json/segments`)))
    assert.ok(!(yield* fs.exists(`${data}/scripts.json`)))
  }).pipe(simulated))

test("a file of declarations that cannot be read is reported, and its names are checked", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* ranScript
    const file = `${data}/scripts.json`
    const { segments } = JSON.parse(yield* fs.readFileString(file))
    const declared = (text: string) =>
      Effect.gen(function* () {
        yield* fs.writeFileString(file, text)
        const notes: Array<string> = []
        const names = yield* Effect.sync(() => allResources().filter((name) => !isBuiltIn(name)))
          .pipe(
            Effect.provide(scriptResourcesLayer(data), { local: true }),
            Effect.provideService(Progress, {
              notify: (event) =>
                Effect.sync(() => void (event._tag === "Note" && notes.push(event.text))),
            }),
          )
        return { names, notes: notes.join() }
      })
    const whole = JSON.stringify({ segments, "../victim": segments, plan: segments })
    assert.deepEqual(yield* declared(whole), {
      names: ["segments", "plan"],
      notes:
        `${data}/scripts.json cannot be read (../victim). Items of scripts are unknown until ` +
        "their script runs again, which writes the file",
    })
    assert.match((yield* declared("{")).notes, /scripts\.json cannot be read \(scripts\.json\)/)
  }).pipe(simulated))

test("changed columns are filled in CSV by the next run, without a request", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* ranScript
    const { credentials, http, requests } = yield* Simulated.strava({ activities: 5 })
    const settings = { data, sinks: ["json", "csv", "parquet"], credentials, http }
    const { details, ...others } = Stage.builtIn
    const segments = Resource.make({
      name: "segments",
      counted: ["segment", "segments"],
      about: "One row per segment",
      per: "other",
      schema: Schema.Unknown,
      columns: [{ name: "label", type: "text", path: ["name"], comment: "name" }],
    })
    const stage = Stage.items({
      resource: segments,
      needs: { details },
      find: () => Effect.succeed([]),
      fetch: () => Effect.succeedNone,
    })
    const builtIn = Pipeline.make({ stages: Stage.builtIn })
    const renamed = Pipeline.make({ stages: { ...others, details, segments: stage } })
    yield* Pipeline.run(builtIn, settings)
    yield* Pipeline.run(renamed, settings)
    const rows = parse(yield* fs.readFileString(`${data}/csv/segments.csv`), {
      columns: true,
    }) as ReadonlyArray<Record<string, string>>
    assert.ok(rows.length > 1)
    for (const row of rows) assert.ok(row["label"], JSON.stringify(row))
    const bytes = yield* fs.readFile(`${data}/parquet/segments.parquet`)
    const table = yield* Effect.promise(() =>
      parquetReadObjects({
        file: bytes.slice().buffer as ArrayBuffer,
        compressors: { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) },
      })
    )
    const labels = table.map((row) => String(row["label"]))
    assert.deepEqual(labels.toSorted(), rows.map(({ label }) => label).toSorted())
    assert.deepEqual((yield* requests).filter((path) => path.includes("/segments/")), [])
  }).pipe(simulated))
