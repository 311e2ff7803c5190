/** Verifying again: unchanged items are not read, and every change is found. */
import { Effect, FileSystem } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import type { VerifyResult } from "../../pipeline/verify/Result.ts"
import type { SinkSource } from "../../sinks/Sink.ts"
import { change, damages, lines, removeFile } from "./damages.ts"
import { type Finished, finished, makeTest } from "./fixture.ts"

const test = makeTest()

const hour = 3_600_000

/** Moves the clock ahead, so that every file is old enough to be recognized by its times. */
const later = Effect.suspend(() => TestClock.setTime(Date.now() + hour))

const unchanged = ({ parts }: VerifyResult) => parts.reduce((sum, part) => sum + part.unchanged, 0)
const compared = ({ parts }: VerifyResult) => parts.reduce((sum, part) => sum + part.compared, 0)
const names = ({ differences }: VerifyResult) =>
  differences.map(({ id, resource, sink }) => `${sink} ${resource} ${id}`)

/** Creates a folder and verifies everything in it. */
const verified = Effect.fnUntraced(function* () {
  const folder = yield* finished()
  yield* later
  const report = yield* folder.lookAgain()
  assert.deepEqual([unchanged(report), compared(report)], [0, 75])
  assert.deepEqual(report.unchanged, { since: null, notKept: null })
  return folder
})

/** Returns the sinks, wrapped so that they record every read in `read`. */
const watched = (sinks: ReadonlyArray<SinkSource>, read: Array<string>) =>
  sinks.map((source): SinkSource => ({
    ...source,
    look: Effect.map(source.look, (sink) => ({
      ...sink,
      kept: (resource, ids) => {
        read.push(...ids.map((id) => `${sink.name} kept ${resource} ${id}`))
        return sink.kept(resource, ids)
      },
      differing: (batch) => {
        read.push(...batch.items.map(({ id }) => `${sink.name} differing ${batch.resource} ${id}`))
        return sink.differing(batch)
      },
    })),
  }))

test("an unchanged item is not read again, and counts as compared", () =>
  Effect.gen(function* () {
    const folder = yield* verified()
    const first = Math.floor(Date.now() + hour)
    const read: Array<string> = []
    yield* TestClock.adjust(hour)
    const report = yield* folder.lookAgain(watched(folder.sinks, read))
    assert.deepEqual(read, [])
    assert.deepEqual([unchanged(report), compared(report)], [75, 75])
    assert.deepEqual(report.differences, [])
    assert.ok(Math.abs((report.unchanged.since ?? 0) - first) < hour)
    assert.ok(report.parts.every(({ expected, there }) => expected === there))

    const id = folder.ids[2]!
    yield* change("csv", (text) => text)(folder, id)
    const after = yield* folder.lookAgain(watched(folder.sinks, read))
    assert.deepEqual(
      new Set(read),
      new Set([`json kept streams ${id}`, `csv differing streams ${id}`]),
    )
    assert.deepEqual([unchanged(after), compared(after)], [74, 75])

    yield* TestClock.adjust(1)
    const all: Array<string> = []
    const full = yield* folder.lookAgain(watched(folder.sinks, all), { full: true })
    assert.deepEqual([unchanged(full), compared(full)], [0, 75])
    // Each response is read from one sink. For JSON, the hashes of the files are sufficient proof.
    const count = (what: string) => all.filter((one) => one.startsWith(what)).length
    assert.deepEqual(
      ["json kept streams", "postgres kept streams", "json differing", "csv differing streams"].map(
        count,
      ),
      [12, 0, 0, 12],
    )
  }))

test("a file so young that a change might not show in its times is read again", () =>
  Effect.gen(function* () {
    const folder = yield* finished()
    const id = folder.ids[0]!
    const { ctime } = yield* Effect.sync(() =>
      Deno.statSync(folder.file("json", "streams", `${id}.json`))
    )
    yield* TestClock.setTime(ctime!.getTime() + 2_999)
    yield* folder.lookAgain()
    yield* later
    const streams = (report: VerifyResult) =>
      report.parts.find(({ resource, sink }) => sink === "json" && resource === "streams")
    assert.ok(streams(yield* folder.lookAgain())!.unchanged < 12)
    assert.equal(streams(yield* folder.lookAgain())!.unchanged, 12)
  }))

