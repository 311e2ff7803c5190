/** Streams and details: what costs a request for each activity, newest first, over as many runs as it takes. */
import { Clock, Effect, Exit, Option, Schema } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Over } from "../../base/Progress.ts"
import { RunOptions } from "../RunOptions.ts"
import { RunTurns } from "../RunTurns.ts"
import { GrantedScope } from "../../strava/auth/GrantedScope.ts"
import { StateFile } from "../../state/StateFile.ts"
import { skippedFor } from "../../state/ledger/todo.ts"
import { refetchNarrower } from "./scope.ts"
import { type Asking, fetchAll, nothing, type Outcomes } from "./fetchItems.ts"

/** Kept under the stage's name. */
const Work = Schema.Struct({
  /** When the work began that is not done yet. */
  began: Schema.optionalKey(Schema.Finite),
  /** When it was found that none of it is given to us. */
  held: Schema.optionalKey(Schema.Finite),
})
type Work = typeof Work.Type

type OfActivities = "streams" | "details"

const workOf = (owner: AthleteId, resource: OfActivities) =>
  Effect.map(
    Effect.flatMap(StateFile, (state) => state.cursor(owner, resource)),
    (value) => Option.getOrElse(Schema.decodeUnknownOption(Work)(value), (): Work => ({})),
  )

const keepWork = (owner: AthleteId, resource: OfActivities, value: Work) =>
  Effect.flatMap(
    StateFile,
    (state) => state.checkpoint({ cursor: { athlete: owner, stage: resource, value } }),
  )

/** Whether it was found lately that none of it is given. */
const isWithheld = ({ held }: Work) =>
  Effect.map(Clock.currentTimeMillis, (now) => held !== undefined && now < held + skippedFor)

/** Whether it was, and nobody wants to try at once. */
const isHeld = Effect.fnUntraced(function* (work: Work, resource: OfActivities) {
  const { force, retryQuarantined, turnOn } = yield* RunOptions
  return (yield* isWithheld(work)) && !force && !retryQuarantined &&
    !turnOn.some((extra) => extra === resource)
})

/** How many activities it would be asked for at `at`, and what there is besides. */
export const activitiesAhead = Effect.fnUntraced(
  function* (owner: AthleteId, resource: OfActivities, at: number) {
    const { choice, force, limit = Infinity, retryQuarantined } = yield* RunOptions
    const due = retryQuarantined ? Infinity : at
    const state = yield* StateFile
    const scope = yield* GrantedScope
    const ahead = yield* state.pendingCounts(owner, resource, due, choice)
    const narrower = scope === undefined ? 0 : yield* state.countNarrower(owner, resource, scope)
    const held = yield* isHeld(yield* workOf(owner, resource), resource)
    const wanted = held
      ? 0
      : force
      ? ahead.all + ahead.purged
      : ahead.listed + ahead.due + ahead.again + narrower
    return { ...ahead, narrower, wanted, requests: Math.min(limit, wanted) }
  },
)

/** How far the work has come that this run goes on with; as if it were done, where none of it is given. */
export const workAhead = Effect.fnUntraced(function* (owner: AthleteId, resource: OfActivities) {
  const { choice } = yield* RunOptions
  const now = yield* Clock.currentTimeMillis
  const { again, all, due, listed } = yield* (yield* StateFile).pendingCounts(
    owner,
    resource,
    now,
    choice,
  )
  const work = yield* workOf(owner, resource)
  const left = (yield* isWithheld(work)) ? 0 : listed + due + again
  return { began: work.began ?? now, before: all - left, total: all } satisfies Over
})

/** Side by side, each to its own end: what one has under way is paid for, also where the other fails. */
export const together = <E, R>(all: ReadonlyArray<Effect.Effect<unknown, E, R>>) =>
  Effect.flatMap(
    Effect.forEach(all, Effect.exit, { concurrency: "unbounded" }),
    (exits) => exits.find(Exit.isFailure) ?? Effect.void,
  )

/** Work through what there is to ask for, once: what is listed again meanwhile is for the next call. */
export const fetchEach = Effect.fnUntraced(
  function* (owner: AthleteId, asking: Asking & { readonly resource: OfActivities }) {
    const { resource } = asking
    const state = yield* StateFile
    const turns = yield* RunTurns
    const { choice, force, limit } = yield* RunOptions
    const work = yield* workOf(owner, resource)
    if (yield* isHeld(work, resource)) return nothing
    if (force && (yield* turns.first(resource))) {
      yield* state.markForRefetch(owner, resource, limit, choice)
    }
    yield* refetchNarrower(owner)
    const open = yield* state.pendingItems(owner, resource, choice)
    const todo = yield* turns.take(resource, open)
    if (work.held !== undefined) yield* keepWork(owner, resource, {})
    const over = yield* workAhead(owner, resource)
    if (todo.length > 0 && work.began === undefined) {
      yield* keepWork(owner, resource, { began: over.began })
    }
    const { enough, ...done } = yield* fetchAll(owner, asking, todo, over)
    if (enough) {
      yield* keepWork(owner, resource, { held: yield* Clock.currentTimeMillis })
    } else if (todo.length === open.length && (todo.length > 0 || work.began !== undefined)) {
      yield* keepWork(owner, resource, {})
    }
    return done satisfies Outcomes
  },
)
