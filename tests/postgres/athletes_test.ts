/**
 * Two athletes with a folder each on one server: each run reads and writes only its own athlete's
 * rows.
 */
import { Cause, Context, Effect, Exit, FileSystem, Layer, Option, Redacted, Stream } from "effect"
import type { HttpClient } from "effect/http"
import assert from "node:assert/strict"
import { StoredData } from "../../pipeline/landed/StoredData.ts"
import { runLayer, sinksLayer } from "../../pipeline/run/layers.ts"
import { Progress } from "../../pipeline/base/Progress.ts"
import { defaultOptions } from "../../pipeline/stages/RunOptions.ts"
import { layerClient } from "../../pipeline/simulator/client.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { World, type WorldOptions } from "../../pipeline/simulator/world/World.ts"
import type { ErrorOf, ServicesOf } from "../../pipeline/stages/Stage.ts"
import { lastStage } from "../../pipeline/stages/all.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { sync } from "../../pipeline/run/run.ts"
import { verifyCode } from "../../pipeline/verify/verdict.ts"
import { verifySinks } from "../../pipeline/verify/verify.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { server } from "../../sinks/postgres/connection/client.ts"
import { deleteAthlete } from "../../sinks/postgres/write/erase.ts"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import { credentials } from "../pipeline/running.ts"
import { liveWith } from "../testing.ts"
import { TestServer } from "./databases.ts"
import { freshDatabase, urlWith } from "./server.ts"

const live = liveWith(TestServer.layer)

const until = Date.UTC(2026, 10, 15)
const alice: WorldOptions = { athleteId: 11, seed: 11, activities: 7, samples: 5, until }
const bob: WorldOptions = { athleteId: 22, seed: 22, activities: 4, samples: 5, until }

type Strava = Context.Context<HttpClient.HttpClient | Simulator>

interface Folder {
  readonly data: string
  readonly url: Redacted.Redacted
  readonly strava: Strava
}

/** Runs in a folder. Returns the outcome, the notes and the requests to Strava. */
const run = Effect.fnUntraced(function* (
  { data, strava, url }: Folder,
  { rebuild = false, sinks = ["json", "postgres"] }: {
    readonly rebuild?: boolean
    readonly sinks?: ReadonlyArray<SinkName>
  } = {},
) {
  const notes: Array<string> = []
  const simulator = Context.get(strava, Simulator)
  const before = (yield* simulator.requests).length
  const settings = {
    data,
    sinks,
    rebuild,
    databaseUrl: Option.some(url),
    policy: { onLimit: "wait", deadline: undefined, reserve: 0 },
    options: defaultOptions,
  } as const
  const outcome = yield* sync<unknown, ErrorOf<typeof lastStage>, ServicesOf<typeof lastStage>>(
    lastStage,
    () => true,
  ).pipe(
    Effect.provide(runLayer(settings, Layer.succeedContext(strava)), { local: true }),
    Effect.provide(credentials),
    Effect.provideService(Progress, {
      notify: (event) =>
        Effect.sync(() => {
          if (event._tag === "Note") notes.push(event.text)
        }),
    }),
  )
  const requests = (yield* simulator.requests).slice(before).map(({ path }) => path)
    .filter((path) => path.startsWith("/api/"))
  return { ...outcome, notes: notes.join(" "), requests }
})

const database = Effect.flatMap(TestServer, freshDatabase)

const folderOf = Effect.fnUntraced(function* (url: Redacted.Redacted, who: WorldOptions) {
  const fs = yield* FileSystem.FileSystem
  const strava = yield* Layer.build(
    layerClient.pipe(Layer.provideMerge(Simulator.layer({ ...who, limits: "none" }))),
  )
  return { data: yield* fs.makeTempDirectoryScoped(), url, strava } satisfies Folder
})

const idsOf = (who: WorldOptions) => World.make(who).ids.map(String).toSorted()

/** Returns the ids of the activities in the folder's JSON. */
const inJson = Effect.fnUntraced(function* ({ data }: Folder) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* fs.readFileString(`${data}/json/activities.ndjson`)
  return text.trim().split("\n").map((line) => String(JSON.parse(line).id)).toSorted()
})

