/** Work at set times, on one runner: full lists, deletions, and the upkeep of the ledger and of the engine's tables. */
import { Clock, Cron, Effect, Layer } from "effect"
import { ClusterCron } from "effect/cluster"
import { SqlClient } from "effect/sql/SqlClient"
import { eraseRevoked } from "./work/revoke.ts"

/** Lists again, once a week, what a lost event would have announced: a seventh of the athletes each day. */
const fullSyncs = ClusterCron.make({
  name: "full-sync",
  cron: Cron.parseUnsafe("0 5 * * *", "UTC"),
  skipIfOlderThan: "6 hours",
  execute: SqlClient.use((sql) =>
    sql`select fleet.add_work(athlete_id, 'list', array['1'], 2::smallint, array[now()])
      from fleet.athlete
      where status = 'active' and athlete_id % 7 = extract(dow from now())::int`
  ).pipe(Effect.orDie),
})

const deletions = ClusterCron.make({
  name: "deletions",
  cron: Cron.parseUnsafe("30 * * * *", "UTC"),
  execute: Effect.flatMap(
    Effect.orDie(eraseRevoked),
    (athletes) =>
      athletes === 0 ? Effect.void : Effect.logInfo(`deleted the data of ${athletes} athletes`),
  ),
})

/** Ids of messages are milliseconds since 2025 above 22 bits of machine and sequence. */
const firstMessage = 1_735_689_600_000
const idBefore = (time: number) => String(BigInt(Math.round(time - firstMessage)) << 22n)

/** A message that no runner could read was consumed, so its item is granted again: the old grant is fenced. */
const upkeep = ClusterCron.make({
  name: "upkeep",
  cron: Cron.parseUnsafe("*/10 * * * *", "UTC"),
  execute: Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* sql`select fleet.regrant()`
    const before = idBefore((yield* Clock.currentTimeMillis) - 60 * 60_000)
    yield* sql`with old as (
        delete from cluster_messages where processed and kind = 0 and entity_type = 'Athlete'
          and id < ${before}::text::bigint returning id)
      delete from cluster_replies using old where cluster_replies.request_id = old.id`
  }).pipe(Effect.orDie),
})

export const schedules = Layer.mergeAll(fullSyncs, deletions, upkeep)
