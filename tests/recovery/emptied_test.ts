/** Sinks that were emptied, cut or replaced between two runs get lost items back. */
import { Effect, FileSystem, Layer, Option } from "effect"
import assert from "node:assert/strict"
import { StoredData } from "../../pipeline/landed/StoredData.ts"
import { describeShort, describeStored } from "../../pipeline/output/summary/lost.ts"
import { describeLost } from "../../pipeline/output/summary/lacks.ts"
import { makePlan } from "../../pipeline/run/Plan.ts"
import { defaultOptions, RunOptions } from "../../pipeline/stages/RunOptions.ts"
import { findLosses, findShortSinks } from "../../pipeline/state/outbox/glance.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { Quota } from "../../pipeline/strava/quota/Quota.ts"
import { verifyCode } from "../../pipeline/verify/verdict.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import { detailsResponse } from "../postgres/answers.ts"
import { type Finished, finished, makeTest } from "../verify/fixture.ts"
import { runSetup } from "./lost.ts"

const test = makeTest()

const policy = { onLimit: "wait", deadline: undefined, reserve: 0 } as const

const remove = (...paths: ReadonlyArray<string>) => ({ data }: Finished) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    for (const path of paths) yield* fs.remove(`${data}/${path}`, { recursive: true })
  })

const clear = (folder: string) => ({ data }: Finished) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    for (const name of yield* fs.readDirectory(`${data}/${folder}`)) {
      yield* fs.remove(`${data}/${folder}/${name}`, { recursive: true })
    }
  })

const sql = (...statements: ReadonlyArray<string>) => ({ sql }: Finished) =>
  Effect.forEach(statements, (statement) => sql.unsafe(statement).unprepared)

const someFiles = (folder: string, extension: string) => ({ data, ids }: Finished) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) =>
    Effect.forEach(
      ids.slice(2, 5),
      (id) => fs.remove(`${data}/${folder}/${id}${extension}`),
    ))

const firstLines = (file: string, count: number) => (folder: Finished) =>
  folder.change(file.split("/"), (text) => text.split("\n").slice(0, count).join("\n") + "\n")

/** Shortfalls that `status` and `doctor` report. */
const shortOf = ({ data, sinks }: Finished) =>
  findShortSinks(sinks, { open: true }).pipe(
    Effect.provide(StateFile.layerReadOnly(data), { local: true }),
  )

const damages: ReadonlyArray<
  readonly [
    what: string,
    sink: SinkName,
    how: (folder: Finished) => Effect.Effect<unknown, unknown, FileSystem.FileSystem>,
  ]
> = [
  ["a dropped schema", "postgres", sql("drop schema strava cascade")],
  ["a truncated table", "postgres", sql("truncate strava.streams")],
  ["truncated tables", "postgres", sql("truncate strava.activities, strava.athletes")],
  ["deleted rows", "postgres", sql("delete from strava.streams where ctid < '(0,4)'")],
  ["an emptied folder of JSON", "json", clear("json")],
  ["a removed folder of JSON", "json", remove("json")],
  ["a removed folder of samples", "json", remove("json/streams")],
  ["removed files of samples", "json", someFiles("json/streams", ".json")],
  ["a cut list of activities", "json", firstLines("json/activities.ndjson", 5)],
  ["an emptied folder of CSV", "csv", clear("csv")],
  ["an emptied folder of samples", "csv", clear("csv/streams")],
  ["removed tables of CSV", "csv", remove("csv/activities.csv", "csv/athlete.csv")],
  ["a cut table of CSV", "csv", firstLines("csv/activities.csv", 5)],
]

for (const [what, sink, how] of damages) {
  test(`${what} is detected by the next run, reported, and filled from another sink for 0 requests`, () =>
    Effect.gen(function* () {
      const folder = yield* finished()
      assert.deepEqual(yield* shortOf(folder), [])
      yield* how(folder)
      assert.deepEqual((yield* shortOf(folder)).map(({ sink }) => sink), [sink])
      const { code, notes, requests } = yield* runSetup({ data: folder.data, sinks: folder.sinks })
      assert.equal(code, 0)
      assert.equal(requests, 2)
      assert.match(notes, new RegExp(`${sink} in .* holds \\d+ of \\d+ .*0 requests`))
      const report = yield* folder.look()
      assert.deepEqual(report.differences, [])
      assert.equal(verifyCode(report), 0)
      const again = yield* runSetup({ data: folder.data, sinks: folder.sinks })
      assert.doesNotMatch(again.notes, /holds \d+ of/)
      assert.equal(again.requests, 2)
    }))
}

