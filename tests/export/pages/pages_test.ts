/** Pages about stored data, after an import without a sign-in and after a run that followed it. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { command } from "../../commands/driver/inProcess.ts"
import { live } from "../../testing.ts"
import { importing, writtenExport } from "../import/importing.ts"

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

      const status = yield* pageOf(["status", "--data", data])
      assert.match(flat(status), new RegExp(`sources ${from}, none from the API`))
      assert.match(flat(status), new RegExp(`originals ${files} files`))
      assert.match(flat(status), /next deno task report .*deno task setup/)
      assert.doesNotMatch(status, /rate limit|details|full sync|so far/)
      const json = JSON.parse(yield* pageOf(["status", "--data", data, "--json"]))
      assert.equal(json.onlyExport, true)
      assert.equal(json.originals, files)

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
  "an export with a damaged file: the exit code of the last run is explained",
  () =>
    Effect.gen(function* () {
      const { data, path } = yield* writtenExport({}, { damage: ["unreadable"] })
      assert.equal((yield* importing(data, path, ...sinks)).code, 2)
      const status = yield* pageOf(["status", "--data", data])
      assert.match(flat(status), /exit 2 \(complete, except items or files with problems\)/)
      assert.match(flat(status), /remaining streams of 1 activity that the export does not contain/)
    }),
)
