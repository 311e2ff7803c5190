/** Fetches an item for each activity, newest first, over as many runs as it takes. */
import { Clock, Effect, Exit, Option, Schema } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { PerActivityResource } from "../../../schemas/Item.ts"
import type { ItemsAhead, Planned, StageAhead } from "../StageAhead.ts"
import type { MultiRunProgress } from "../../base/Progress.ts"
import { declarationOf } from "../../../schemas/resources.ts"
import { defaultOptions, RunOptions } from "../RunOptions.ts"
import { RunTurns } from "../RunTurns.ts"
import { GrantedScope } from "../../strava/auth/GrantedScope.ts"
import { StateFile } from "../../state/StateFile.ts"
import { skippedFor } from "../../state/ledger/todo.ts"
import { isOn } from "./optional.ts"
import { refetchNarrower } from "./scope.ts"
import { fetchAll, type ItemSource, noOutcomes, type Outcomes } from "./fetchItems.ts"

/** Work of several runs, stored under the stage's name. */
const Work = Schema.Struct({
  /** Time when the work began that is not done yet. */
  began: Schema.optionalKey(Schema.Finite),
  /** Time when Strava withheld all of it. */
  held: Schema.optionalKey(Schema.Finite),
})
type Work = typeof Work.Type

const workOf = (owner: AthleteId, resource: PerActivityResource) =>
  Effect.map(
    Effect.flatMap(StateFile, (state) => state.cursor(owner, resource)),
    (value) => Option.getOrElse(Schema.decodeUnknownOption(Work)(value), (): Work => ({})),
  )

const keepWork = (owner: AthleteId, resource: PerActivityResource, value: Work) =>
  Effect.flatMap(
    StateFile,
    (state) => state.checkpoint({ cursor: { athlete: owner, stage: resource, value } }),
  )

/** True if the resource was withheld recently. */
const isWithheld = ({ held }: Work) =>
  Effect.map(Clock.currentTimeMillis, (now) => held !== undefined && now < held + skippedFor)

/** True if this resource was recently withheld and no flag forces a retry: then it is skipped. */
const isHeld = Effect.fnUntraced(function* (work: Work, resource: PerActivityResource) {
  const { force, retryQuarantined, turnOn } = yield* RunOptions
  return (yield* isWithheld(work)) && !force && !retryQuarantined &&
    !turnOn.some((optional) => optional === resource)
})

/** Plan of a resource before anything is known. */
export const noItems = {
  listed: 0,
  due: 0,
  later: 0,
  again: 0,
  againLater: 0,
  narrower: 0,
  imported: 0,
  preferred: 0,
  purged: 0,
  on: true,
  price: 0,
} satisfies ItemsAhead

/** True if the choice of activities applies to the items of a resource: they have an activity each. */
const isChosen = (resource: PerActivityResource) => declarationOf(resource).per === "activity"

/** Returns the choice of a run as far as it applies to a resource. */
const choiceOf = (resource: PerActivityResource) =>
  Effect.map(RunOptions, ({ choice }) => isChosen(resource) ? choice : defaultOptions.choice)

/** Returns the numbers of streams from an export that stay, and that this run fetches from the API. */
const replaceable = Effect.fnUntraced(
  function* (owner: AthleteId, resource: PerActivityResource, at: number) {
    if (resource !== "streams") return [0, 0] as const
    const { choice, prefer } = yield* RunOptions
    const filter = { ...choice, source: "export" } as const
    const { all, listed } = yield* (yield* StateFile).pendingCounts(owner, resource, at, filter)
    return prefer === "api" ? [0, all - listed] as const : [all - listed, 0] as const
  },
)

/** Facts of a stage that its plan needs. */
type Planable = Pick<ItemSource, "every"> & { readonly resource: PerActivityResource }

/** Returns the numbers of items of a resource, and of those that a run would fetch at `at`. */
const countsAhead = Effect.fnUntraced(
  function* (owner: AthleteId, { every = Infinity, resource }: Planable, at: number) {
    const { force, retryQuarantined } = yield* RunOptions
    const choice = yield* choiceOf(resource)
    const state = yield* StateFile
    const scope = yield* GrantedScope
    const ahead = yield* state.pendingCounts(
      owner,
      resource,
      retryQuarantined ? Infinity : at,
      choice,
    )
    const { all: old } = yield* state.pendingCounts(owner, resource, at, {
      ...choice,
      unchangedSince: Math.max(0, at - every),
    })
    const narrower = scope === undefined ? 0 : yield* state.countNarrower(owner, resource, scope)
    const [imported, preferred] = yield* replaceable(owner, resource, at)
    const isSkipped = yield* isHeld(yield* workOf(owner, resource), resource)
    const wanted = isSkipped
      ? 0
      : force || (choice.ids ?? []).length > 0
      ? ahead.all + ahead.purged
      : ahead.listed + ahead.due + ahead.again + old + narrower + preferred
    return { ...ahead, again: ahead.again + old, imported, narrower, preferred, wanted }
  },
)