/** Returns the ids in a table, by athlete. */
const inTable = Effect.fnUntraced(function* (url: Redacted.Redacted, table = "activities") {
  const sql = yield* (yield* server(url)).connect
  const key = table === "activities" ? "id" : "activity_id"
  const rows = yield* sql.unsafe<{ athlete: string; id: string }>(
    `select athlete_id::text as athlete, ${key}::text as id from strava.${table}`,
  )
  return Object.fromEntries(
    [...Map.groupBy(rows, ({ athlete }) => athlete)]
      .map(([athlete, rows]) => [athlete, rows.map(({ id }) => id).toSorted()]),
  )
}, Effect.scoped)

const both = { 11: idsOf(alice), 22: idsOf(bob) }

/**
 * Runs `verifySinks` in a folder. Returns its exit code and the items that the state file does not
 * know.
 */
const verified = Effect.fnUntraced(function* ({ data, url }: Folder) {
  const report = yield* verifySinks(data).pipe(
    Effect.provide(
      Layer.merge(
        StateFile.layerReadOnly(data, ["json", "postgres"]),
        sinksLayer({ data, databaseUrl: Option.some(url), sinks: ["json", "postgres"] }),
      ),
    ),
  )
  return [verifyCode(report), report.unknown]
})

const archived = ({ data, url }: Folder) =>
  Effect.gen(function* () {
    const stored = yield* StoredData
    const all = yield* Stream.runCollect(stored.activities)
    const ids = [...all].map(({ id }) => id)
    return { from: stored.source.name, ids: ids.toSorted() }
  }).pipe(
    Effect.provide(StoredData.layer({ data, databaseUrl: Option.some(url) })),
    Effect.scoped,
  )

live(
  "two athletes run into one server at the same time, each from a fresh folder",
  () =>
    Effect.gen(function* () {
      const url = yield* database
      const [a, b] = [yield* folderOf(url, alice), yield* folderOf(url, bob)]
      const ended = yield* Effect.all([run(a), run(b)], { concurrency: 2 })
      assert.deepEqual(ended.map(({ code, notes }) => [code, notes]), [[0, ""], [0, ""]])
      assert.deepEqual(yield* inTable(url), both)
      assert.deepEqual([yield* inJson(a), yield* inJson(b)], [idsOf(alice), idsOf(bob)])
      for (const folder of [a, b]) {
        assert.deepEqual(yield* verified(folder), [0, []])
        const again = yield* run(folder)
        assert.deepEqual([again.code, again.requests.length], [0, 2])
      }
    }),
)

live(
  "the first run of a second athlete adopts nothing of the first's, also with --rebuild-state",
  () =>
    Effect.gen(function* () {
      for (const rebuild of [false, true]) {
        const url = yield* database
        const a = yield* folderOf(url, alice)
        yield* run(a)
        const b = yield* folderOf(url, bob)
        const { code, notes } = yield* run(b, { rebuild })
        assert.deepEqual([code, notes], [0, ""])
        assert.deepEqual(yield* inJson(b), idsOf(bob))
        assert.deepEqual(yield* inTable(url), both)
        assert.deepEqual(yield* verified(a), [0, []])
      }
    }),
)

for (const left of ["nothing", "an empty folder", "files"] as const) {
  live(
    `a folder with ${left} left of it is rebuilt from the athlete's own rows, without a request`,
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const url = yield* database
        yield* run(yield* folderOf(url, alice))
        let b = yield* folderOf(url, bob)
        yield* run(b)
        if (left === "nothing") b = yield* folderOf(url, bob)
        else {
          for (const name of ["state.db", "state.db.prev", ...(left === "files" ? [] : ["json"])]) {
            yield* fs.remove(`${b.data}/${name}`, { recursive: true })
          }
        }
        const { code, notes, requests } = yield* run(b, { rebuild: left === "files" })
        assert.equal(code, 0)
        assert.match(notes, /Adopted from the sinks: 4 activities/)
        assert.deepEqual(requests.filter((path) => path.includes("streams")), [])
        assert.deepEqual(yield* inJson(b), idsOf(bob))
        assert.deepEqual(yield* inTable(url), both)
        assert.deepEqual(yield* verified(b), [0, []])
      }),
  )
}

