/** Pages about stored data, after an import without a sign-in and after a run that followed it. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { dataPage } from "../../../pipeline/report/pages/data/dataPage.ts"
import { gearPage } from "../../../pipeline/report/pages/gear/gearPage.ts"
import { writeExport } from "../../../pipeline/simulator/export/writeExport.ts"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { command, commandFolder } from "../../commands/driver/inProcess.ts"
import { simulatedServer, small } from "../../commands/driver/program.ts"
import { htmlText, reportOf, siteDataOf } from "../../report/landed.ts"
import { storedPage } from "../../report/storedPage.ts"
import { live } from "../../testing.ts"
import { importing, writtenExport } from "./importing.ts"

/** Returns the page of a command, which must succeed. */
const pageOf = Effect.fnUntraced(function* (
  words: ReadonlyArray<string>,
  env: Parameters<typeof command>[1] = {},
) {
  const result = yield* command(words, env)
  assert.equal(result.code, 0, `${words.join(" ")}: ${result.stderr}`)
  return result.stdout
})

/** Returns the text of a page on one line. */
const flat = (page: string) => page.replaceAll(/\s+/g, " ")

const sinks = ["--sink", "json"]

live(
  "an export without a sign-in: pages name it as the source, and ask for no requests",
  () =>
    Effect.gen(function* () {
      const { data, path, world } = yield* writtenExport()
      yield* importing(data, path, ...sinks)
      const files = world.outlines.filter(({ manual }) => !manual).length
      const from = `${world.ids.length} activities and ${files} streams from your export`

      const status = yield* pageOf(["status", "--verbose", "--data", data])
      assert.match(flat(status), new RegExp(`sources ${from}, none from the API`))
      assert.match(flat(status), new RegExp(`originals ${files} files`))
      assert.match(flat(status), /next deno task report .*deno task setup/)
      assert.doesNotMatch(status, /rate limit|details|full sync|so far/)
      const json = JSON.parse(yield* pageOf(["status", "--data", data, "--json"]))
      assert.equal(json.onlyExport, true)
      assert.equal(json.originals, files)

      const plan = flat(yield* pageOf(["plan", "--data", data]))
      assert.match(plan, new RegExp(`first list, at least \\(${world.ids.length} activities in`))
      assert.match(plan, new RegExp(`${files} activities have streams from your export`))
      assert.match(plan, /after a sign-in: deno task setup .* deno task plan .* --list\s*$/)

      assert.match(plan, /^\d requests,/)
      assert.match(plan, /next import adds it .* deno task import FILE .* --sink csv/)
      yield* pageOf(["import", "--data", data, path, "--sink", "csv"])
      assert.match(
        flat(yield* pageOf(["status", "--verbose", "--data", data])),
        /csv export 8 stored/,
      )

      const doctor = yield* pageOf(["doctor", "--data", data])
      assert.match(flat(doctor), new RegExp(from))
      assert.match(flat(doctor), /No problems found\. .*Next: deno task report/)
      assert.match(flat(doctor), /- sign-in none; not needed .* deno task setup/)
      const configured = yield* pageOf(["doctor", "--data", data], {
        STRAVA_CLIENT_ID: "1",
        STRAVA_CLIENT_SECRET: "a".repeat(40),
      })
      assert.match(flat(configured), /No problems found\. .*Next: deno task report/)
    }),
)

