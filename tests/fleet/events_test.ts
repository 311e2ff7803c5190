/** Events of the webhook, and invites: each has its effect once. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import { createInvite, isInviteOpen, takeInvite } from "../../pipeline/fleet/invites.ts"
import { eventKey, StravaEvent } from "../../pipeline/fleet/StravaEvent.ts"
import { takeWork } from "../../pipeline/fleet/work/grants.ts"
import { handleEvent } from "../../pipeline/fleet/work/handleEvent.ts"
import { eraseAthlete } from "../../pipeline/fleet/work/revoke.ts"
import { TestServer } from "../postgres/databases.ts"
import { liveWith } from "../testing.ts"
import { ada, ben, connected, inFleet } from "./fleetDatabase.ts"

const live = liveWith(TestServer.layer)

const event = (fields: Partial<typeof StravaEvent.Encoded>) =>
  new StravaEvent({
    object_type: "activity",
    object_id: 77,
    aspect_type: "create",
    owner_id: ada,
    subscription_id: 1,
    event_time: 1_800_000_000,
    ...fields,
  })

const work = SqlClient.use((sql) =>
  sql<{ resource: string; id: string; class: number }>`
    select resource, id, class::int from fleet.item order by resource`
)

live("the same event three times lists its work once", () =>
  inFleet(Effect.gen(function* () {
    yield* connected(ada)
    for (let time = 0; time < 3; time++) yield* handleEvent(ada, event({}), 1_800_000_000_500)
    assert.deepEqual(yield* work, [
      { resource: "list", id: "1", class: 1 },
      { resource: "streams", id: "77", class: 1 },
    ])
    assert.equal((yield* takeWork(5)).length, 2)
    yield* handleEvent(ada, event({}), 1_800_000_001_500)
    assert.deepEqual(yield* takeWork(5), [])
  })))

live(
  "a deletion deletes the rows of that activity, and an edit reads the list again",
  () =>
    inFleet(Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* connected(ada)
      yield* handleEvent(ada, event({}), 0)
      yield* handleEvent(ada, event({ aspect_type: "delete", event_time: 1_800_000_100 }), 0)
      assert.deepEqual((yield* work).map(({ resource }) => resource), ["list"])
      yield* takeWork(5)
      yield* sql`update fleet.item set status = 'stored'`
      const edit = event({ aspect_type: "update", updates: { title: "New" }, object_id: 78 })
      yield* handleEvent(ada, edit, 0)
      assert.deepEqual((yield* takeWork(5)).map(({ resource }) => resource), ["list"])
    })),
)

live(
  "an athlete who withdraws access loses tokens and work at once, and the data by the next deletion",
  () =>
    inFleet(Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* connected(ada, ben)
      yield* handleEvent(ada, event({}), 0)
      const withdrawn = event({
        object_type: "athlete",
        object_id: ada,
        aspect_type: "update",
        updates: { authorized: "false" },
      })
      yield* handleEvent(ada, withdrawn, 0)
      assert.deepEqual(yield* work, [])
      const athletes = sql<{ id: number; status: string }>`
      select athlete_id::int as id, status from fleet.athlete order by 1`
      assert.deepEqual(yield* athletes, [{ id: ada, status: "revoked" }, {
        id: ben,
        status: "active",
      }])
      yield* eraseAthlete(ada)
      assert.deepEqual(yield* athletes, [{ id: ben, status: "active" }])
      assert.deepEqual(yield* sql`select 1 from fleet.event`, [])
    })),
)

live("two events differ by any of their fields", () =>
  Effect.sync(() => {
    const keys = [
      event({}),
      event({ event_time: 1 }),
      event({ aspect_type: "update" }),
      event({ aspect_type: "update", updates: { title: "a" } }),
      event({ aspect_type: "update", updates: { title: "b" } }),
      event({ object_id: 1 }),
    ].map(eventKey)
    assert.equal(new Set(keys).size, keys.length)
  }))

live(
  "an invite works once, not after it has expired, and only as long as there is room",
  () =>
    inFleet(Effect.gen(function* () {
      const sql = yield* SqlClient
      const secret = yield* createInvite(1, 2, "Ada")
      assert.ok(yield* isInviteOpen(secret))
      assert.ok(!(yield* isInviteOpen(`${secret}x`)))
      assert.deepEqual(
        yield* Effect.all([takeInvite(secret, ada), takeInvite(secret, ben)]),
        [true, false],
      )
      yield* connected(ada)
      const second = yield* createInvite(1, 2, "Ben")
      assert.match(
        (yield* Effect.flip(createInvite(1, 2, "Cem"))).message,
        /allows this application 2/,
      )
      yield* sql`update fleet.invite set expires_at = now()`
      assert.ok(!(yield* isInviteOpen(second)))
      assert.equal(yield* takeInvite(second, ben), false)
      const [stored] = yield* sql<{ digest: string }>`select digest from fleet.invite`
      assert.ok(!stored?.digest.includes(secret))
    })),
)