for (const [what, each] of Object.entries(damages)) {
  test(`${what} is named after a verification`, () =>
    Effect.gen(function* () {
      const folder = yield* verified()
      yield* Effect.forEach(each, (damage, i) => damage.do(folder, folder.ids[i + 1]!))
      const report = yield* folder.lookAgain()
      const expected = each.map(({ resource, sink }, i) =>
        `${sink} ${resource} ${folder.ids[i + 1]}`
      )
      assert.deepEqual(names(report).toSorted(), expected.toSorted())
      assert.deepEqual(names(yield* folder.lookAgain()).toSorted(), expected.toSorted())
    }))
}

/** Changes a digit, so that the size stays the same. */
const flipped = (text: string) => text.replace(/\d(?=\D*$)/, (digit) => digit === "7" ? "8" : "7")

const streamsFile = ({ file }: Finished, sink: "json" | "csv", id: string) =>
  file(sink, "streams", `${id}.${sink}`)

/** Restores the times of a file, repeatedly until its change time (ctime) differs. */
const setTimes = (path: string, { atime, ctime, mtime }: Deno.FileInfo) =>
  Effect.sync(() => {
    do Deno.utimeSync(path, atime!, mtime!)
    while (Deno.statSync(path).ctime!.getTime() === ctime!.getTime())
  })

const mutations: Readonly<
  Record<string, {
    readonly expected: (id: string) => ReadonlyArray<string>
    readonly do: (
      folder: Finished,
      id: string,
    ) => Effect.Effect<unknown, unknown, FileSystem.FileSystem>
  }>
> = {
  "a file edited to the same size, with its time of change set back": {
    expected: (id) => [`json streams ${id}`],
    do: (folder, id) =>
      Effect.suspend(() => {
        const path = streamsFile(folder, "json", id)
        const before = Deno.statSync(path)
        return Effect.andThen(change("json", flipped)(folder, id), setTimes(path, before))
      }),
  },
  "a file replaced by another of its size and time": {
    expected: (id) => [`csv streams ${id}`],
    do: (folder, id) =>
      Effect.sync(() => {
        const path = streamsFile(folder, "csv", id)
        const { atime, mtime } = Deno.statSync(path)
        Deno.writeTextFileSync(`${path}.new`, flipped(Deno.readTextFileSync(path)))
        Deno.utimeSync(`${path}.new`, atime!, mtime!)
        Deno.renameSync(`${path}.new`, path)
      }),
  },
  "a file edited by another name of its own": {
    expected: (id) => [`csv streams ${id}`],
    do: (folder, id) =>
      Effect.sync(() => {
        const path = streamsFile(folder, "csv", id)
        Deno.linkSync(path, folder.file("other"))
        Deno.writeTextFileSync(folder.file("other"), flipped(Deno.readTextFileSync(path)))
      }),
  },
  "a table of lines without the newest": {
    expected: (id) => [`json activities ${id}`],
    do: lines("json", () => []),
  },
  "a row written again with another value": {
    expected: (id) => [`postgres streams ${id}`],
    do: ({ sql }, id) =>
      sql.unsafe(
        `with gone as (delete from strava.streams where activity_id = $1::text::bigint returning *)
         insert into strava.streams select (jsonb_populate_record(gone, '{"n": 77}')).* from gone`,
        [id],
      ).pipe(Effect.catch(() =>
        // The insert can fail because a deleted row exists until the end of the statement.
        Effect.gen(function* () {
          yield* sql`create temp table gone as select * from strava.streams
            where activity_id = ${id}::text::bigint`
          yield* sql`delete from strava.streams where activity_id = ${id}::text::bigint`
          yield* sql`update gone set n = 77`
          yield* sql`insert into strava.streams select * from gone`
          yield* sql`drop table gone`
        })
      )),
  },
  "rows whose activity is marked as deleted": {
    expected: (id) => [`postgres activities ${id}`, `postgres streams ${id}`],
    do: ({ sql }, id) =>
      sql`update strava.activities set deleted_at = now() where id = ${id}::text::bigint`,
  },
}