const alone = ["a dropped schema", "a removed folder of samples", "removed tables of CSV"]

for (const [what, sink, how] of damages.filter(([what]) => alone.includes(what))) {
  test(`${what}, of the only sink, is fetched again, and the cost is reported first`, () =>
    Effect.gen(function* () {
      const folder = yield* finished([sink])
      yield* how(folder)
      const { code, notes, requests } = yield* runSetup({ data: folder.data, sinks: folder.sinks })
      assert.equal(code, 0)
      assert.match(notes, /No sink keeps .*fetched again, for \d+ requests? or more/)
      assert.ok(requests <= 2 + 12 + 2, `${requests}`)
      const report = yield* folder.look()
      assert.deepEqual(report.differences, [])
      const years = report.years.filter(({ resource }) => resource === "streams")
      assert.equal(years.reduce((sum, { known }) => sum + known, 0), 12)
      assert.equal((yield* runSetup({ data: folder.data, sinks: folder.sinks })).requests, 2)
    }))
}

test("items only in CSV are fetched again for an emptied database, and the cost is reported first", () =>
  Effect.gen(function* () {
    const folder = yield* finished(["csv", "postgres"])
    yield* folder.sql`drop schema strava cascade`
    const { code, notes, streams } = yield* runSetup({ data: folder.data, sinks: folder.sinks })
    assert.equal(code, 0)
    assert.match(notes, /No sink keeps 12 activities, 12 streams.*for 14 requests or more/)
    assert.equal(streams.length, 12)
    const report = yield* folder.look()
    assert.deepEqual(report.differences, [])
    assert.ok(report.parts.every(({ lacking }) => lacking === 0))
  }))

test("two sinks that were emptied at once are fetched again", () =>
  Effect.gen(function* () {
    const folder = yield* finished()
    yield* folder.sql`drop schema strava cascade`
    yield* clear("json")(folder)
    const { code, notes } = yield* runSetup({ data: folder.data, sinks: folder.sinks })
    assert.equal(code, 0)
    for (const said of [/json in/, /postgres in/, /No sink keeps/]) {
      assert.match(notes, said)
    }
    const report = yield* folder.look()
    assert.deepEqual(report.differences, [])
    assert.ok(report.parts.every(({ lacking }) => lacking === 0))
  }))

test("the plan counts lost items that no sink keeps, and no other loss", () =>
  Effect.gen(function* () {
    const folder = yield* finished()
    const ahead = Effect.gen(function* () {
      const { lost } = yield* findLosses(folder.sinks)
      const { requests } = yield* makePlan(() => true, policy, 0, lost)
      return { said: describeLost(lost), requests: requests.total }
    }).pipe(
      Effect.provide(
        Layer.provideMerge(
          Quota.layer(policy),
          StateFile.layerReadOnly(folder.data),
        ),
        { local: true },
      ),
      Effect.provideService(RunOptions, defaultOptions),
    )
    const before = yield* ahead
    assert.equal(before.said, undefined)
    yield* remove("json/streams")(folder)
    assert.deepEqual(yield* ahead, before)
    yield* sql("truncate strava.streams")(folder)
    const said = "12 streams are fetched again, for 12 requests or more"
    assert.deepEqual(yield* ahead, { said, requests: before.requests + 12 })
    const { requests } = yield* runSetup({ data: folder.data, sinks: folder.sinks })
    assert.equal(requests, 2 + 12)
    assert.equal((yield* ahead).said, undefined)
  }))

