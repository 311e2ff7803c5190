/**
 * One in the cluster: reserves requests and sends each as a durable message to its athlete. Two of them at once, after
 * a takeover, would do no harm: a reservation is one row, and its number is the key of the message.
 */
import { Effect, Schedule } from "effect"
import { Singleton } from "effect/cluster"
import { SqlClient } from "effect/sql/SqlClient"
import { Athlete } from "./Athlete.ts"
import { openGrants, takeWork, type WorkGrant } from "./work/grants.ts"

/** Requests in flight in the whole cluster: 100 in 15 minutes need one, and a starved runner must not have more. */
const mostInFlight = 16

/** Pauses after a look that found all requests in flight, and no work or no quota. */
const whenFull = "20 millis"
const whenIdle = "100 millis"

/** Time between two looks for items that are due again. */
const wakeEvery = 10_000

const countOpen = SqlClient.use((sql) =>
  sql<{ n: number }>`select count(*)::int as n from fleet.item where status = 'granted'`
).pipe(Effect.map(([found]) => found?.n ?? 0))

const wake = SqlClient.use((sql) => sql`select fleet.wake()`)

const dispatch = Effect.gen(function* () {
  const clientOf = yield* Athlete.client
  const send = ({ athlete, grant, id, resource }: WorkGrant) =>
    clientOf(String(athlete)).Fetch({ resource, id, grant }, { discard: true })
  const sendAll = (grants: ReadonlyArray<WorkGrant>) =>
    Effect.forEach(grants, send, { discard: true, concurrency: 8 })
  // The dispatcher before may have ended between a reservation and its message.
  yield* sendAll(yield* openGrants)
  yield* Effect.forkScoped(Effect.repeat(wake, Schedule.spaced(wakeEvery)))
  const step = Effect.gen(function* () {
    const room = mostInFlight - (yield* countOpen)
    if (room <= 0) return yield* Effect.sleep(whenFull)
    const grants = yield* takeWork(room)
    yield* sendAll(grants)
    if (grants.length === 0) yield* Effect.sleep(whenIdle)
  })
  return yield* Effect.forever(step)
}).pipe(Effect.scoped)

export const dispatcher = Singleton.make(
  "Dispatcher",
  dispatch.pipe(
    // The cluster does not start a singleton again that has failed.
    Effect.tapCause((cause) => Effect.logWarning("the dispatcher failed and starts again", cause)),
    Effect.sandbox,
    Effect.retry(Schedule.spaced("1 second")),
    Effect.orDie,
  ),
)