for (const [what, mutation] of Object.entries(mutations)) {
  test(`after a verification, ${what} is named`, () =>
    Effect.gen(function* () {
      const folder = yield* verified()
      const id = folder.ids[1]!
      yield* mutation.do(folder, id)
      assert.deepEqual(names(yield* folder.lookAgain()), mutation.expected(id))
    }))
}

test("a column that was dropped and recreated has lost its values, although no row was written", () =>
  Effect.gen(function* () {
    const folder = yield* verified()
    yield* folder.sql`alter table strava.streams drop column heartrate cascade`
    yield* folder.sql`alter table strava.streams add column heartrate float8[]`
    const { differences } = yield* folder.lookAgain()
    assert.ok(differences.length > 0)
    assert.ok(differences.every(({ detail }) => detail === "different in heartrate"))
  }))

test("an item added to a sink is named, and the rest is not read", () =>
  Effect.gen(function* () {
    const folder = yield* verified()
    const fs = yield* FileSystem.FileSystem
    yield* fs.writeFileString(folder.file("json", "streams", "4711.json"), "{}")
    yield* folder.sql`insert into strava.activities (id, athlete_id, raw, sha256, fetched_at)
      values (4711, 1, '{}', '', now())`.pipe(Effect.ignore)
    const report = yield* folder.lookAgain()
    assert.ok(report.unknown.some(({ id, sink }) => sink === "json" && id === "4711"))
    assert.equal(unchanged(report), 75)
  }))

test("a table with rows of no item or of an unknown one is read every time", () =>
  Effect.gen(function* () {
    const folder = yield* verified()
    yield* folder.change(["csv", "activities.csv"], (text) => `${text},total\n`)
    yield* folder.change(
      ["json", "activities.ndjson"],
      (text) => `${text}{"id":4711,"start_date":"2020-01-01T00:00:00Z"}\n`,
    )
    for (const _ of ["first", "second"]) {
      const { differences, oddities, unknown } = yield* folder.lookAgain()
      assert.deepEqual(differences, [])
      assert.deepEqual(unknown.map(({ id, sink }) => `${sink} ${id}`), ["json 4711"])
      assert.deepEqual(oddities.map(({ detail }) => detail), ["row 14 has no activity's id"])
    }
  }))

test("an unchanged file does not prove a newer response in the ledger", () =>
  Effect.gen(function* () {
    const folder = yield* verified()
    const id = folder.ids[3]!
    yield* Effect.sync(() => {
      const db = new DatabaseSync(folder.file("state.db"))
      db.prepare(
        `update landed set hash = 'x' where sink = 'json' and resource = 'streams' and id = ?`,
      )
        .run(id)
      db.close()
    })
    assert.deepEqual(names(yield* folder.lookAgain()), [`json streams ${id}`])
  }))

test("a newer response is read and does not prove the previous one", () =>
  Effect.gen(function* () {
    const folder = yield* verified()
    const { world } = yield* Simulator
    const id = folder.ids[0]!
    const before = yield* Effect.sync(() => Deno.readFileSync(folder.file("state.db")))
    yield* world.edit(Number(id), { name: "Renamed" })
    yield* folder.run()
    yield* later
    const report = yield* folder.lookAgain()
    assert.deepEqual(report.differences, [])
    assert.ok(
      report.parts.filter(({ resource }) => resource === "streams").every(({ unchanged }) =>
        unchanged === 12
      ),
    )
    assert.equal(
      report.parts.find(({ resource, sink }) => sink === "postgres" && resource === "activities")
        ?.unchanged,
      11,
    )
    // State file from before the proofs were stored.
    yield* Effect.sync(() => Deno.writeFileSync(folder.file("state.db"), before))
    assert.equal(unchanged(yield* folder.lookAgain()), 0)
  }))

