/**
 * Streams: the samples of each activity that has any and whose samples are not there yet, newest first,
 * all types in one request.
 */
import { Clock, Effect, Option, Schema } from "effect"
import { ActivityId } from "../../schemas/Activity.ts"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { StreamSet } from "../../schemas/StreamSet.ts"
import { Delivery } from "../Delivery.ts"
import { notify } from "../Progress.ts"
import { RunOptions } from "../RunOptions.ts"
import { RunTally } from "../RunTally.ts"
import * as Stage from "../Stage.ts"
import { itemFrom } from "../state/item.ts"
import type { StateError } from "../state/StateError.ts"
import type { Checkpoint } from "../state/checkpoint.ts"
import { StateFile } from "../state/StateFile.ts"
import type { Todo } from "../state/todo.ts"
import type { Refused, Unreachable, Unreadable } from "../strava/errors.ts"
import { Strava, type StravaError } from "../strava/Strava.ts"
import { activities } from "./activities.ts"
import { athlete } from "./athlete.ts"
import { makeWorkers } from "./workers.ts"

/** Right after an upload Strava may not have the samples yet: until this age a 404 proves nothing. */
const settled = 6 * 60 * 60_000

/** How many activities the stage would ask for the samples of at `at`, and what there is besides. */
export const streamsAhead = Effect.fnUntraced(function* (owner: AthleteId, at: number) {
  const { force, limit = Infinity, retryQuarantined } = yield* RunOptions
  const ahead = yield* (yield* StateFile).ahead(owner, "streams", retryQuarantined ? Infinity : at)
  const wanted = force ? ahead.all : ahead.listed + ahead.due
  return { ...ahead, requests: Math.min(limit, wanted) }
})

type Outcome = "had" | "absent" | "later" | "quarantined"

const fetchOne = Effect.fnUntraced(function* (owner: AthleteId, { id, start }: Todo) {
  const state = yield* StateFile
  const tally = yield* RunTally
  const key = { athlete: owner, resource: "streams", id } as const
  const answer = yield* (yield* Strava).streams(ActivityId.make(Number(id)))
  const now = yield* Clock.currentTimeMillis
  const keep = (checkpoint: Checkpoint) => state.checkpoint(checkpoint)

  if (Option.isNone(answer)) {
    if (now - start < settled) {
      const reason = "Strava has none yet; asked again in the next run"
      yield* keep({ marks: [{ ...key, start, status: "listed", reason, asked: true }] })
      return "later" as const
    }
    const reason = "Strava has none (404)"
    yield* keep({ marks: [{ ...key, start, status: "absent", reason }] })
    yield* tally.add("streams", { absent: 1 })
    return "absent" as const
  }
  const { json, receivedAt, text } = answer.value
  const item = itemFrom(key, text, receivedAt)
  const decoded = Schema.decodeUnknownResult(StreamSet)(json)
  if (decoded._tag === "Failure") {
    const reason = decoded.failure.message.replaceAll(/\s+/g, " ")
    yield* keep({ marks: [{ ...key, start, status: "quarantined", reason, item }] })
    yield* tally.add("streams", { quarantined: 1 })
    return "quarantined" as const
  }
  yield* tally.add("streams", yield* keep({ arrivals: [{ item, start }] }))
  yield* (yield* Delivery).offer("streams", 1)
  return "had" as const
})

type OfOneItem = Unreachable | Unreadable | Refused

/** Set aside what failed although Strava answers others. */
const setAside = Effect.fnUntraced(function* (
  owner: AthleteId,
  failed: ReadonlyArray<{ readonly todo: Todo; readonly error: OfOneItem }>,
) {
  yield* (yield* StateFile).checkpoint({
    marks: failed.map(({ error, todo: { id, start } }) => ({
      athlete: owner,
      resource: "streams",
      id,
      start,
      status: "quarantined",
      reason: error.detail,
    })),
  })
  yield* (yield* RunTally).add("streams", { quarantined: failed.length })
})

const ofOneItem = (error: StravaError | StateError): error is OfOneItem =>
  error._tag === "Unreadable" || error._tag === "Refused" ||
  (error._tag === "Unreachable" && error.answered)

export const streams = Stage.make({
  name: "streams",
  needs: { activities, athlete },
  run: ({ athlete: owner }) =>
    Effect.gen(function* () {
      const state = yield* StateFile
      const { concurrency, force, limit } = yield* RunOptions
      if (force) yield* state.reopen(owner, "streams", limit)
      const todo = (yield* state.todo(owner, "streams")).slice(0, limit)
      const done: Record<Outcome, number> = { had: 0, absent: 0, later: 0, quarantined: 0 }
      const advance = Effect.suspend(() => {
        const sum = done.had + done.absent + done.later + done.quarantined
        return notify({ _tag: "Advanced", stage: "streams", done: sum, total: todo.length })
      })
      yield* advance
      yield* makeWorkers({
        items: todo,
        concurrency,
        work: (item) =>
          Effect.flatMap(fetchOne(owner, item), (outcome) => {
            done[outcome]++
            return advance
          }),
        ofOneItem,
        known: ({ tries }) => tries > 0,
        probe: (yield* Strava).athlete,
        setAside: (failed) => {
          done.quarantined += failed.length
          return Effect.andThen(setAside(owner, failed), advance)
        },
      })
      return done
    }),
  recall: () => Effect.succeed(Option.none<Record<Outcome, number>>()),
})
