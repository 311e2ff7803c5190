/** Importing the files of a notebook: responses that were saved as JSON, without a request and without a loss. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import type { World } from "../../../pipeline/simulator/world/World.ts"
import { command, commandFolder } from "../../commands/driver/inProcess.ts"
import { simulatedServer } from "../../commands/driver/program.ts"
import { requestCount, streamsAsked } from "../../pipeline/running.ts"
import { live } from "../../testing.ts"
import { filesIn } from "../import/importing.ts"

const sinks = ["--sink", "json", "--sink", "csv"]

const simulated = Effect.provide(
  Simulator.layer({ activities: 8, samples: 40, manual: 0.2, rotation: "never" }),
)

/** Types that the notebook requests. */
const keys = new Set([
  "time",
  "latlng",
  "distance",
  "altitude",
  "velocity_smooth",
  "heartrate",
  "cadence",
  "watts",
])

const textOf = (body: string | Uint8Array): string =>
  typeof body === "string" ? body : new TextDecoder().decode(body)

/** Returns the activities as Strava sends them, and the streams of each that has some, as text. */
const fetched = (world: World) => ({
  activities: world.ids.map((id) => world.summaryText(id)),
  streams: world.ids.flatMap((id) => {
    const body = world.streams(String(id), keys, true)
    return body === undefined ? [] : [[String(id), textOf(body)] as const]
  }),
})

/** Writes files into a folder of its own, next to the data directory of a test. */
const saved = Effect.fnUntraced(function* (files: Readonly<Record<string, string>>) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* commandFolder
  for (const [name, text] of Object.entries(files)) {
    const path = `${folder}/notebook/${name}`
    yield* fs.makeDirectory(path.replace(/\/[^/]*$/, ""), { recursive: true })
    yield* fs.writeFileString(path, text)
  }
  return { path: `${folder}/notebook`, data: `${folder}/data` }
})

/** Runs an import, which must end with this code, and returns its JSON. */
const imported = Effect.fnUntraced(
  function* (code: number, data: string, ...words: ReadonlyArray<string>) {
    const result = yield* command(["import", "--data", data, "--json", ...sinks, ...words])
    assert.equal(result.code, code, result.stderr)
    return JSON.parse(result.stdout)
  },
)

live(
  "activities and streams are stored as sent, cost no request, and a run requests no streams",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const env = yield* simulatedServer()
      const { world } = yield* Simulator
      const { activities, streams } = fetched(world)
      assert.ok(streams.length > 4 && streams.length < activities.length)
      const { data, path } = yield* saved({
        "activities.ndjson": `${activities.join("\n")}\n`,
        ...Object.fromEntries(streams.map(([id, text]) => [`streams/${id}.json`, text])),
      })
      const { resources, responses } = yield* imported(0, data, path)
      assert.deepEqual(responses, {
        files: streams.length + 1,
        activities: activities.length,
        streams: streams.length,
        known: 0,
        empty: 0,
        ignored: [],
        problems: [],
      })
      assert.equal(resources.streams.fresh, streams.length)
      assert.deepEqual(yield* requestCount, [])
      for (const [id, text] of streams) {
        assert.equal(yield* fs.readFileString(`${data}/json/streams/${id}.json`), text)
      }
      const lines = (yield* fs.readFileString(`${data}/json/activities.ndjson`)).trim().split("\n")
      assert.deepEqual(lines.toSorted(), activities.toSorted())
      const rows = yield* command(["show", "activities", "--data", data, "--json"])
      assert.deepEqual(
        [...new Set(JSON.parse(rows.stdout).map(({ source }: { source: string }) => source))],
        ["api"],
      )
      assert.equal((yield* command(["verify", "--data", data])).code, 0)
      const run = yield* command(["pipeline", "--data", data, ...sinks], env)
      assert.equal(run.code, 0, run.stderr)
      assert.deepEqual(yield* streamsAsked, [])
    }).pipe(simulated),
)

live(
  "a second import changes no file, and a file never replaces what was fetched",
  () =>
    Effect.gen(function* () {
      const env = yield* simulatedServer()
      const { world } = yield* Simulator
      const { activities, streams } = fetched(world)
      const [[id = "", text = ""] = []] = streams
      const { data, path } = yield* saved({
        "activities.json": `[${activities.join()}]`,
        [`${id}.json`]: text,
      })
      yield* imported(0, data, path)
      const before = yield* filesIn(`${data}/json`)
      const again = yield* imported(0, data, path)
      assert.equal(again.responses.known, activities.length + 1)
      assert.equal(again.responses.streams, 0)
      assert.deepEqual(yield* filesIn(`${data}/json`), before)

      const run = yield* command(["pipeline", "--data", data, ...sinks], env)
      assert.equal(run.code, 0, run.stderr)
      const complete = yield* filesIn(`${data}/json`)
      const old = yield* saved({
        "activities.json": `[${activities.join().replaceAll(`"name":"`, `"name":"Old `)}]`,
        ...Object.fromEntries(streams.map(([id]) => [`${id}.json`, `{"time":{"data":[0]}}`])),
      })
      const { responses } = yield* imported(0, data, old.path)
      assert.equal(responses.activities + responses.streams, 0)
      assert.deepEqual(yield* filesIn(`${data}/json`), complete)
    }).pipe(simulated),
)

