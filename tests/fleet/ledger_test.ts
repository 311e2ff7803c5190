/** The ledger of a fleet: quota, fairness and the fence of a grant, on a real server. */
import { Deferred, Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import {
  addWork,
  claimGrant,
  endGrant,
  openGrants,
  takeWork,
  type WorkGrant,
} from "../../pipeline/fleet/work/grants.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { TestServer } from "../postgres/databases.ts"
import { liveWith } from "../testing.ts"
import { eventually } from "./runners.ts"
import { ada, ben, connected, inFleet, limitTo, usedNow } from "./fleetDatabase.ts"

const live = liveWith(TestServer.layer)

/** Lists `n` items of history; the start of each is its number. */
const history = (athlete: AthleteId, n: number, from = 1) =>
  addWork(athlete, {
    resource: "streams",
    class: 3,
    items: Array.from(
      { length: n },
      (_, i) => ({ id: String(from + i), start: (from + i) * 1_000 }),
    ),
  })

const event = (athlete: AthleteId, id: string) =>
  addWork(athlete, { resource: "streams", class: 1, items: [{ id, start: 1_000 }] })

const idsOf = (grants: ReadonlyArray<WorkGrant>) => grants.map(({ id }) => id)

const first = (grants: ReadonlyArray<WorkGrant>) => {
  const [grant] = grants
  if (grant === undefined) return Effect.die(new Error("nothing was granted"))
  return Effect.succeed(grant)
}

live(
  "no window is over its limit, however many reserve at once",
  () =>
    inFleet(Effect.gen(function* () {
      yield* connected(ada, ben)
      yield* limitTo(50)
      yield* history(ada, 200)
      yield* history(ben, 200)
      for (let n = 0; n < 200; n++) yield* event(ada, String(n + 1_000))
      const taken = yield* Effect.forEach(
        Array.from({ length: 40 }),
        () => takeWork(5),
        { concurrency: 8 },
      )
      assert.equal(taken.flat().length, 50)
      assert.equal(new Set(taken.flat().map(({ grant }) => grant)).size, 50)
      assert.equal(yield* usedNow, 50)
      assert.deepEqual(yield* takeWork(1), [])
    })),
)

live("history leaves a share of the window to events", () =>
  inFleet(Effect.gen(function* () {
    yield* connected(ada)
    yield* limitTo(100)
    yield* history(ada, 200)
    const some = yield* takeWork(200)
    assert.ok(some.length >= 80 && some.length <= 100, String(some.length))
    if (some.length === 100) return
    yield* event(ada, "5000")
    assert.deepEqual(idsOf(yield* takeWork(1)), ["5000"])
  })))

live(
  "events come first, athletes take turns, and the newest of each come first",
  () =>
    inFleet(Effect.gen(function* () {
      yield* connected(ada, ben)
      yield* limitTo(1_000)
      yield* history(ada, 100)
      yield* takeWork(10)
      yield* history(ben, 100)
      yield* event(ben, "7777")
      const [urgent, ...others] = yield* takeWork(21)
      assert.deepEqual([urgent?.athlete, urgent?.id], [ben, "7777"])
      const shares = Map.groupBy(others, ({ athlete }) => athlete)
      assert.deepEqual([shares.get(ada)?.length, shares.get(ben)?.length], [10, 10])
      assert.deepEqual(
        idsOf(shares.get(ben) ?? []),
        Array.from({ length: 10 }, (_, i) => String(100 - i)),
      )
    })),
)

live(
  "a request that is sent again after a crash is charged again, and only the newest grant writes",
  () =>
    inFleet(Effect.gen(function* () {
      yield* connected(ada)
      yield* history(ada, 1)
      const grant = yield* Effect.flatMap(takeWork(1), first)
      assert.ok(yield* claimGrant(grant))
      assert.equal(yield* usedNow, 1)
      // The runner ends here: the message comes again.
      assert.deepEqual(yield* openGrants, [grant])
      assert.ok(yield* claimGrant(grant))
      assert.equal(yield* usedNow, 2)

      const sql = yield* SqlClient
      yield* sql`update fleet.item set status = 'listed'`
      yield* sql`select fleet.add_turns(${ada}::bigint, array[3::smallint])`
      const newer = yield* Effect.flatMap(takeWork(1), first)
      assert.ok(newer.grant > grant.grant)
      assert.equal(yield* claimGrant(grant), false)
      assert.equal(yield* endGrant(grant, { status: "stored" }), false)
      assert.equal(yield* endGrant(newer, { status: "stored" }), true)
      assert.equal(yield* endGrant(newer, { status: "absent" }), false)
    })),
)

live(
  "a claim in a window that is full puts the item back, and it is not lost",
  () =>
    inFleet(Effect.gen(function* () {
      yield* connected(ada)
      yield* history(ada, 1)
      const grant = yield* Effect.flatMap(takeWork(1), first)
      yield* limitTo(1)
      assert.ok(yield* claimGrant(grant))
      assert.equal(yield* claimGrant(grant), false)
      yield* limitTo(10)
      assert.deepEqual(idsOf(yield* takeWork(5)), ["1"])
    })),
)

live(
  "an item that is due again is listed again when its time has come",
  () =>
    inFleet(Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* connected(ada)
      yield* history(ada, 2)
      for (const grant of yield* takeWork(2)) {
        const again = grant.id === "1" ? 0 : 60 * 60_000
        yield* endGrant(grant, { status: "quarantined", reason: "500", again })
      }
      assert.deepEqual(yield* takeWork(5), [])
      yield* sql`select fleet.wake()`
      assert.deepEqual(idsOf(yield* takeWork(5)), ["1"])
    })),
)

