/**
 * A run of an older version that was killed: this version completes it, loses nothing and requests
 * nothing twice.
 */
import { Effect, FileSystem, Layer, Path, Schema } from "effect"
import { TestClock } from "effect/testing"
import type { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { migrations } from "../../pipeline/state/file/migrations.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { verifyCode } from "../../pipeline/verify/verdict.ts"
import { verifySinks } from "../../pipeline/verify/verify.ts"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import { Sinks, type SinkSource } from "../../sinks/Sink.ts"
import { runToEnd, streamsAsked } from "../pipeline/running.ts"
import { testWith } from "../testing.ts"
import { Shared } from "../verify/fixture.ts"

const versions = [...Deno.readDirSync(new URL(".", import.meta.url))]
  .flatMap(({ isDirectory, name }) => isDirectory ? [name] : []).sort()

const read = (version: string, name: string) =>
  Deno.readTextFileSync(new URL(`${version}/${name}`, import.meta.url))

const Recordings = Schema.fromJsonString(Schema.Array(Schema.Struct({
  request: Schema.Struct({ method: Schema.String, uri: Schema.String }),
  status: Schema.Int,
  headers: Schema.Record(Schema.String, Schema.String),
  body: Schema.String,
})))

/** Splits SQL into statements, because a query can have only one. */
const statementsOf = (sql: string) => sql.split(/;\n(?=create |insert |comment )/i)

/** Restores the folder and the database as the killed run left them, an hour after its start. */
const restored = Effect.fnUntraced(function* (version: string, sql: SqlClient) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const data = yield* fs.makeTempDirectoryScoped()
  const state = new DatabaseSync(path.join(data, "state.db"))
  state.exec(read(version, "state.sql"))
  const started = Number(state.prepare("select max(started) as at from run").get()?.["at"])
  const idsOf = (resource: string, status: string) =>
    state.prepare("select id from item where resource = ? and status = ? order by start desc")
      .all(resource, status).map(({ id }) => Number(id))
  const todo = idsOf("streams", "listed")
  const detailed = idsOf("details", "listed")
  const deleted = idsOf("activities", "deleted")
  state.close()
  const files: Record<string, string> = JSON.parse(read(version, "files.json"))
  for (const [name, text] of Object.entries(files)) {
    yield* fs.makeDirectory(path.dirname(path.join(data, name)), { recursive: true })
    yield* fs.writeFileString(path.join(data, name), text)
  }
  yield* sql`drop schema if exists strava cascade`
  for (const statement of statementsOf(read(version, "postgres.sql"))) {
    yield* sql.unsafe(statement).unprepared
  }
  yield* TestClock.setTime(started + 60 * 60_000)
  return { data, deleted, detailed, todo }
})

/** Provides Strava with the recorded responses: the whole list for any `after`. */
const recorded = (version: string) =>
  Layer.unwrap(Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    const answers = yield* Schema.decodeEffect(Recordings)(read(version, "answers.json"))
    for (const [i, answer] of answers.entries()) {
      yield* fs.writeFileString(`${folder}/${i}.json`, JSON.stringify(answer))
    }
    return Layer.effect(
      Simulator,
      Effect.map(Simulator, (simulator) =>
        Simulator.of({
          ...simulator,
          handle: (request) => {
            const url = new URL(request.url)
            url.searchParams.delete("after")
            return simulator.handle({ ...request, url: url.href })
          },
        })),
    ).pipe(Layer.provide(Simulator.layerRecorded(folder)))
  }))

/** Returns the recorded streams and details, by `resource/id`. */
const answersOf = (version: string) =>
  Effect.map(
    Schema.decodeEffect(Recordings)(read(version, "answers.json")),
    (answers) =>
      new Map(answers.flatMap(({ body, request: { uri }, status }) => {
        const [, id, rest] = /\/activities\/(\d+)(\/streams)?\?/.exec(uri) ?? []
        const resource = rest === undefined ? "details" : "streams"
        return id === undefined || status !== 200 ? [] : [[`${resource}/${id}`, body] as const]
      })),
  )

const test = testWith(Shared.layer)

for (const version of versions) {
  test(`a run that was killed in ${version} is completed: nothing is lost or requested twice`, () =>
    Effect.gen(function* () {
      const { sql } = yield* Shared
      const fs = yield* FileSystem.FileSystem
      const { data, deleted, detailed, todo } = yield* restored(version, sql)
      assert.ok(todo.length >= 3)
      const sinks: ReadonlyArray<SinkSource> = [
        yield* jsonSink(`${data}/json`),
        yield* csvSink(`${data}/csv`),
        {
          ...on({ location: "memory", connect: Effect.succeed(sql) }),
          identity: "embedded",
        },
      ]
      const { code, summary } = yield* runToEnd({
        data,
        sinks,
        // Versions before the third fetched no optional resources.
        ...(detailed.length > 0 && { last: "everything" }),
      })
      assert.equal(code, 0)
      assert.deepEqual(yield* streamsAsked, todo)
      const most = todo.length + detailed.length + 3
      assert.ok(summary.requests <= most, `${summary.requests} requests`)

      const answers = yield* answersOf(version)
      const streams = [...answers.keys()].filter((key) => key.startsWith("streams/"))
      assert.equal(streams.length, 6)
      for (const [key, text] of answers) {
        assert.equal(yield* fs.readFileString(`${data}/json/${key}.json`), text)
      }
      for (const id of deleted) {
        for (const file of [`json/streams/${id}.json`, `csv/streams/${id}.csv`]) {
          assert.ok(!(yield* fs.exists(`${data}/${file}`)), file)
        }
        const rows = yield* sql`select 1 from strava.activities where id = ${id}
          and deleted_at is not null`
        assert.equal(rows.length, 1)
      }
      const report = yield* verifySinks(data).pipe(
        Effect.provideService(Sinks, sinks),
        Effect.provide(StateFile.layerReadOnly(data), { local: true }),
      )
      assert.equal(verifyCode(report), 0, JSON.stringify(report.differences))
      assert.deepEqual(report.unknown, [])
      for (const { compared, expected, resource, there } of report.parts) {
        assert.equal(there, expected)
        assert.equal(compared, expected)
        if (resource === "activities") assert.equal(there, 7)
        if (resource === "streams") assert.equal(there, 6)
        if (resource === "details") assert.equal(there, answers.size - streams.length)
      }

      const views = yield* sql<{ name: string }>`
        select table_name as name from information_schema.views where table_schema = 'strava'`
      assert.ok(views.length >= 3)
      for (const { name } of views) yield* sql`select * from ${sql(`strava.${name}`)}`
      const [found] = yield* sql<{ n: number }>`select count(*)::int as n from strava.v_activities`
      assert.equal(found?.n, 7)

      const state = new DatabaseSync(`${data}/state.db`, { readOnly: true })
      assert.equal(state.prepare("pragma user_version").get()?.["user_version"], migrations.length)
      state.close()
    }).pipe(Effect.provide(recorded(version))))
}
