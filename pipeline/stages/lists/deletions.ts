/**
 * Activities that are missing from a list that should contain them. Each is deleted only after
 * Strava has confirmed it; none is deleted if so many are missing that the list must be wrong.
 */
import { Clock, Effect, Option, Schema } from "effect"
import { startOf, SummaryActivity } from "../../../schemas/Activity.ts"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { notify } from "../../base/Progress.ts"
import { RunOptions } from "../RunOptions.ts"
import { RunTally } from "../RunTally.ts"
import { StateFile } from "../../state/StateFile.ts"
import { reasons } from "../../state/ledger/reasons.ts"
import type { ListScope, MissedActivity } from "../../state/ledger/activityIndex.ts"
import { nounFor } from "../../output/kit/plurals.ts"
import { activityRequest } from "../../strava/ItemRequest.ts"
import { Strava } from "../../strava/Strava.ts"
import { confirmAthlete } from "../athlete.ts"

const decode = Schema.decodeUnknownOption(SummaryActivity)

/** Largest number, and share, of activities that a run deletes without `--allow-deletions`. */
const most = 20
const mostShare = 0.05

/** Returns the reason that nothing is deleted; undefined if there is none. */
const guard = (
  missed: ReadonlyArray<MissedActivity>,
  { hasWitness, known, listed }: {
    readonly known: number
    readonly listed: number
    readonly hasWitness: boolean
  },
): string | undefined =>
  listed === 0
    ? "Strava's list was empty"
    : missed.length > most
    ? `that is more than ${most} at once`
    : missed.length > mostShare * known
    ? `that is more than ${mostShare * 100} % of ${known}`
    : missed.some((one) => one.private) && !hasWitness
    ? "all private activities are missing, so the permission to read them might have been withdrawn"
    : undefined

const heldBack = (
  missed: ReadonlyArray<MissedActivity>,
  { known, listed }: { readonly known: number; readonly listed: number },
  why: string,
) => ({
  count: missed.length,
  listed,
  known,
  why,
  ids: missed.slice(0, 20).map(({ id }) => id),
})

/** Asks Strava for one activity, because one that moved between pages while they were read still exists. */
const askFor = (id: string) =>
  Effect.flatMap(Strava, (strava) => strava.item(activityRequest(id))).pipe(
    Effect.map(Option.match({
      onNone: () => "gone" as const,
      // Its current start, so that an activity that was moved out of the weeks of the incremental
      // sync is requested only once.
      onSome: ({ json }) => ({
        start: Option.match(decode(json), { onNone: () => 0, onSome: startOf }),
      }),
    })),
    // The error of this activity, or that it is withheld, proves nothing and must not stop the
    // others.
    Effect.catchIf(
      (error) =>
        error._tag === "Unreadable" || error._tag === "Refused" || error._tag === "ScopeMissing" ||
        error._tag === "Unreachable",
      (error) =>
        (error._tag === "Unreachable" && !error.hasResponse
          ? Effect.flatMap(Strava, (strava) => strava.athlete)
          : Effect.void).pipe(Effect.as("unknown" as const)),
    ),
  )

/**
 * Finds the activities that are missing from a complete list of this scope, with `listed`
 * activities on it. Deleted ones leave tombstones; deletions held back are recorded for the summary
 * and `status`.
 */
export const reconcileDeletions = Effect.fn("deletions.reconcile")(function* <E, R>(
  owner: AthleteId,
  scope: ListScope,
  listed: number,
  mayGoOn: Effect.Effect<boolean, E, R>,
) {
  const { checkpoint, lists } = yield* StateFile
  const { allowDeletions } = yield* RunOptions
  const whole = scope.after === undefined
  const missed = yield* lists.missed(owner, scope)
  if (listed === 0 && missed.length > 0) yield* confirmAthlete(owner)
  const { count: known } = yield* lists.known(owner)
  const witness = yield* lists.witness(owner, scope)
  const allowed = allowDeletions !== undefined && allowDeletions === missed.length
  const why = missed.length === 0 || allowed
    ? undefined
    : guard(missed, { known, listed, hasWitness: witness !== undefined })
  if (why !== undefined) {
    const kept = `${missed.length} ${nounFor(missed.length, "activity is", "activities are")}`
    yield* notify({
      _tag: "Note",
      text: listed === 0
        ? `Warning: Strava's list is empty. Nothing is deleted; ${kept} kept`
        : `Warning: ${kept} missing from Strava's list, and kept`,
    })
    return yield* lists.holdBack(heldBack(missed, { known, listed }, why), whole)
  }
  const before = yield* lists.heldBack
  yield* lists.holdBack(undefined, whole)
  if (missed.length === 0) return

  // The list may be older than the permission: only a private activity that still exists proves it.
  if (missed.some((one) => one.private) && !allowed && witness !== undefined) {
    // One request for each is enough, because the next whole list will show them.
    const isAsked = !whole && missed.every(({ id }) => before?.ids?.includes(id))
    if (isAsked || typeof (yield* askFor(witness)) === "string") {
      const why =
        "private activities are missing, and the permission to read them might be missing too"
      return yield* lists.holdBack(heldBack(missed, { known, listed }, why), whole)
    }
  }
  const gone: Array<string> = []
  const unclear: Array<MissedActivity> = []
  for (const one of missed) {
    const { id } = one
    if (!(yield* mayGoOn)) break
    const said = yield* askFor(id)
    // Committed one by one, so that a stop between two of them repeats no request.
    if (typeof said !== "string") yield* lists.recordSeen(owner, id, scope.number, said.start)
    if (said === "unknown" && !allowed) unclear.push(one)
    // If Strava does not say, the number that the user named counts.
    if (typeof said !== "string" || (said === "unknown" && !allowed)) continue
    const deletedAt = yield* Clock.currentTimeMillis
    yield* checkpoint({ gone: [{ athlete: owner, id, deletedAt, reason: reasons.deleted }] })
    yield* (yield* RunTally).add("activities", { deleted: 1 })
    gone.push(id)
  }
  if (unclear.length > 0) {
    yield* lists.holdBack(
      heldBack(unclear, { known, listed }, "Strava's responses did not confirm the deletions"),
      whole,
    )
  }
  if (gone.length === 0) return
  yield* notify({
    _tag: "Note",
    text: `Deleted at Strava, so also deleted here: ${gone.length} ${
      nounFor(gone.length, "activity", "activities")
    } (${gone.slice(0, 5).join(", ")}${gone.length > 5 ? ", …" : ""})`,
  })
})