test("reports and tables say that data is missing", () =>
  Effect.gen(function* () {
    const folder = yield* finished(["json"])
    const settings = { data: folder.data, databaseUrl: Option.none() }
    const notes = Effect.map(StoredData, ({ notes }) => notes).pipe(
      Effect.provide(StoredData.layer(settings), { local: true }),
    )
    assert.deepEqual(yield* notes, [])
    yield* firstLines("json/activities.ndjson", 1)(folder)
    assert.match((yield* notes).join(), /json in .* holds 1 of 12 activities.*The next run/)
  }))

test("status reports lost items and does not count them as stored", () =>
  Effect.gen(function* () {
    const folder = yield* finished(["json"])
    yield* remove("json/streams")(folder)
    const short = yield* shortOf(folder)
    assert.equal(describeStored(short, "json", "streams", 12), "0 stored, 12 lost")
    assert.equal(describeStored(short, "json", "activities", 12), "12 stored")
    const words = describeShort(short, folder.data, [])
    assert.match(words.join("\n"), /json was emptied.*\n.*0 of 12 streams/)
  }))

test("a table that was dropped alone is named, with the statement that fixes it; other sinks go on", () =>
  Effect.gen(function* () {
    const folder = yield* finished()
    yield* folder.sql`drop table strava.streams cascade`
    const { code, summary } = yield* folder.run()
    assert.equal(code, 69)
    const error = summary.sinks.find(({ sink }) => sink === "postgres")?.error ?? ""
    assert.match(error, /one of the tables .* is missing .*streams.*Move that folder away/)
    yield* folder.sql`drop schema strava cascade`
    assert.equal((yield* folder.run()).code, 0)
    assert.deepEqual((yield* folder.look()).differences, [])
  }))

test("a dropped view is created again, with the views that read it, and a note", () =>
  Effect.gen(function* () {
    const folder = yield* finished()
    yield* folder.sql`drop view strava.v_weekly cascade`
    yield* folder.sql`drop view strava.v_stream_points cascade`
    const { code, notes } = yield* runSetup({ data: folder.data, sinks: folder.sinks })
    assert.equal(code, 0)
    assert.match(notes, /strava\.v_weekly.*dropped since the last run, and created again/)
    yield* folder.sql`select week from strava.v_weekly limit 1`
    yield* folder.sql`select * from strava.v_stream_points limit 1`
    assert.doesNotMatch(
      (yield* runSetup({ data: folder.data, sinks: folder.sinks })).notes,
      /dropped/,
    )
  }))

test("truncated tables of entries are filled again from the details, with a note", () =>
  Effect.gen(function* () {
    const { every, sql } = yield* finished(["postgres"])
    const source = every.find(({ name }) => name === "postgres")!
    const notes = Effect.scoped(Effect.map(source.open, ({ notes = [] }) => notes.join("\n")))
    const counts = sql`select (select count(*) from strava.laps)::int4 as laps,
      (select count(*) from strava.splits)::int4 as splits,
      (select count(*) from strava.segment_efforts)::int4 as efforts`
    yield* Effect.scoped(
      Effect.flatMap(
        source.open,
        (sink) =>
          sink.write({ resource: "details", items: [detailsResponse(1), detailsResponse(2)] }),
      ),
    )
    const before = yield* counts
    assert.ok(Object.values(before[0] ?? {}).every((count) => Number(count) > 0))
    assert.equal(yield* notes, "")
    yield* sql`truncate strava.laps, strava.splits, strava.segment_efforts`
    assert.match(yield* notes, /strava\.laps, strava\.splits, .*filled again from strava\.details/)
    assert.deepEqual(yield* counts, before)
    assert.equal(yield* notes, "")
  }))

test("a dropped table of versions is named, and changes nothing", () =>
  Effect.gen(function* () {
    const { every, sql } = yield* finished(["postgres"])
    yield* sql`drop table strava.paceline_migrations`
    const source = every.find(({ name }) => name === "postgres")!
    const error = yield* Effect.flip(Effect.scoped(source.open))
    assert.match(error.message, /paceline_migrations .*is missing, but other tables exist/)
    const [found] = yield* sql`select count(*)::int4 as count from strava.activities`
    assert.deepEqual(found, { count: 12 })
  }))