test("a sink from another time or another version of the program proves nothing", () =>
  Effect.gen(function* () {
    const folder = yield* verified()
    assert.equal(unchanged(yield* folder.lookAgain(folder.sinks, { version: "2" })), 0)
    yield* folder.lookAgain()
    // The database looks like a copy from before the last run.
    yield* folder.sql`update strava.paceline_lease set epoch = 0, ours = 0`
    yield* folder.sql`update strava.paceline_writer set epoch = 0`
    yield* folder.run()
    yield* later
    const report = yield* folder.lookAgain()
    assert.deepEqual(report.differences, [])
    for (const { sink, unchanged } of report.parts) {
      if (sink === "postgres") assert.equal(unchanged, 0)
    }
  }))

test("a copy does not prove the sink that it was made from", () =>
  Effect.gen(function* () {
    const folder = yield* finished()
    yield* later
    const copy = folder.sinks.map((source) =>
      source.name === "postgres" ? { ...source, identity: "elsewhere" } : source
    )
    assert.deepEqual((yield* folder.lookAgain(copy)).differences, [])
    const report = yield* folder.lookAgain()
    for (const { expected, sink, unchanged } of report.parts) {
      assert.equal(unchanged, sink === "postgres" ? 0 : expected)
    }
  }))

test("if the proofs cannot be stored, everything is read, and the report says why", () =>
  Effect.gen(function* () {
    const folder = yield* finished()
    yield* later
    yield* Effect.sync(() => Deno.mkdirSync(folder.file("verified.db")))
    const report = yield* folder.lookAgain()
    assert.deepEqual(report.differences, [])
    assert.equal(report.unchanged.notKept, "it is a directory, not a file; move it away")
    yield* Effect.sync(() => Deno.removeSync(folder.file("verified.db")))
    yield* Effect.sync(() => Deno.writeTextFileSync(folder.file("verified.db"), "no database"))
    assert.equal((yield* folder.lookAgain()).unchanged.notKept, null)
    assert.equal(unchanged(yield* folder.lookAgain()), 75)
  }))

test("a repair of a deleted item reads only that item again", () =>
  Effect.gen(function* () {
    const folder = yield* verified()
    const id = folder.ids[4]!
    yield* removeFile("csv")(folder, id)
    yield* folder.repair()
    yield* later
    const report = yield* folder.lookAgain()
    assert.deepEqual([unchanged(report), compared(report)], [74, 75])
  }))

/** Changes the state file with an SQL statement whose only parameter is the id of an activity. */
const inState = ({ file }: Finished, sql: string, id: string) =>
  Effect.sync(() => {
    const db = new DatabaseSync(file("state.db"))
    db.prepare(sql).run(id)
    db.close()
  })

test("a row that waits for a newer response is counted, although its table is unchanged", () =>
  Effect.gen(function* () {
    const folder = yield* verified()
    yield* inState(
      folder,
      `insert into pending (sink, resource, athlete, id, hash, size, start)
         select sink, resource, athlete, id, 'newer', 1, 0 from landed
           where resource = 'activities' and id = ?`,
      folder.ids[3]!,
    )
    const { years } = yield* folder.lookAgain()
    for (const { known, there } of years) {
      assert.deepEqual(there, { csv: known, json: known, postgres: known })
    }
  }))

test("a row that the ledger no longer knows is named, although its table is unchanged", () =>
  Effect.gen(function* () {
    const folder = yield* verified()
    const id = folder.ids[3]!
    for (const table of ["landed", "item"]) {
      yield* inState(folder, `delete from ${table} where resource = 'activities' and id = ?`, id)
    }
    const { unknown } = yield* folder.lookAgain()
    assert.deepEqual(
      unknown.map((one) => `${one.sink} ${one.id}`).toSorted(),
      ["csv", "json", "postgres"].map((sink) => `${sink} ${id}`),
    )
  }))