live(
  "a second folder of the same athlete ends with 75 while the first runs, after one request",
  () =>
    Effect.gen(function* () {
      const url = yield* database
      const athlete = AthleteId.make(11)
      yield* run(yield* folderOf(url, alice))
      yield* Effect.scoped(Effect.gen(function* () {
        yield* on(yield* server(url)).of?.(athlete).open ?? Effect.die("of no athlete")
        for (const rebuild of [false, true]) {
          const second = yield* run(yield* folderOf(url, alice), { rebuild })
          assert.equal(second.code, 75)
          assert.deepEqual(second.requests, ["/api/v3/athlete"])
        }
        assert.equal((yield* run(yield* folderOf(url, bob))).code, 0)
      }))
      assert.deepEqual(yield* inTable(url), both)
    }),
)

live(
  "reasons for missing items of one athlete stay after another's run",
  () =>
    Effect.gen(function* () {
      const url = yield* database
      const a = yield* folderOf(url, { ...alice, manual: 0.5 })
      const b = yield* folderOf(url, { ...bob, manual: 0.5 })
      yield* run(a)
      const ofAlice = (yield* inTable(url, "missing"))["11"]
      assert.ok((ofAlice ?? []).length > 0)
      yield* run(b)
      assert.deepEqual((yield* inTable(url, "missing"))["11"], ofAlice)
      assert.ok(((yield* inTable(url, "missing"))["22"] ?? []).length > 0)
    }),
)

live(
  "report and show read the rows of the folder's athlete, and none while the athlete is unknown",
  () =>
    Effect.gen(function* () {
      const url = yield* database
      yield* run(yield* folderOf(url, alice), { sinks: ["postgres"] })
      const b = yield* folderOf(url, bob)
      const before = yield* Effect.exit(archived(b))
      assert.ok(Exit.isFailure(before))
      assert.match(
        Cause.pretty(before.cause),
        /can hold data of several athletes.*deno task pipeline/,
      )
      yield* run(b, { sinks: ["postgres"] })
      assert.deepEqual(yield* archived(b), { from: "postgres", ids: idsOf(bob) })
    }),
)

live(
  "a purge of one athlete deletes no rows of another, whose run continues",
  () =>
    Effect.gen(function* () {
      const url = yield* database
      yield* run(yield* folderOf(url, alice))
      const b = yield* folderOf(url, bob)
      yield* run(b)
      const at = yield* server(url)
      const sink = yield* on(at).of?.(AthleteId.make(22)).open ?? Effect.die("of no athlete")
      yield* deleteAthlete(at, AthleteId.make(11))
      assert.deepEqual(yield* inTable(url), { 22: idsOf(bob) })
      assert.deepEqual(yield* sink.write({ resource: "activities", items: [] }), [])
      assert.deepEqual(yield* verified(b), [0, []])
    }),
)

live(
  "a read-only copy is verified by a read-only role",
  () =>
    Effect.gen(function* () {
      const url = yield* database
      const folder = yield* folderOf(url, alice)
      yield* run(folder)
      const sql = yield* (yield* server(url)).connect
      const reader = `reader_${crypto.randomUUID().replaceAll("-", "")}`
      const [{ name }] = yield* sql<{ name: string }>`select current_database() as name`.pipe(
        Effect.map(([found]) => [found ?? { name: "" }] as const),
      )
      yield* Effect.acquireRelease(
        sql`create role ${sql(reader)} login password 'reader'`,
        () =>
          Effect.ignore(
            Effect.andThen(sql`drop owned by ${sql(reader)}`, sql`drop role ${sql(reader)}`),
          ),
      )
      yield* sql`grant usage on schema strava to ${sql(reader)}`
      yield* sql`grant select on all tables in schema strava to ${sql(reader)}`
      const copy = { ...folder, url: urlWith(url, { username: reader, password: "reader" }) }
      yield* sql`alter database ${sql(name)} set default_transaction_read_only = on`
      assert.deepEqual(yield* verified(copy), [0, []])
      yield* sql`alter database ${sql(name)} reset default_transaction_read_only`
      yield* sql`delete from strava.activities where id = ${idsOf(alice)[0] ?? ""}::bigint`
      assert.deepEqual(yield* verified(copy), [2, []])
    }),
)
