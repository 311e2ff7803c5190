/**
 * Activities that a list should have held and did not: deleted at Strava, if Strava says so when asked
 * for each; and none at all where so many are missing that something else must be wrong.
 */
import { Clock, Effect, Option } from "effect"
import { ActivityId } from "../../schemas/Activity.ts"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { notify } from "../Progress.ts"
import { RunOptions } from "../RunOptions.ts"
import { RunTally } from "../RunTally.ts"
import { StateFile } from "../state/StateFile.ts"
import type { ListScope, Missed } from "../state/summaries.ts"
import { Strava } from "../strava/Strava.ts"
import { confirmAthlete } from "./athlete.ts"

/** More than this, or more than this share of all, never goes at once by itself. */
const most = 20
const mostShare = 0.05

/** Why nothing is deleted for it, if so. */
const guard = (
  missed: ReadonlyArray<Missed>,
  { holdsPrivate, known, listed }: {
    readonly known: number
    readonly listed: number
    readonly holdsPrivate: boolean
  },
): string | undefined =>
  listed === 0
    ? "Strava's list was empty"
    : missed.length > most
    ? `that is more than ${most} at once`
    : missed.length > mostShare * known
    ? `that is more than ${mostShare * 100} % of ${known}`
    : missed.some((one) => one.private) && !holdsPrivate
    ? "all private activities are missing, so the permission to read them may have been taken away"
    : undefined

/** Which of them Strava does not have: an activity that only slipped from page to page is still there. */
const confirmed = (missed: ReadonlyArray<Missed>) =>
  Effect.filter(missed, ({ id }) =>
    Effect.flatMap(
      Strava,
      (strava) => Effect.map(strava.details(ActivityId.make(Number(id))), Option.isNone),
    ))

/**
 * Look for what is missing now that a list of this scope, with `listed` activities on it, is whole. What
 * is deleted gets its tombstone; what is held back is noted, for the summary and `status`.
 */
export const reckon = Effect.fn("deletions.reckon")(function* (
  owner: AthleteId,
  scope: ListScope,
  listed: number,
) {
  const { checkpoint, lists } = yield* StateFile
  const { allowDeletions } = yield* RunOptions
  const missed = yield* lists.missed(owner, scope)
  if (listed === 0 && missed.length > 0) yield* confirmAthlete(owner)
  const { count: known } = yield* lists.known(owner)
  const holdsPrivate = yield* lists.holdsPrivate(owner, scope.number)
  const allowed = allowDeletions !== undefined && allowDeletions === missed.length
  const why = missed.length === 0 || allowed
    ? undefined
    : guard(missed, { known, listed, holdsPrivate })
  if (why !== undefined) return yield* lists.holdBack({ count: missed.length, why })
  // A list of the last weeks says nothing of what a whole one found missing.
  if (scope.after === undefined) yield* lists.holdBack(undefined)
  if (missed.length === 0) return

  const gone = allowed ? missed : yield* confirmed(missed)
  if (gone.length === 0) return
  const deletedAt = yield* Clock.currentTimeMillis
  yield* checkpoint({
    gone: gone.map(({ id }) => ({
      athlete: owner,
      id,
      deletedAt,
      reason: "deleted at Strava",
    })),
  })
  yield* (yield* RunTally).add("activities", { deleted: gone.length })
  yield* notify({
    _tag: "Note",
    text: `Deleted at Strava, and so here: ${gone.length} ${
      gone.length === 1 ? "activity" : "activities"
    } (${gone.slice(0, 5).map(({ id }) => id).join(", ")}${gone.length > 5 ? ", …" : ""})`,
  })
})
