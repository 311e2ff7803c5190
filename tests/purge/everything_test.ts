/**
 * Deleting everything: our files are deleted, others are kept, and the next purge completes an
 * interrupted one.
 */
import { Cause, Effect, Exit, FileSystem, Option } from "effect"
import assert from "node:assert/strict"
import { inventoryOf } from "../../pipeline/purge/inventory.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { Sinks } from "../../sinks/Sink.ts"
import { runToEnd } from "../pipeline/running.ts"
import { test } from "../testing.ts"
import { below, dyingAt, folderSinks, purged, purgeFolder, withSimulator } from "./folder.ts"

const inventory = (data: string) =>
  Effect.provideServiceEffect(inventoryOf(data), Sinks, folderSinks(data))

/** Files that crashes, damage, older versions and other commands leave in a folder. */
const alsoOurs = [
  ".activities.ndjson.01234567-89ab-cdef-0123-456789abcdef.tmp",
  ".paceline-demo",
  "00001.GET-athlete.200.json",
  "csv/.laps.csv.01234567-89ab-cdef-0123-456789abcdef.tmp",
  "csv/activities.csv.damaged-2026-01-02T03-04-05Z",
  "csv/laps.csv.damaged-2026-01-02T03-04-05Z-2",
  "geojson/.activities.geojson.01234567-89ab-cdef-0123-456789abcdef.tmp",
  "geojson/activities.geojson",
  "gpx/2026-01-02-5.gpx",
  "gpx/undated-9223372036854775807.gpx",
  "json/activities.ndjson.damaged-2026-01-02T03-04-05Z",
  "json/streams/.5.json.01234567-89ab-cdef-0123-456789abcdef.tmp",
  "originals/.5.gpx.01234567-89ab-cdef-0123-456789abcdef.tmp",
  "originals/123456789.fit.gz",
  "originals/5.gpx",
  "postgres.lock",
  "postgres/PG_VERSION",
  "postgres/base/5/16384",
  "postgres/pg_wal/000000010000000000000001",
  "postgres/postgresql.auto.conf",
  "recordings/00001.GET-athlete-activities.200.json",
  "recordings/123456.POST-oauth-token.0.json.part",
  "report-2025.html",
  "report.db",
  "report.db-journal",
  "report.html",
  "state.db-shm",
  "state.db-wal",
  "state.db.damaged-2026-01-02T03-04-05Z",
  "state.db.damaged-2026-01-02T03-04-05Z-wal",
  "state.db.next",
  "state.db.next-journal",
  "state.db.v2.bak",
  "state.db.v2.bak.next",
  "tokens.other.json",
]

const foreign = [
  "activities.ndjson",
  "csv/streams/notes.txt",
  "csv/weeks.csv",
  "geojson/mine.geojson",
  "gpx/5.gpx",
  "json/streams/0x5.json",
  "json/streams/5.csv",
  "json/streams/old/5.json",
  "my report.html",
  "originals/notes.fit",
  "recordings/5.gpx",
  "postgres/notes.txt",
  "recordings/why.md",
  "report-20255.html",
  "report.db.bak",
  "state.db.bak",
  "state.db.damaged-by-me",
  "tokens.json.old",
]

const put = Effect.fnUntraced(function* (data: string, names: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  for (const name of names) {
    yield* fs.makeDirectory(`${data}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true })
    yield* fs.writeFileString(`${data}/${name}`, name)
  }
})

test("files of runs, crashes and other commands are recognized; other files are named and stay", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* purgeFolder
    yield* put(data, alsoOurs)
    const clean = yield* inventory(data)
    assert.deepEqual(clean.foreign, [])
    const all = below(data).filter((name) => !name.endsWith("/"))
    assert.deepEqual(
      clean.parts.flatMap(({ files }) => files.map((file) => file.slice(data.length + 1)))
        .toSorted(),
      all,
    )

    yield* put(data, [...foreign, "pictures/deep/er/1.png"])
    yield* fs.symlink("/dev/null", `${data}/json/streams/77.json`)
    yield* fs.symlink("/", `${data}/csv/streams/linked`)
    const left = [...foreign, "csv/streams/linked", "json/streams/77.json"]
    assert.deepEqual((yield* inventory(data)).foreign.toSorted(), [...left, "pictures/"].toSorted())
    yield* purged(data)
    assert.deepEqual(
      below(data).filter((name) => !name.endsWith("/")),
      [...left, "pictures/deep/er/1.png"].toSorted(),
    )
  }).pipe(withSimulator))

test("our empty folders are deleted, and linked folders are emptied", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* purgeFolder
    const elsewhere = yield* fs.makeTempDirectoryScoped()
    yield* fs.rename(`${data}/json`, `${elsewhere}/json`)
    yield* fs.symlink(`${elsewhere}/json`, `${data}/json`)
    yield* purged(data)
    assert.deepEqual(below(data), ["json"])
    assert.deepEqual(below(elsewhere), ["json/"])
  }).pipe(withSimulator))

test("folders that a link shows twice are deleted once", () =>
  Effect.gen(function* () {
    const data = yield* purgeFolder
    yield* (yield* FileSystem.FileSystem).symlink(".", `${data}/json/self`)
    yield* purged(data)
    assert.deepEqual(below(data), ["json/", "json/self"])
  }).pipe(withSimulator))

test("an interrupted purge blocks runs, and the next purge completes it", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const whole = yield* purgeFolder
    for (let at = 1, over = false; !over; at++) {
      const data = yield* fs.makeTempDirectoryScoped()
      yield* fs.copy(whole, data, { overwrite: true })
      yield* put(data, ["mine.txt"])
      const files = below(data).length
      let rows = 0
      const deleteRows = Effect.sync(() => void rows++)
      const { changes, layer } = dyingAt(at)
      const exit = yield* Effect.exit(
        Effect.provide(purged(data, deleteRows), layer, { local: true }),
      )
      over = Exit.isSuccess(exit)
      if (!over) {
        assert.ok(changes() >= at)
        const begun = yield* fs.exists(`${data}/state.purging`)
        // Nothing is deleted before the mark is written.
        if (!begun) assert.equal(below(data).filter((name) => !name.endsWith(".tmp")).length, files)
        else {
          const refused = yield* Effect.exit(
            Effect.provide(Effect.void, StateFile.layer(data, ["json"]), { local: true }),
          )
          const error = Exit.isFailure(refused) ? Cause.squash(refused.cause) : undefined
          assert.match(String(error), /not finished.*deno task purge/)
        }
        const mark = yield* purged(data, deleteRows)
        assert.equal(Option.isSome(mark), begun)
      }
      assert.deepEqual(below(data), ["mine.txt"], `it died at change ${at}`)
      assert.ok(rows >= 1 && rows <= 2, `${rows}`)
      if (over) assert.ok(at > 20, `only ${at} changes`)
    }
  }).pipe(withSimulator))

test("after a purge the next run is a first run, after signing in again", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* purgeFolder
    const tokens = yield* fs.readFile(`${data}/tokens.json`)
    yield* purged(data)
    yield* fs.writeFile(`${data}/tokens.json`, tokens, { mode: 0o600 })
    const [json, csv] = yield* folderSinks(data)
    const { code, summary } = yield* runToEnd({
      data,
      sinks: [json!, csv!],
      last: "everything",
    })
    assert.equal(code, 0)
    assert.equal(summary.resources.activities?.fresh, 4)
    assert.equal(summary.resources.streams?.fresh, 4)
  }).pipe(withSimulator))
