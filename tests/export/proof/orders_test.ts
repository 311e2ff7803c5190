/**
 * Imports and runs with the API in any order, with the program and real archives: the same rows, no request for
 * streams that an export has, and no byte written by an import of what is known.
 */
import { Effect, FileSystem, Redacted, Schema } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { writeExport } from "../../../pipeline/simulator/export/writeExport.ts"
import { server } from "../../../sinks/postgres/connection/client.ts"
import { command, commandFolder } from "../../commands/driver/inProcess.ts"
import { simulatedServer, small } from "../../commands/driver/program.ts"
import { streamsAsked } from "../../pipeline/running.ts"
import { TestServer } from "../../postgres/databases.ts"
import { freshDatabase } from "../../postgres/server.ts"
import { liveWith, rounds } from "../../testing.ts"
import { exportTime, filesIn, importedJson } from "../import/importing.ts"

const live = liveWith(TestServer.layer)
const day = 24 * 60 * 60_000
/** Longer than a window of the rate limit, in milliseconds. */
const window = 60 * 60_000
const count = 6

/** Imports to JSON alone; the exit code is 2 if files are missing in the export. */
const imported = (data: string, ...paths: ReadonlyArray<string>) =>
  command(["import", ...paths, "--data", data, "--sink", "json", "--quiet"])

const texts = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const names = yield* Effect.orElseSucceed(fs.readDirectory(folder), () => [])
  return new Map(
    yield* Effect.forEach(
      names.toSorted(),
      (name) => Effect.map(fs.readFileString(`${folder}/${name}`), (text) => [name, text] as const),
    ),
  )
})

const ndjson = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  return (yield* fs.readFileString(path)).split("\n").filter((line) => line !== "").sort()
})

/** Two exports of the served athlete, of which the older one lacks the files of its two newest activities. */
const bothExports = Effect.gen(function* () {
  const folder = yield* commandFolder
  const { world } = yield* Simulator
  const [older, newer] = [`${folder}/export_1.zip`, `${folder}/export_2.zip`]
  const edits = new Map(world.ids.map((id) => [id, { name: `older ${id}` }]))
  yield* writeExport(older, world, {
    exportedAt: exportTime - 40 * day,
    damage: ["missing", "missing"],
    edits,
  })
  yield* writeExport(newer, world, { exportedAt: exportTime })
  return { folder, world, older, newer, env: yield* simulatedServer() }
})

const Step = Schema.Literals([
  "older export",
  "newer export",
  "both exports",
  "API",
  "API, stopped",
])

live.prop(
  "trap 16: imports and runs in any order, also runs that stop at the rate limit, end with the same rows",
  Schema.Array(Step).check(Schema.isMinLength(1), Schema.isMaxLength(4)),
  (before) =>
    Effect.gen(function* () {
      const { env, folder, newer, older, world } = yield* bothExports
      const simulator = yield* Simulator
      const [data, alone] = [`${folder}/data`, `${folder}/alone`]
      yield* importedJson(0, alone, newer, "--sink", "json")
      const fromExport = yield* texts(`${alone}/json/streams`)
      const stored = () => texts(`${data}/json/streams`)
      let windows = 0
      for (const step of [...before, "newer export", "API"] as const) {
        const had = yield* stored()
        const asked = (yield* streamsAsked).length
        switch (step) {
          case "older export":
            yield* imported(data, older)
            break
          case "newer export":
            yield* imported(data, newer)
            break
          case "both exports":
            yield* imported(data, older, newer)
            break
          default: {
            const isStopped = step === "API, stopped"
            const { read } = yield* simulator.usage
            // Enough for the athlete, the lists and two of the streams.
            const limits = { short: read.short + 8, day: 10_000 }
            yield* simulator.limit(isStopped ? { read: limits } : "none")
            const words = ["pipeline", "--data", data, "--sink", "json", "--on-limit", "stop"]
            const { code, stderr } = yield* command([...words, "--json"], env, ++windows * window)
            assert.ok(code === 0 || isStopped && code === 75, `${code} ${stderr}`)
          }
        }
        // Stored streams stay as they are, and cost no request.
        for (const [name, text] of had) assert.equal((yield* stored()).get(name), text, step)
        const requested = (yield* streamsAsked).slice(asked).map((id) => `${id}.json`)
        assert.deepEqual(requested.filter((name) => had.has(name)), [], step)
      }
      const asked = new Set((yield* streamsAsked).map((id) => `${id}.json`))
      assert.equal((yield* streamsAsked).length, asked.size, "no stream is requested twice")
      if (!["API", "API, stopped"].includes(before[0] ?? "")) {
        assert.ok(asked.size <= (before[0] === "older export" ? 2 : 0), "requests after an import")
      }
      for (const [name, text] of yield* stored()) {
        if (asked.has(name)) assert.doesNotMatch(text, /"source":"export"/)
        else assert.equal(text, fromExport.get(name))
      }
      assert.equal((yield* stored()).size, world.size)
      assert.deepEqual(
        yield* ndjson(`${data}/json/activities.ndjson`),
        world.ids.map((id) => world.summaryText(id)).sort(),
      )
      // Names of older exports are gone.
      assert.deepEqual(
        yield* ndjson(`${data}/json/export.ndjson`),
        yield* ndjson(`${alone}/json/export.ndjson`),
      )
      return true
    }).pipe(Effect.provide(small({ activities: count, samples: 20, manual: 0 })), Effect.scoped),
  { runs: rounds(2, 60) },
)

