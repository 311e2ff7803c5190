/** Granted requests against the simulated Strava: rows are what Strava sent, and each result is written once. */
import { Effect, FileSystem, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import { exportAthlete } from "../../pipeline/fleet/exportAthlete.ts"
import { fetchGrant } from "../../pipeline/fleet/work/fetchGrant.ts"
import { addWork, takeWork } from "../../pipeline/fleet/work/grants.ts"
import { StravaEvent } from "../../pipeline/fleet/StravaEvent.ts"
import { handleEvent } from "../../pipeline/fleet/work/handleEvent.ts"
import { type Allowance, grantedQuota } from "../../pipeline/fleet/work/grantedQuota.ts"
import { tokenRow } from "../../pipeline/fleet/work/TokenRow.ts"
import { layerClient } from "../../pipeline/simulator/client.ts"
import { Simulator, type SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import { simulatedRefreshToken } from "../../pipeline/simulator/Tokens.ts"
import { Strava } from "../../pipeline/strava/Strava.ts"
import { TokenFile } from "../../pipeline/strava/auth/TokenFile.ts"
import { Tokens } from "../../pipeline/strava/auth/Tokens.ts"
import { postgresTable } from "../../sinks/postgres/write/tables.ts"
import { storedResponses } from "../../sinks/postgres/read/readBack.ts"
import type { Resource } from "../../schemas/resources.ts"
import { credentials } from "../pipeline/running.ts"
import { TestServer } from "../postgres/databases.ts"
import { liveWith } from "../testing.ts"
import { ada, ben, connected, inFleet, usedNow } from "./fleetDatabase.ts"

const live = liveWith(TestServer.layer)

/** Signs ada in, and lists the first work. Returns a function that handles all work that there is. */
const prepared = Effect.gen(function* () {
  yield* connected(ada)
  yield* TokenFile.use((file) =>
    file.write({
      access_token: null,
      refresh_token: Redacted.make(simulatedRefreshToken),
      expires_at: 0,
      previous_refresh_token: null,
      seeds: [],
    })
  ).pipe(Effect.provide(tokenRow(ada)))
  const first = (resource: string, id: string) =>
    addWork(ada, { resource, class: 2, items: [{ id, start: 0 }] })
  yield* first("athlete", String(ada))
  yield* first("list", "1")
  const allowance: Allowance = { granted: 0 }
  const services = yield* Layer.build(
    Strava.layer.pipe(
      Layer.provide(Layer.merge(
        Tokens.layer.pipe(Layer.provide(tokenRow(ada))),
        grantedQuota(allowance),
      )),
    ),
  )
  const handleAll = Effect.gen(function* () {
    for (;;) {
      const grants = yield* takeWork(10)
      if (grants.length === 0) return
      for (const grant of grants) {
        allowance.granted = 1
        yield* Effect.provide(fetchGrant(grant), services)
      }
    }
  })
  return { handleAll }
})

const simulated = (options: SimulatorOptions) =>
  Layer.merge(layerClient, credentials).pipe(
    Layer.provideMerge(Layer.fresh(Simulator.layer({ athleteId: ada, samples: 40, ...options }))),
  )

const withStrava = <A, E, R>(options: SimulatorOptions, effect: Effect.Effect<A, E, R>) =>
  inFleet(Effect.provide(effect, simulated(options), { local: true }))

/** Returns the stored responses of a resource, by id. */
const storedOf = Effect.fnUntraced(function* (resource: Resource) {
  const sql = yield* SqlClient
  const { key } = postgresTable(resource)
  const ids = yield* sql.unsafe<{ id: string }>(`select ${key}::text as id from strava.${resource}`)
  const found = yield* storedResponses(sql, postgresTable(resource), ids.map(({ id }) => id), ada)
  return new Map(found.map(({ id, text }) => [id, text]))
})

live(
  "the history of an athlete is stored as Strava sent it, with one request for each item",
  () =>
    withStrava(
      { activities: 30, manual: 0.1 },
      Effect.gen(function* () {
        const { handleAll } = yield* prepared
        yield* handleAll
        const { requests, world } = yield* Simulator
        const activities = yield* storedOf("activities")
        assert.equal(activities.size, world.size)
        for (const [id, text] of activities) assert.equal(text, world.summaryText(Number(id)))
        const sent = (yield* requests).filter(({ path }) => path.startsWith("/api/v3/"))
        const streams = sent.filter(({ path }) => path.endsWith("/streams"))
        assert.equal(new Set(streams.map(({ path }) => path)).size, streams.length)
        const sql = yield* SqlClient
        const [counts] = yield* sql<{ streams: number; absent: number }>`
        select count(*) filter (where status = 'stored')::int as streams,
          count(*) filter (where status = 'absent')::int as absent
        from fleet.item where resource = 'streams'`
        assert.equal((yield* storedOf("streams")).size, counts?.streams)
        assert.equal((counts?.streams ?? 0) + (counts?.absent ?? 0), streams.length)
        assert.equal(yield* usedNow, sent.length)
      }),
    ),
)

live(
  "an athlete's export has every stored response, byte for byte, and those of no other",
  () =>
    withStrava(
      { activities: 12 },
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { handleAll } = yield* prepared
        yield* handleAll
        const data = yield* fs.makeTempDirectoryScoped()
        const counts = yield* exportAthlete(ada, data, ["json", "csv"])
        const activities = yield* storedOf("activities")
        assert.equal(counts.activities, activities.size)
        const lines = (yield* fs.readFileString(`${data}/json/activities.ndjson`)).trim().split(
          "\n",
        )
        assert.deepEqual(lines.toSorted(), [...activities.values()].toSorted())
        const streams = yield* storedOf("streams")
        for (const [id, text] of streams) {
          assert.equal(yield* fs.readFileString(`${data}/json/streams/${id}.json`), text)
        }
        const other = yield* fs.makeTempDirectoryScoped()
        assert.deepEqual(yield* exportAthlete(ben, other, ["json"]), {})
      }),
    ),
)

