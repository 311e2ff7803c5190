/** Fetches items one by one: commits each response, and decides what each failure means. */
import { Effect, type Option, Schema } from "effect"
import { hasContent } from "../../../schemas/content/hasContent.ts"
import { declarationOf } from "../../../schemas/resources.ts"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import {
  type Comparable,
  contentOf,
  contentOfScan,
  isComparableResource,
} from "../../../schemas/content/content.ts"
import {
  type OptionalResource,
  type PerActivityResource,
  type Resource,
} from "../../../schemas/Item.ts"
import { Delivery } from "../../delivery/Delivery.ts"
import { type MultiRunProgress, notify } from "../../base/Progress.ts"
import { RunOptions } from "../RunOptions.ts"
import { StageFailed } from "../StageFailed.ts"
import { RunTally } from "../RunTally.ts"
import { RunTurns } from "../RunTurns.ts"
import type { Checkpoint } from "../../state/outbox/checkpoint.ts"
import { itemFrom } from "../../../schemas/json/ParsedItem.ts"
import { itemFromScan } from "../../../schemas/json/ScannedItem.ts"
import type { StateError } from "../../state/StateError.ts"
import { StateFile } from "../../state/StateFile.ts"
import { reasons } from "../../state/ledger/reasons.ts"
import type { PendingItem } from "../../state/ledger/todo.ts"
import {
  athleteRequest,
  type Refused,
  type ScopeMissing,
  tokenRequest,
  type Unreachable,
  type UnreadableResponse,
  withheld,
} from "../../strava/errors.ts"
import { idIn } from "../../../schemas/json/Json.ts"
import type { ItemRequest } from "../../strava/ItemRequest.ts"
import { Quota } from "../../strava/quota/Quota.ts"
import type { ParsedResponse } from "../../strava/ParsedResponse.ts"
import { Strava } from "../../strava/Strava.ts"
import type { StravaError } from "../../strava/StravaError.ts"
import { Tokens } from "../../strava/auth/Tokens.ts"
import { makeFrontier } from "./frontier.ts"
import { isNarrower, judgeResponse, seenWith } from "./completeness.ts"
import { recordNoContent } from "./noContent.ts"
import { makeWorkers } from "./workerPool.ts"

/** A response; with `fault` the reason why it is not the item, if the stage knows one. */
interface FetchedResponse extends ParsedResponse {
  readonly fault?: string
}

/** A resource, and the effect that fetches one item of it; none if Strava has no such item. */
export interface ItemSource {
  readonly resource: OptionalResource | PerActivityResource
  /** Time after which a stored item is fetched again, in milliseconds; absent for never. */
  readonly every?: number | undefined
  readonly fetch: (
    id: string,
  ) => Effect.Effect<Option.Option<FetchedResponse>, StravaError | StageFailed, Strava>
}

/** Returns the source that sends these requests. */
export const requesting = (request: (id: string) => ItemRequest): Pick<ItemSource, "fetch"> => ({
  fetch: (id) => Effect.flatMap(Strava, (strava) => strava.item(request(id))),
})

/** Returns the cursor that is stored with a response. */
type CursorOf = (id: string, receivedAt: number) => Checkpoint["cursor"]

interface Fetch extends ItemSource {
  readonly cursor?: CursorOf
}

type Outcome = "had" | "absent" | "later" | "quarantined" | "skipped"
export type Outcomes = Readonly<Record<Outcome, number>>

/** Outcomes of no work. A stage that does not run recalls this very value. */
export const noOutcomes: Outcomes = { had: 0, absent: 0, later: 0, quarantined: 0, skipped: 0 }

/** Reason that Strava withholds a response; no failure unless other stages need it. */
interface Withheld {
  readonly _tag: "Withheld"
  readonly reason: string
}