/** Returns every row of the schema with the transaction that wrote it. */
const rowVersions = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const sql = yield* (yield* server(url)).connect
  const tables = ["athletes", "gear", "activities", "streams", "export"]
  return yield* sql.unsafe<{ readonly of: string }>(
    tables.map((table) => `select '${table}' as of, xmin::text, ctid::text from strava.${table}`)
      .join(" union all ") + " order by 1, 3",
  )
}, Effect.scoped)

live(
  "trap 16: importing twice, or an older export as well, writes no file and no row again",
  () =>
    Effect.gen(function* () {
      const { folder, newer, older } = yield* bothExports
      const data = `${folder}/data`
      const url = yield* freshDatabase(yield* TestServer)
      const env = { DATABASE_URL: Redacted.value(url) }
      const run = Effect.fnUntraced(function* (code: number, ...paths: ReadonlyArray<string>) {
        const result = yield* command(["import", ...paths, "--data", data, "--json"], env)
        assert.equal(result.code, code, result.stderr)
        return JSON.parse(result.stdout)
      })
      const everything = Effect.fnUntraced(function* () {
        const kept = ["originals", "json", "csv"]
        const files = yield* Effect.forEach(kept, (name) => filesIn(`${data}/${name}`))
        return { files, rows: yield* rowVersions(url) }
      })
      yield* run(0, newer)
      const before = yield* everything()
      assert.equal(before.rows.filter(({ of }) => of === "streams").length, count)
      for (const paths of [[newer], [older], [newer, older], [older, newer]]) {
        const { resources } = yield* run(0, ...paths)
        assert.deepEqual([resources.activities.fresh, resources.activities.changed], [0, 0])
        assert.deepEqual(yield* everything(), before, paths.join(" "))
      }
    }).pipe(Effect.provide(small({ activities: count, samples: 20, manual: 0 })), Effect.scoped),
)

live(
  "of two exports that have different files of one name, the newer one's is stored, and stays",
  () =>
    Effect.gen(function* () {
      const { folder, world } = yield* bothExports
      const data = `${folder}/data`
      const [intact, cut] = [`${folder}/intact.zip`, `${folder}/cut.zip`]
      yield* writeExport(intact, world, { exportedAt: exportTime - day })
      yield* writeExport(cut, world, {
        exportedAt: exportTime,
        damage: ["unreadable", "truncated"],
      })
      for (const paths of [[cut, intact], [cut, intact], [intact], [cut]]) {
        const before = yield* Effect.orElseSucceed(filesIn(`${data}/originals`), () => undefined)
        yield* imported(data, ...paths)
        if (before !== undefined) assert.deepEqual(yield* filesIn(`${data}/originals`), before)
        const { code, stdout } = yield* command(["verify", "--data", data, "--full"])
        assert.equal(code, 0, stdout)
      }
      assert.equal((yield* texts(`${data}/json/streams`)).size, world.size)
    }).pipe(Effect.provide(small({ activities: count, samples: 20, manual: 0 })), Effect.scoped),
)