live("a grant that has passed to another request writes nothing", () =>
  withStrava(
    { activities: 3 },
    Effect.gen(function* () {
      yield* prepared
      const sql = yield* SqlClient
      const grants = yield* takeWork(2)
      const [athlete] = grants.filter(({ resource }) => resource === "athlete")
      assert.ok(athlete !== undefined)
      yield* sql`update fleet.item set grant_no = grant_no + 1000 where resource = 'athlete'`
      const strava = { athlete: Effect.die("no request") } as unknown as Strava["Service"]
      yield* Effect.provideService(fetchGrant(athlete), Strava, strava)
      const [row] = yield* sql`select 1 from strava.athletes`
      assert.equal(row, undefined)
    }),
  ))

live("a window that Strava reports as full ends the work until the next one", () =>
  withStrava(
    { activities: 200, limits: { read: { short: 20, day: 1_000 } } },
    Effect.gen(function* () {
      const { handleAll } = yield* prepared
      yield* handleAll
      const { requests } = yield* Simulator
      const sent = (yield* requests).filter(({ path }) => path.startsWith("/api/v3/"))
      assert.ok(sent.filter(({ refused }) => refused).length <= 1)
      const sql = yield* SqlClient
      const [open] = yield* sql<{ n: number }>`
        select count(*)::int as n from fleet.item where status in ('listed', 'granted')`
      assert.ok((open?.n ?? 0) > 100)
    }),
  ))

live(
  "when access is withdrawn, the tokens and the work are deleted, and nothing more is requested",
  () =>
    withStrava(
      { activities: 10 },
      Effect.gen(function* () {
        const { handleAll } = yield* prepared
        const simulator = yield* Simulator
        yield* simulator.revoke
        yield* handleAll
        const sql = yield* SqlClient
        const [athlete] = yield* sql<{ status: string; tokens: string | null }>`
        select status, tokens from fleet.athlete`
        assert.deepEqual(athlete, { status: "revoked", tokens: null })
        assert.deepEqual(yield* sql`select 1 from fleet.item`, [])
      }),
    ),
)

live(
  "streams that lack samples are stored and requested again; less never replaces more",
  () =>
    withStrava(
      { activities: 1, manual: 0 },
      Effect.gen(function* () {
        const { clearFaults, fault } = yield* Simulator
        const sql = yield* SqlClient
        const { handleAll } = yield* prepared
        const half = { path: "/streams", response: { _tag: "Part", to: 0.5 } } as const
        yield* fault(half)
        yield* handleAll
        const [id = "", short = ""] = [...yield* storedOf("streams")][0] ?? []
        const dueAgain =
          sql`update fleet.item set due = now() where resource = 'streams' and due < 'infinity'
        and due > '-infinity' returning 1`
        assert.equal((yield* dueAgain).length, 1)
        yield* clearFaults
        yield* sql`select fleet.wake()`
        yield* handleAll
        const whole = (yield* storedOf("streams")).get(id) ?? ""
        assert.ok(whole.length > short.length)
        assert.deepEqual(yield* dueAgain, [])

        yield* fault(half)
        yield* addWork(ada, { resource: "streams", class: 1, items: [{ id, start: 0 }] })
        yield* handleAll
        assert.equal((yield* storedOf("streams")).get(id), whole)
      }),
    ),
)

live("an event costs one page of the list and the streams of its activity", () =>
  withStrava(
    { activities: 5 },
    Effect.gen(function* () {
      const { requests, world } = yield* Simulator
      const { handleAll } = yield* prepared
      yield* handleAll
      const before = (yield* requests).length
      const id = yield* world.add({ start: Date.now() - 60 * 60_000 })
      yield* handleEvent(
        ada,
        new StravaEvent({
          object_type: "activity",
          object_id: id,
          aspect_type: "create",
          owner_id: ada,
          subscription_id: 1,
          event_time: Math.floor(Date.now() / 1_000),
        }),
        Date.now(),
      )
      yield* handleAll
      const sent = (yield* requests).slice(before).map(({ path }) => path.replace(/^.*\//, ""))
      assert.deepEqual(sent.toSorted(), ["activities", "streams"])
      assert.ok((yield* storedOf("activities")).has(String(id)))
    }),
  ))