const unlessWithheld = (resource: Resource) =>
<A, E extends StravaError | StageFailed, R>(
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<A | Withheld, E, R> =>
  Effect.catch(effect, (error) => {
    const text = resource === "streams" ? undefined : withheld(error)
    const isPaid = error._tag === "Refused" && error.status === 402
    const reason = text !== undefined && isPaid ? reasons.subscribersOnly : text
    return reason === undefined
      ? Effect.fail(error)
      : Effect.succeed<Withheld>({ _tag: "Withheld", reason })
  })

/** Returns the reason why a response is not the item; undefined if it is. */
export const faultOf = (
  resource: ItemSource["resource"],
  id: string,
  { fault, json, text }: FetchedResponse,
) => {
  if (fault !== undefined) return fault
  const decoded = Schema.decodeUnknownResult(declarationOf(resource).schema)(json)
  if (decoded._tag === "Failure") return decoded.failure.message.replaceAll(/\s+/g, " ")
  if (!declarationOf(resource).named) return undefined
  const own = idIn(text, json)
  return own === id ? undefined : `the response has a different id: ${own}`
}

/** True of an object or list without entries. */
const isEmpty = (amounts: object | undefined): boolean =>
  amounts !== undefined && Object.keys(amounts).length === 0

/** Reads one item and commits the result. */
const fetchOne = Effect.fnUntraced(function* (owner: AthleteId, fetch: Fetch, todo: PendingItem) {
  const { resource } = fetch
  const { id, start } = todo
  const state = yield* StateFile
  const tally = yield* RunTally
  const key = { athlete: owner, resource, id } as const
  const answer = yield* fetch.fetch(id).pipe(unlessWithheld(resource))
  const scope = yield* (yield* Tokens).scope
  if (answer._tag === "Withheld") {
    const { reason } = answer
    yield* state.checkpoint({
      marks: [{ ...key, start, status: "skipped", reason, asked: true, scope }],
    })
    yield* tally.add(resource, { skipped: 1 })
    return "skipped" as const
  }
  if (answer._tag === "None") return yield* recordNoContent(key, todo, "404", scope)
  const { receivedAt, scan } = answer.value
  const item = scan === undefined
    ? itemFrom(key, answer.value.text, receivedAt, () => answer.value.json)
    : itemFromScan(key, scan, receivedAt)
  const json = scan?.json ?? answer.value.json
  const reason = scan === undefined ? faultOf(resource, id, answer.value) : undefined
  if (reason !== undefined) {
    yield* state.checkpoint({ marks: [{ ...key, start, status: "quarantined", reason, item }] })
    yield* tally.add(resource, { quarantined: 1 })
    return "quarantined" as const
  }
  const content = scan !== undefined
    ? contentOfScan(scan)
    : isComparableResource(resource)
    ? contentOf(resource, json)
    : undefined
  if (resource === "streams" && isEmpty(content)) {
    return yield* recordNoContent(key, todo, "empty", scope)
  }
  // A response that says nothing, such as {} or {"message":"…"}, is no reason to forget what is stored,
  // unless that says nothing too: no zones at all is what Strava has for activities without a heart rate.
  const isOther = (todo.hash ?? item.hash) !== item.hash
  if (!isComparableResource(resource) && isOther && !hasContent(resource, json)) {
    const cursor = fetch.cursor?.(id, receivedAt)
    const kept = [{ ...key, lacks: ["content"], checks: 0, recheck: null, scope }]
    yield* state.checkpoint({ kept, cursor })
    return "later" as const
  }
  const judged = content &&
    judgeResponse(resource as Comparable, todo, seenWith(scope, content), receivedAt, scope)
  if (judged?.keep === "stored") {
    const of = isNarrower(scope, todo.scope) ? todo.scope : scope
    yield* state.checkpoint({ kept: [{ ...key, ...judged, scope: of }] })
    return "later" as const
  }
  const { force } = yield* RunOptions
  const figures = yield* state.checkpoint({
    arrivals: [{ item, start, json, scope, ...(judged && { judged }) }],
    again: force,
    cursor: fetch.cursor?.(id, receivedAt),
  })
  yield* tally.add(resource, figures)
  yield* (yield* Delivery).offer(resource, 1)
  return "had" as const
})

type OfOneItem = Unreachable | UnreadableResponse | Refused | ScopeMissing

const ofOneItem = (error: StravaError | StateError | StageFailed): error is OfOneItem =>
  (error._tag === "Unreadable" || error._tag === "Refused" || error._tag === "Unreachable" ||
    error._tag === "ScopeMissing") &&
  error.request !== athleteRequest && error.request !== tokenRequest

/** After a 401 for an item, the client has already checked that the athlete is not refused too. */
const isProven = (error: OfOneItem) => error._tag === "Refused" && error.status === 401

const isSilent = (error: OfOneItem) => error._tag === "Unreachable" && !error.hasResponse

/** Returns the reason for a failure, in a few words. */
export const reasonOf = (error: OfOneItem): string =>
  error._tag === "ScopeMissing"
    ? withheld(error) ?? error.message
    : error._tag === "Refused"
    ? `Strava returned ${error.status} (${error.detail})`
    : error.detail

/** Quarantines items that failed although Strava responds to other requests. */
const quarantine = Effect.fnUntraced(function* (
  owner: AthleteId,
  resource: Resource,
  failed: ReadonlyArray<{ readonly todo: PendingItem; readonly error: OfOneItem }>,
) {
  yield* (yield* StateFile).checkpoint({
    marks: failed.map(({ error, todo: { id, start } }) => ({
      athlete: owner,
      resource,
      id,
      start,
      status: "quarantined",
      reason: reasonOf(error),
    })),
  })
  yield* (yield* RunTally).add(resource, { quarantined: failed.length })
})

/** Number of withheld items in a row after which the others count as withheld too and are not requested. */
const mostWithheld = 4

/** Progress of earlier runs in the same work, of resources with an item for each activity. */
interface Before {
  readonly over: MultiRunProgress
  /** Items that are quarantined, and not due yet. */
  readonly quarantined: number
}

/** Fetches all of `todo`, several at a time, newest first. */
export const fetchAll = Effect.fn("fetchAll")(function* (
  owner: AthleteId,
  fetch: Fetch,
  todo: ReadonlyArray<PendingItem>,
  before?: Before,
) {
  const { resource } = fetch
  const { choice, concurrency } = yield* RunOptions
  const { turn } = yield* RunTurns
  const { close } = yield* Quota
  const done: Record<Outcome, number> = { ...noOutcomes }
  let withheldInARow = 0
  const line = makeFrontier(todo)
  // With these filters, activities in between are left out, so that no day is known to be complete.
  const isFiltered = choice.sports.length > 0 || choice.until !== undefined ||
    (choice.ids ?? []).length > 0
  const advance = Effect.suspend(() => {
    const sum = Object.values(done).reduce((sum, count) => sum + count, 0)
    return notify({
      _tag: "Advanced",
      stage: resource,
      done: sum,
      total: todo.length,
      over: before?.over,
      frontier: before === undefined || isFiltered
        ? undefined
        : line.reached(before.quarantined + done.quarantined + done.later),
    })
  })
  yield* advance
  yield* makeWorkers({
    items: todo,
    concurrency,
    work: (item) =>
      // Responses that cannot be stored must not be paid for, by no stage.
      Effect.flatMap(
        turn(
          Effect.tapErrorTag(fetchOne(owner, fetch, item), "StateError", () => close).pipe(
            Effect.annotateLogs({ item: item.id }),
          ),
        ),
        (outcome) => {
          done[outcome]++
          line.finish(item.id)
          withheldInARow = outcome === "skipped" ? withheldInARow + 1 : 0
          return advance
        },
      ),
    enough: () => withheldInARow >= mostWithheld,
    ofOneItem,
    isProven,
    isSilent,
    known: ({ tries }) => tries > 0,
    probe: (yield* Strava).athlete,
    quarantine: (failed) => {
      done.quarantined += failed.length
      failed.forEach(({ todo }) => line.finish(todo.id))
      return Effect.andThen(quarantine(owner, resource, failed), advance)
    },
  })
  return { ...done, enough: withheldInARow >= mostWithheld }
})
