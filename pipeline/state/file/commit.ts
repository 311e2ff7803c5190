/**
 * Commits to the state file. Those that are ready at the same time share one transaction, and so one sync of
 * the disk; each is undone alone if it fails, and resumes only once the transaction is durable.
 */
import { Clock, Deferred, Effect, Exit, Result, Schema } from "effect"
import { type QuotaState, saveQuotaIn } from "../ledger/quota.ts"
import type { StateError } from "../StateError.ts"
import type { StateDatabase } from "./Database.ts"
import { setMetaIn } from "./meta.ts"
import type { Room } from "./room.ts"
import { row } from "./rows.ts"

/** A commit that waits for the transaction of its group. */
interface Member {
  /** True if it holds a response, which a full disk must not cost. */
  readonly isResponse: boolean
  /** Applies it inside the transaction; returns true if it changes more than `idle` rows. */
  apply(now: number): boolean
  /** Resumes the fiber that waits for the commit. */
  resume(transaction: Exit.Exit<void, StateError>): void
}

interface CommitOptions<A> {
  /** Number of rows that are only bookkeeping: more changed rows mean that the backup is out of date. */
  readonly idle?: number | ((result: A) => number)
  readonly isResponse?: boolean
}

export type Commit = <A>(
  body: (now: number) => A,
  options?: CommitOptions<A>,
) => Effect.Effect<A, StateError>

const TotalRow = row({ total: Schema.Int })

/** Returns the commits of the run `epoch`, and `setQuota`, whose counters the next commit stores. */
export const makeCommit = (db: StateDatabase, epoch: number, room: Room) => {
  /** Returns the quota counters; undefined if they are stored. */
  let unsaved: (() => QuotaState) | undefined
  /** True once a commit of this run has changed the file, so that the backup is renewed. */
  let changed = false
  let group: Array<Member> = []

  const totalChanges = () => db.first(TotalRow, `select total_changes() as total`)?.total ?? 0

  const memberOf = <A>(
    body: (now: number) => A,
    { idle = 0, isResponse = false }: CommitOptions<A>,
    done: Deferred.Deferred<A, StateError>,
  ): Member => {
    let result: Result.Result<A, StateError>
    return {
      isResponse,
      apply: (now) => {
        const before = changed ? 0 : totalChanges()
        result = db.savepoint(() => body(now))
        return !changed && Result.isSuccess(result) &&
          totalChanges() - before > (typeof idle === "number" ? idle : idle(result.success))
      },
      resume: (transaction) => {
        const outcome = Exit.isFailure(transaction)
          ? Effect.failCause(transaction.cause)
          : Effect.suspend(() => Effect.fromResult(result))
        Deferred.doneUnsafe(done, outcome)
      },
    }
  }

  const transaction = (members: ReadonlyArray<Member>) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      db.transaction(() => {
        if (unsaved !== undefined) saveQuotaIn(db, unsaved())
        const changes = members.filter((member) => member.apply(now)).length > 0
        if (changes) setMetaIn(db, "changed", String(epoch))
        return changes
      })).pipe(
        // Update only after the commit: after a rollback the counters are saved with the next transaction.
        Effect.map((changes) => {
          changed ||= changes
          unsaved = undefined
        }),
      )

  /** Commits the group once every fiber that is ready has had its turn. */
  const commitGroup = Effect.gen(function* () {
    yield* Effect.yieldNowWith(1)
    const members = group
    group = []
    const durable = transaction(members)
    const exit = yield* Effect.exit(
      members.some(({ isResponse }) => isResponse) ? room.guard(durable, db.fold) : durable,
    )
    for (const member of members) member.resume(exit)
  })

  /** Every commit includes the newest quota counters. */
  const commit: Commit = (body, options = {}) =>
    Effect.uninterruptible(Effect.suspend(() => {
      const done = Deferred.makeUnsafe<ReturnType<typeof body>, StateError>()
      group.push(memberOf(body, options, done))
      const result = Deferred.await(done)
      // Without the yield a member would resume before the first one, whose request precedes its own.
      return group.length === 1
        ? Effect.andThen(commitGroup, result)
        : Effect.tap(result, () => Effect.yieldNow)
    }))

  return {
    commit,
    setQuota: (quota: () => QuotaState): void => {
      unsaved = quota
    },
  }
}