live(
  "a dry run says the same and writes nothing; the page names the next commands",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { world } = yield* Simulator
      const { activities, streams } = fetched(world)
      const { data, path } = yield* saved({
        "activities.ndjson": activities.join("\n"),
        "all_streams.json": `{${streams.map(([id, text]) => `"${id}":${text}`).join()}}`,
        "streams/1.json": `{"time":{"data":[]}}`,
        "settings.json": `{"theme":"dark"}`,
        "error.json": `{"message":"Rate Limit Exceeded","errors":[]}`,
        "cut.json": `{"time":{"data":[0,1`,
      })
      const dry = yield* imported(2, data, path, "--dry-run")
      assert.equal(yield* fs.exists(data), false)
      const { responses } = yield* imported(2, data, path)
      assert.deepEqual(responses, dry.responses)
      assert.equal(responses.streams, streams.length)
      assert.deepEqual(responses.ignored, ["settings.json"])
      assert.deepEqual(responses.problems.toSorted(), [
        "cut.json: it is not JSON",
        "error.json: it is an error that Strava returned",
        "streams/1.json: the activity of its streams is not known (1). Import the list of " +
        "activities too, or run first: deno task activities",
      ])
      const page = yield* command(["import", "--data", data, path, "--partial-ok"])
      assert.equal(page.code, 0, page.stderr)
      assert.match(
        page.stdout,
        /6 files with responses: 0 new activities, 0 new streams, \d+ stored/,
      )
      assert.match(page.stdout, /1 file ignored, without activities or streams: settings\.json/)
      assert.match(page.stdout, /\nNext: deno task report --data /)
      const quiet = yield* command(["import", "--data", data, path, "--quiet"])
      assert.equal(quiet.code, 2)
      assert.match(quiet.stderr, /3 problems in the files, the rest can be read: cut\.json: /)
    }).pipe(simulated),
)

live(
  "streams are found whatever the order of the files, and their activities keep their starts",
  () =>
    Effect.gen(function* () {
      const { world } = yield* Simulator
      const { activities, streams } = fetched(world)
      const first = yield* saved({ "activities-123456789.json": `[${activities.join()}]` })
      const { responses } = yield* imported(0, first.data, first.path)
      assert.equal(responses.activities, activities.length)
      const second = yield* saved(
        Object.fromEntries(streams.map(([id, text]) => [`streams_${id}.json`, text])),
      )
      const next = yield* imported(0, first.data, second.path)
      assert.equal(next.responses.streams, streams.length)
      const db = new DatabaseSync(`${first.data}/state.db`, { readOnly: true })
      const starts = db.prepare("select id, start from item where resource = ?")
      const startsOf = (resource: string) =>
        new Map(starts.all(resource).map(({ id, start }) => [String(id), start]))
      const [ofStreams, ofActivities] = [startsOf("streams"), startsOf("activities")]
      db.close()
      assert.deepEqual(ofStreams, ofActivities)
      const mixed = yield* saved({
        [`a/${streams[0]?.[0]}.json`]: streams[0]?.[1] ?? "",
        "b/activities-123456789.json": `[${activities.join()}]`,
      })
      const all = yield* imported(0, mixed.data, mixed.path)
      assert.deepEqual([all.responses.streams, all.responses.activities], [1, activities.length])
    }).pipe(simulated),
)

live(
  "files without an ending, with another one, and in UTF-16 are read too",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { world } = yield* Simulator
      const { activities } = fetched(world)
      const lines = activities.join("\n")
      const wide = Uint8Array.from([
        ...[0xff, 0xfe],
        ...new Uint8Array(Uint16Array.from(lines, (unit) => unit.charCodeAt(0)).buffer),
      ])
      const inFolder = yield* saved({ activities: lines, LICENSE: "free" })
      const named = yield* saved({ "activities.txt": ` \n${lines}` })
      const utf16 = yield* saved({ "activities.ndjson": "" })
      yield* fs.writeFile(`${utf16.path}/activities.ndjson`, wide)
      for (
        const [path, data] of [
          [inFolder.path, inFolder.data],
          [`${named.path}/activities.txt`, named.data],
          [`${utf16.path}/activities.ndjson`, utf16.data],
        ] as const
      ) {
        const { responses } = yield* imported(0, data, path)
        assert.deepEqual([responses.files, responses.activities], [1, activities.length], path)
      }
    }).pipe(simulated),
)

live(
  "files in which nothing is recognized, and those of another athlete, end with 65 and write nothing",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const refused = Effect.fnUntraced(
        function* (files: Readonly<Record<string, string>>, ...words: ReadonlyArray<string>) {
          const { data, path } = yield* saved(files)
          const result = yield* command(["import", "--data", data, path, ...words])
          assert.equal(result.code, 65, result.stderr)
          assert.equal(yield* fs.exists(data), false)
          return result.stderr
        },
      )
      assert.match(
        yield* refused({ "data.json": `{"theme":"dark"}`, "more.json": "[1]" }),
        /Cannot import .*: nothing in it is recognized \(.*\)\. Nothing was imported\. Import reads .*docs\/notebooks\.md/,
      )
      const activity =
        `{"resource_state":2,"id":5,"start_date":"2026-01-01T00:00:00Z","athlete":{"id":7}}`
      assert.match(
        yield* refused({ "activities.json": `[${activity}]` }, "--athlete", "8"),
        /responses about athlete 7, not 8/,
      )
      assert.match(
        yield* refused({ "activities.json": `[${activity.replace(/,"athlete".*}}/, "}")}]` }),
        /no file says whose activities they are.*--athlete ID/,
      )
      assert.match(yield* refused({ "notes.txt": "mine" }), /it contains no activities\.csv/)
    }),
)
