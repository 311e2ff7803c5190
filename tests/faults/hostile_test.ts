/** Hostile responses of Strava, through the whole program into all three sinks. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { command } from "../commands/driver/inProcess.ts"
import { simulatedServer } from "../commands/driver/program.ts"
import { live } from "../testing.ts"
import { onlyCode } from "./ending.ts"
import { exitsOf } from "./matrix.ts"

const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`
const long = "x".repeat(1_000_000)
const samples = 1_000_000

/** Activities that are stored exactly as sent. */
const good: ReadonlyArray<readonly [id: string, text: string]> = [
  ["11", `{"id":11,"name":"=HYPERLINK(\\"http://x.invalid\\",\\"x\\")"}`],
  ["12", `{"id":12,"name":"nul \\u0000 low \\udc00 high \\ud800 \\u202ertl \\u001b[2J"}`],
  ["13", `{"id":13,"name":"${long}"}`],
  ["14", `{"id":14,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`],
  ["15", `{"id":15,"nested":${deep.slice(9_000, 11_000)}}`],
  ["16", `{"id":16,"upload_id":9007199254740993,"distance":2.50,"elev_high":1e-7}`],
  ["21", `{"id":"21","name":"an id as text"}`],
  ["24", `{"id":24,"distance":1e400,"name":5}`],
  ["9007199254740993", `{"id":9007199254740993,"name":"no number to JavaScript"}`],
  ["9223372036854775807", `{"id":9223372036854775807,"name":"the last of 64 bits"}`],
]

/** Entries that no sink accepts, because their ids are invalid. */
const bad: ReadonlyArray<string> = [
  `{"id":"../../etc/passwd","name":"a path"}`,
  `{"id":-1,"name":"below"}`,
  `{"id":1.5,"name":"between"}`,
  `{"id":9223372036854775808,"name":"beyond 2^63"}`,
  `{"id":[22],"name":"a list"}`,
  `{"__proto__":{"id":23},"name":"of another"}`,
  `"../../25"`,
  `null`,
]

const listed = `[${[...good.map(([, text]) => text), ...bad].join(",")}]`

/** Two streams of a million samples. */
const many = () => {
  const list = (value: (i: number) => number) =>
    `{"data":[${Array.from({ length: samples }, (_, i) => value(i)).join(",")}]}`
  return `{"time":${list((i) => i)},"heartrate":${list((i) => 60 + i % 100)}}`
}

const streamsOf: Readonly<Record<string, string>> = {
  11: many(),
  12: `{"time":{"data":[0,1]},"__proto__":{"data":[1,2]},"watts":{"data":[1.50,null]}}`,
  14: `{"time":{"data":[0,1e400]}}`,
  15: `{"time":{"data":${deep.slice(9_000, 11_000)}}}`,
}

const faulty = Effect.gen(function* () {
  const simulator = yield* Simulator
  yield* simulator.fault({
    path: /activities\?.*page=1$/,
    response: { _tag: "Body", body: listed },
  })
  for (const [id, body] of Object.entries(streamsOf)) {
    yield* simulator.fault({
      path: `/activities/${id}/streams`,
      response: { _tag: "Status", status: 200, body },
    })
  }
})

const namesUnder = (folder: string): ReadonlyArray<string> =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).sort()

live(
  "fault 43, 44, 45, 46: every sink stores valid data exactly, the rest is quarantined with a reason",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const around = yield* fs.makeTempDirectoryScoped()
      const data = `${around}/data`
      yield* faulty
      const env = yield* simulatedServer()
      const run = yield* command(["pipeline", "--data", data], env)
      for (const exits of [exitsOf(43), exitsOf(45), exitsOf(46)]) {
        assert.equal(run.code, onlyCode(exits), run.stderr)
      }
      assert.doesNotMatch(run.stderr, /this is a bug|\s{4}at /)
      // deno-lint-ignore no-control-regex -- the test searches for control characters
      assert.doesNotMatch(run.stdout + run.stderr, /\u001b\[2J|\u202e/)

      // No file name comes from the response.
      assert.deepEqual(namesUnder(around), ["data"])
      assert.deepEqual(namesUnder(`${data}/json/streams`), [
        "11.json",
        "12.json",
        "14.json",
        "15.json",
      ])
      for (const name of namesUnder(`${data}/csv/streams`)) assert.match(name, /^\d+\.csv$/)

      const lines = (yield* fs.readFileString(`${data}/json/activities.ndjson`)).trim().split("\n")
      assert.deepEqual(lines.toSorted(), good.map(([, text]) => text).toSorted())
      const table = yield* fs.readFileString(`${data}/csv/activities.csv`)
      assert.match(table, /^11,.*"'=HYPERLINK\(/m)
      assert.match(table, /\b9007199254740993\b/)
      assert.equal(yield* fs.readFileString(`${data}/json/streams/11.json`), streamsOf["11"])
      const rows = (yield* fs.readFileString(`${data}/csv/streams/11.csv`)).trimEnd().split("\n")
      assert.equal(rows.length, 1 + samples)

      const question =
        "select a.id::text, cardinality(s.heartrate) as n from strava.activities a " +
        "left join strava.streams s on s.activity_id = a.id order by a.id"
      const answer = yield* command(["sql", question, "--data", data, "--json"])
      assert.deepEqual(
        JSON.parse(answer.stdout),
        good.map(([id]) => ({ id, n: id === "11" ? samples : null })),
      )
    }).pipe(Effect.provide(Simulator.layer({ activities: 0 }))),
)