live(
  "work that is announced while its request is in flight is requested again, in its class",
  () =>
    inFleet(Effect.gen(function* () {
      yield* connected(ada)
      yield* event(ada, "1")
      const grant = yield* Effect.flatMap(takeWork(1), first)
      yield* event(ada, "1")
      assert.deepEqual(yield* takeWork(1), [])
      assert.ok(yield* endGrant(grant, { status: "stored" }))
      const again = yield* Effect.flatMap(takeWork(1), first)
      assert.equal(again.id, "1")
      assert.ok(yield* endGrant(again, { status: "stored" }))
      // As part of a list, it has the class of the list.
      yield* addWork(ada, { resource: "streams", class: 2, items: [{ id: "1", start: 1_000 }] })
      assert.deepEqual(idsOf(yield* takeWork(1)), ["1"])
    })),
)

live(
  "a grant without a result after ten minutes is granted again",
  () =>
    inFleet(Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* connected(ada)
      yield* history(ada, 1)
      const grant = yield* Effect.flatMap(takeWork(1), first)
      yield* sql`select fleet.regrant()`
      assert.deepEqual(yield* takeWork(1), [])
      yield* sql`update fleet.item set granted_at = now() - interval '11 minutes'`
      yield* sql`select fleet.regrant()`
      const again = yield* Effect.flatMap(takeWork(1), first)
      assert.ok(again.grant > grant.grant)
      assert.equal(yield* endGrant(grant, { status: "stored" }), false)
    })),
)

live(
  "work that is listed while its turn is deleted gets a turn",
  () =>
    inFleet(Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* connected(ada)
      yield* history(ada, 1)
      yield* takeWork(1)
      const isWaiting = Effect.flatMap(
        sql<{ n: number }>`select count(*)::int as n from pg_locks where not granted`,
        ([row]) => row?.n === 0 ? Effect.fail("not yet") : Effect.void,
      )
      const begun = yield* Deferred.make<void>()
      // Forked here, so that it has a connection of its own.
      const adding = yield* Effect.forkChild(
        Effect.andThen(Deferred.await(begun), history(ada, 2)),
      )
      yield* sql.withTransaction(Effect.gen(function* () {
        // As `take_work` does when it finds no work.
        yield* sql`delete from fleet.turn`
        yield* Deferred.succeed(begun, undefined)
        yield* eventually(isWaiting)
      }))
      yield* Fiber.join(adding)
      assert.deepEqual(idsOf(yield* takeWork(5)), ["2"])
    })),
)

live(
  "work without a turn gets one",
  () =>
    inFleet(Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* connected(ada)
      yield* history(ada, 1)
      yield* sql`delete from fleet.turn`
      assert.deepEqual(yield* takeWork(1), [])
      yield* sql`select fleet.regrant()`
      assert.deepEqual(idsOf(yield* takeWork(1)), ["1"])
    })),
)
