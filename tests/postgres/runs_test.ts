/** Whole runs with a failing PostgreSQL: how they end, and the sinks that continue. */
import { defaultOptions } from "../../pipeline/stages/RunOptions.ts"
import { Effect, FileSystem, Layer, Option, Redacted } from "effect"
import assert from "node:assert/strict"
import { runLayer } from "../../pipeline/run/layers.ts"
import { layerClient } from "../../pipeline/simulator/client.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { stages } from "../../pipeline/stages/all.ts"
import { sync } from "../../pipeline/run/run.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { server } from "../../sinks/postgres/connection/client.ts"
import { LockWait } from "../../sinks/postgres/connection/timeouts.ts"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import { exitsOf } from "../faults/matrix.ts"
import { credentials } from "../pipeline/running.ts"
import { liveWith } from "../testing.ts"
import { shownBy, TestServer } from "./databases.ts"
import { freshDatabase, urlWith } from "./server.ts"

const live = liveWith(TestServer.layer)

/** Runs into files and the database at `url`. Returns the outcome and the number of stream files. */
const run = Effect.fnUntraced(function* (url: Redacted.Redacted, folder?: string) {
  const fs = yield* FileSystem.FileSystem
  const data = folder ?? (yield* fs.makeTempDirectoryScoped())
  const strava = layerClient.pipe(
    Layer.provide(
      Simulator.layer({ activities: 3, samples: 5, until: Date.now(), limits: "none" }),
    ),
  )
  const settings = {
    data,
    sinks: ["json", "postgres"],
    databaseUrl: Option.some(url),
    policy: { onLimit: "wait", deadline: undefined, reserve: 0 },
    options: defaultOptions,
  } as const
  const outcome = yield* sync(stages.streams, () => true).pipe(
    Effect.provide(runLayer(settings, strava)),
    Effect.provide(credentials),
  )
  const files = yield* Effect.orElseSucceed(
    fs.readDirectory(`${data}/json`, { recursive: true }),
    () => [],
  )
  return { ...outcome, files: files.filter((name) => /streams\/.*\.json$/.test(name)).length }
})

/** Returns the reason why the database's sink is incomplete. */
const downIn = ({ summary }: Effect.Success<ReturnType<typeof run>>) =>
  summary.sinks.find(({ sink }) => sink === "postgres")?.error ?? ""

/** Creates a database with our tables. */
const prepared = Effect.gen(function* () {
  const url = yield* freshDatabase(yield* TestServer)
  const database = yield* server(url)
  yield* Effect.scoped(on(database).open)
  return { url, database, sql: yield* database.connect }
})

live(
  "fault 17: a run next to one that writes to its database ends, and requests at most the athlete",
  () =>
    Effect.gen(function* () {
      const { database, url } = yield* prepared
      const fs = yield* FileSystem.FileSystem
      const data = yield* fs.makeTempDirectoryScoped()
      const athlete = AthleteId.make(World.make().athleteId)
      const other = Effect.scoped(
        Effect.andThen(
          on(database).of?.(athlete).open ?? Effect.die("no athletes"),
          run(url, data),
        ),
      )
      const first = yield* other
      assert.ok(exitsOf(17).includes(first.code), String(first.code))
      assert.match(downIn(first), /another run is writing/)
      assert.equal(first.summary.requests, 1)
      assert.equal(first.files, 0)
      const second = yield* other
      assert.ok(exitsOf(17).includes(second.code), String(second.code))
      assert.equal(second.summary.requests, 0)
    }),
)

live(
  "fault 18: a run ends when another has begun to write to its database",
  () =>
    Effect.gen(function* () {
      const { sql, url } = yield* prepared
      // A trigger simulates another run that begins when the first activities are written.
      yield* sql`create function another() returns trigger language plpgsql as $$ begin
      update strava.paceline_lease set epoch = epoch + 1; return null; end $$`
      yield* sql`create trigger another after insert on strava.activities
      execute function another()`
      const outcome = yield* run(url)
      assert.ok(exitsOf(18).includes(outcome.code), String(outcome.code))
      assert.match(downIn(outcome), /another run has begun to write/)
      assert.deepEqual(yield* sql`select count(*) from strava.streams`, [{ count: 0n }])
    }),
)

live(
  "fault 20: a run without its server fills the other sinks, and shows no password",
  () =>
    Effect.gen(function* () {
      const { url } = yield* TestServer
      const password = "s3cr3t-pass"
      const outcome = yield* run(urlWith(url, { port: "1", password }))
      assert.ok(exitsOf(20).includes(outcome.code), String(outcome.code))
      assert.match(downIn(outcome), /ECONNREFUSED/)
      assert.equal(outcome.files, 3)
      assert.ok(!shownBy(outcome).includes(password))
    }),
)

live(
  "fault 22: a run whose table stays locked stops using its database and names the table",
  () =>
    Effect.gen(function* () {
      const { sql, url } = yield* prepared
      const outcome = yield* sql.withTransaction(
        Effect.andThen(sql`lock table strava.activities in share mode`, run(url)),
      ).pipe(Effect.provideService(LockWait, "20 millis"))
      assert.ok(exitsOf(22).includes(outcome.code), String(outcome.code))
      assert.match(downIn(outcome), /strava\.activities is locked by session \d+/)
      assert.equal(outcome.files, 3)
    }),
)
