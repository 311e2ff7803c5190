/** One granted request: it is sent, and its result and rows are committed in one transaction. */
import { Effect, Option, Result, Schedule } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Item } from "../../../schemas/Item.ts"
import { isDataError, serverMessage } from "../../../sinks/postgres/connection/PostgresError.ts"
import { postgresTable } from "../../../sinks/postgres/write/tables.ts"
import { stages } from "../../stages/all.ts"
import { Strava } from "../../strava/Strava.ts"
import type { StravaError } from "../../strava/StravaError.ts"
import { addWork, claimGrant, endGrant, type WorkGrant } from "./grants.ts"
import { type KnownItem, knownItem } from "./known.ts"
import { failed, type Fetched, listResource, missing, only, readResponse } from "./results.ts"
import { revokeAthlete } from "./revoke.ts"

/** Returns the response to the request of a grant; none if Strava has none (404). */
const requestOf = Effect.fnUntraced(function* ({ id, resource }: WorkGrant) {
  const strava = yield* Strava
  if (resource === listResource) return Option.some(yield* strava.activities({ page: Number(id) }))
  if (resource === "athlete") return Option.some(yield* strava.athlete)
  const stage = Object.values(stages).find(({ name }) => name === resource)
  return stage !== undefined && "request" in stage
    ? yield* strava.item(stage.request(id))
    : Option.none()
})

/** True if the athlete has withdrawn access: Strava accepts neither the token nor the refresh token. */
const isWithdrawn = ({ _tag }: StravaError) =>
  _tag === "RefreshTokenRefused" || _tag === "Unauthorized" || _tag === "NotConfigured"

/** Sends the request of a grant and reads its response. */
const fetched = Effect.fnUntraced(function* (grant: WorkGrant, known: KnownItem) {
  const response = yield* requestOf(grant)
  return yield* Option.match(response, {
    onNone: () => missing(known),
    onSome: (response) => Effect.succeed(readResponse(grant, known, response)),
  })
})

/** Returns the statements that write items, and the reasons why some can never be written. */
const statementsOf = (items: ReadonlyArray<Item>) => {
  const refused: Array<string> = []
  const statements = [...Map.groupBy(items, ({ resource }) => resource)].flatMap(
    ([resource, group]) => {
      const table = postgresTable(resource)
      const rows = group.flatMap((item) =>
        Result.match(table.row(item), {
          onFailure: ({ reason }) => (refused.push(`${resource} ${item.id}: ${reason}`), []),
          onSuccess: (parameters) => [{ item, parameters }],
        })
      )
      return table.landing(rows)
    },
  )
  return { statements, refused }
}

/** Writes the result, the rows and the work that follows, unless the grant has passed to another request. */
const commit = Effect.fnUntraced(function* (grant: WorkGrant, { items, result, work }: Fetched) {
  const sql = yield* SqlClient
  const { refused, statements } = statementsOf(items)
  if (refused.length > 0) yield* Effect.logWarning(`PostgreSQL cannot store ${refused.join("; ")}`)
  const isRefused = items.length === 1 && refused.length === 1
  const written = isRefused
    ? only({ status: "quarantined", reason: refused.join() }).result
    : result
  yield* sql.withTransaction(Effect.gen(function* () {
    if (!(yield* endGrant(grant, written))) return
    for (const { parameters, text } of statements) yield* sql.unsafe(text, parameters)
    for (const one of work) yield* addWork(grant.athlete, one)
  }))
})

/** A response has used quota, so it is kept while the database is down. A row that it refuses is quarantined. */
const patiently = (grant: WorkGrant) => <R>(effect: Effect.Effect<void, SqlError, R>) =>
  effect.pipe(
    Effect.catchIf(isDataError, (error) =>
      Effect.asVoid(
        endGrant(grant, { status: "quarantined", reason: serverMessage(error) }),
      )),
    Effect.retry({ times: 30, schedule: Schedule.spaced("1 second") }),
  )

/**
 * Sends the request of a grant and commits its result. Does nothing if the grant has passed to another request. Fails
 * only if the database does.
 */
export const fetchGrant = Effect.fn("fleet.fetch")(
  function* (grant: WorkGrant) {
    if (!(yield* claimGrant(grant))) return
    const known = yield* knownItem(grant)
    const write = yield* fetched(grant, known).pipe(
      Effect.catchIf((error) => !isWithdrawn(error), (error) => failed(error, known.tries)),
      Effect.match({
        onFailure: () => revokeAthlete(grant.athlete),
        onSuccess: (found) => commit(grant, found),
      }),
    )
    yield* write.pipe(patiently(grant))
  },
  (effect, { grant, resource }) => Effect.annotateLogs(effect, { resource, grant }),
)