/** Plans a resource with a request for each activity. */
export const itemsAhead = Effect.fnUntraced(
  function* ({ again: lost, listed: at, more, owner }: Planned, planable: Planable) {
    const { resource } = planable
    const { limit = Infinity } = yield* RunOptions
    const { listed, wanted, ...counted } = owner === undefined
      ? { ...noItems, wanted: 0 }
      : yield* countsAhead(owner, planable, at)
    const { again, againLater, due, imported, later, narrower, preferred, purged } = counted
    const on = yield* isOn(resource)
    const added = (isChosen(resource) ? more : 0) + (lost[resource] ?? 0)
    const price = Math.min(limit, wanted + added)
    const counts = { due, later, again, againLater, imported, narrower, preferred, purged }
    return {
      requests: on ? price : 0,
      items: { ...counts, listed: listed + added, on, price },
    } satisfies StageAhead
  },
)

/** Returns how far the work of several runs has come; complete if Strava withholds the resource. */
export const workAhead = Effect.fnUntraced(
  function* (owner: AthleteId, resource: PerActivityResource) {
    const choice = yield* choiceOf(resource)
    const now = yield* Clock.currentTimeMillis
    const { again, all, due, listed } = yield* (yield* StateFile).pendingCounts(
      owner,
      resource,
      now,
      choice,
    )
    const work = yield* workOf(owner, resource)
    const left = (yield* isWithheld(work)) ? 0 : listed + due + again
    return { began: work.began ?? now, before: all - left, total: all } satisfies MultiRunProgress
  },
)

/** Runs effects concurrently, each to its end: requests in flight count although another fails. Fails with the first failure. */
export const runAllToEnd = <E, R>(all: ReadonlyArray<Effect.Effect<unknown, E, R>>) =>
  Effect.flatMap(
    Effect.forEach(all, Effect.exit, { concurrency: "unbounded" }),
    (exits) => exits.find(Exit.isFailure) ?? Effect.void,
  )

/** Fetches the items that are due; items that are listed again meanwhile are left to the next call. */
export const fetchEach = Effect.fnUntraced(
  function* (owner: AthleteId, source: ItemSource & { readonly resource: PerActivityResource }) {
    const { every, resource } = source
    const state = yield* StateFile
    const turns = yield* RunTurns
    const { force, limit, prefer } = yield* RunOptions
    const choice = yield* choiceOf(resource)
    const work = yield* workOf(owner, resource)
    if (yield* isHeld(work, resource)) return noOutcomes
    if (yield* turns.first(resource)) {
      const isNamed = (choice.ids ?? []).length > 0
      if (force || isNamed) yield* state.markForRefetch(owner, resource, limit, choice)
      else if (prefer === "api" && resource === "streams") {
        yield* state.markForRefetch(owner, resource, limit, { ...choice, source: "export" })
      } else if (every !== undefined) {
        const unchangedSince = (yield* Clock.currentTimeMillis) - every
        yield* state.markForRefetch(owner, resource, limit, { ...choice, unchangedSince })
      }
    }
    yield* refetchNarrower(owner)
    const open = yield* state.pendingItems(owner, resource, choice)
    const todo = yield* turns.take(resource, open)
    if (work.held !== undefined) yield* keepWork(owner, resource, {})
    const over = yield* workAhead(owner, resource)
    if (todo.length > 0 && work.began === undefined) {
      yield* keepWork(owner, resource, { began: over.began })
    }
    const now = yield* Clock.currentTimeMillis
    const { later: quarantined } = yield* state.pendingCounts(owner, resource, now, choice)
    const { enough, ...done } = yield* fetchAll(
      owner,
      source,
      todo,
      isChosen(resource) ? { over, quarantined } : undefined,
    )
    if (enough) {
      yield* keepWork(owner, resource, { held: yield* Clock.currentTimeMillis })
    } else if (todo.length === open.length && (todo.length > 0 || work.began !== undefined)) {
      yield* keepWork(owner, resource, {})
    }
    return done satisfies Outcomes
  },
)