live(
  "report and show name the source, and have what only the export has",
  () =>
    Effect.gen(function* () {
      const { data, path, world } = yield* writtenExport()
      yield* importing(data, path, ...sinks)
      const rowsOf = Effect.fnUntraced(function* (...words: ReadonlyArray<string>) {
        const rows = JSON.parse(yield* pageOf(["show", ...words, "--data", data, "--json"]))
        return rows as ReadonlyArray<Readonly<Record<string, unknown>>>
      })
      const imported = yield* rowsOf("activities", "--where", "source=export")
      assert.equal(imported.length, world.ids.length)
      assert.equal((yield* rowsOf("activities", "--where", "source=api")).length, 0)
      const exported = yield* rowsOf("export")
      const ids = world.ids.toSorted((a, b) => a - b)
      assert.deepEqual(exported.map((row) => row["activity_id"]), ids)
      assert.ok(exported.some((row) => typeof row["calories"] === "number"))
      const gear = yield* rowsOf("gear")
      assert.ok(gear.length > 0)
      for (const { kind, name } of gear) assert.ok(kind !== null && typeof name === "string")

      const html = yield* reportOf(data)
      assert.match(htmlText(html), /Last import \d{4}-/)
      const text = yield* storedPage(data, dataPage)
      const files = world.outlines.filter(({ manual }) => !manual).length
      const missing = world.ids.length - files
      assert.match(text, /Year Activities Streams From your export Not available/)
      assert.match(text, new RegExp(`All ${world.ids.length} ${files} ${files} ${missing} – –`))
      assert.match(text, /Last import [\d-]+ [\d:]+ UTC, complete/)
      assert.match(text, new RegExp(`Strava export ${world.ids.length} ${files} `))
      assert.match(text, /Strava API – – not used; deno task setup/)
      assert.match(text, /no request was sent to Strava/)
      assert.match(text, /zones none not in your export deno task setup ?, then deno task zones/)
      assert.doesNotMatch(text, /deno task pipeline/)
      assert.ok((yield* siteDataOf(data)).tracks.size > 0, "the files of an export have tracks")
      assert.match(yield* storedPage(data, gearPage), /Strava’s own count is not stored/)
    }),
)

live(
  "an export with a damaged file: the exit code of the last run is explained",
  () =>
    Effect.gen(function* () {
      const { data, path } = yield* writtenExport({}, { damage: ["unreadable"] })
      assert.equal((yield* importing(data, path, ...sinks)).code, 2)
      const status = yield* pageOf(["status", "--verbose", "--data", data])
      assert.match(flat(status), /exit 2 \(complete, except items or files with problems\)/)
      assert.match(flat(status), /remaining streams of 1 activity that the export does not contain/)
    }),
)

live(
  "a run after an import: the pages have both sources, and the summary what cost no request",
  () =>
    Effect.gen(function* () {
      const { world } = yield* Simulator
      const env = yield* simulatedServer()
      const folder = yield* commandFolder
      const [path, data] = [`${folder}/export.zip`, `${folder}/data`]
      yield* writeExport(path, world, { damage: ["error"] })
      yield* importing(data, path, ...sinks)
      const run = flat(yield* pageOf(["pipeline", "--data", data, ...sinks], env))
      assert.match(run, / 5 activities have streams from your export, which needed no request\./)
      const only = yield* pageOf(["pipeline", "--data", data, "--only", "athlete", ...sinks], env)
      assert.doesNotMatch(only, /your export/)
      const status = flat(yield* pageOf(["status", "--verbose", "--data", data]))
      assert.match(status, /5 streams from your export, 6 activities and 1 stream from the API/)
      assert.match(status, /rate limit .* next deno task pipeline/)
      const text = yield* storedPage(data, dataPage)
      assert.match(text, /Strava API 6 1 .* Strava export – 5 /)
      assert.match(text, /All 6 6 5 – – –/)
      const doctor = flat(yield* pageOf(["doctor", "--data", data], env))
      assert.match(doctor, /5 streams from your export, .* Next: deno task pipeline/)
    }).pipe(Effect.provide(small({ activities: 6, samples: 30, manual: 0 }))),
)

live(
  "lost rows of an export are not said to be fetched again: the next import brings them back",
  () =>
    Effect.gen(function* () {
      const { data, path } = yield* writtenExport()
      yield* importing(data, path, ...sinks)
      const fs = yield* FileSystem.FileSystem
      yield* fs.remove(`${data}/json/export.ndjson`)
      yield* fs.remove(`${data}/json/streams`, { recursive: true })
      const lost = /7 streams, 8 rows of the export come back with the next import, for 0 requests/
      const status = flat(yield* pageOf(["status", "--data", data]))
      assert.match(status, lost)
      assert.match(status, /The next import restores, .* deno task import FILE/)
      assert.match(flat(yield* pageOf(["doctor", "--data", data])), lost)
      const plan = flat(yield* pageOf(["plan", "--data", data]))
      assert.match(
        plan,
        /7 streams are fetched again, for 7 requests or more, 8 rows of the export/,
      )
      yield* pageOf(["import", "--data", data, path, ...sinks])
      assert.doesNotMatch(yield* pageOf(["status", "--data", data]), /lost/)
    }),
)
