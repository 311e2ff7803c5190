/** Items for which Strava has no content: a 404, or streams without a sample. */
import { Clock, Effect, Option, Schema } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { isComparableResource } from "../../../schemas/content/content.ts"
import type { ItemKey, OptionalResource, PerActivityResource } from "../../../schemas/Item.ts"
import { RunTally } from "../RunTally.ts"
import { RunTurns } from "../RunTurns.ts"
import { StateFile } from "../../state/StateFile.ts"
import { reasons } from "../../state/ledger/reasons.ts"
import type { PendingItem } from "../../state/ledger/todo.ts"
import { activityRequest } from "../../strava/ItemRequest.ts"
import { Strava } from "../../strava/Strava.ts"
import { checkAfter, isYoung } from "./completeness.ts"

const Numbered = Schema.Struct({ number: Schema.Finite })

/** True if a private activity is withheld: if the last list held none, its details are requested. */
const isHidden = Effect.fnUntraced(function* (owner: AthleteId, id: string) {
  const state = yield* StateFile
  const list = Schema.decodeUnknownOption(Numbered)(yield* state.cursor(owner, "activities"))
  const number = Option.match(list, { onNone: () => 0, onSome: ({ number }) => number })
  if (yield* state.lists.hasPrivate(owner, number)) return false
  return Option.isNone(yield* (yield* Strava).item(activityRequest(id)))
})

const absent = { "404": reasons.notAvailable, empty: reasons.noSamples } as const

/**
 * Commits that Strava has no content for an item. A stored response stays in every sink. Otherwise
 * the item is missing, unless it is private and the permission to read it may be missing. If there
 * is any doubt, it is fetched again first: see `checkAfter`.
 */
export const recordNoContent = Effect.fnUntraced(function* (
  key: ItemKey & { readonly resource: OptionalResource | PerActivityResource },
  todo: PendingItem,
  how: keyof typeof absent,
  scope: string | undefined,
) {
  const { athlete, id, resource } = key
  const { checks = 0, has, reason = null, start, hash = null, tries } = todo
  const state = yield* StateFile
  const tally = yield* RunTally
  const { putOff } = yield* RunTurns
  const now = yield* Clock.currentTimeMillis
  const keeps = hash !== null && (has === undefined || Object.keys(has).length > 0)
  // A 404 of an old activity is a result, unless it was uploaded late, was edited, or was read before.
  const doubtful = isYoung(todo, now) || keeps || how === "empty" || checks > 0 ||
    (reason !== null && tries === 0)
  const later = isComparableResource(resource) && doubtful
    ? checkAfter(todo, keeps ? "empty" : how, now)
    : { checks, recheck: null }
  if (keeps && isComparableResource(resource)) {
    yield* state.checkpoint({ kept: [{ ...key, lacks: ["samples"], ...later, scope }] })
    yield* putOff(resource, id)
    return "later" as const
  }
  if (later.recheck !== null) {
    yield* state.checkpoint({
      marks: [{
        ...key,
        start,
        status: "listed",
        reason: reasons.notYet,
        asked: true,
        later,
        scope,
      }],
    })
    yield* putOff(resource, id)
    return "later" as const
  }
  // Strava returns 404 for a private activity if the permission to read it was withdrawn.
  if (how === "404" && todo.private === true && (yield* isHidden(athlete, id))) {
    const reason = reasons.notPermitted
    yield* state.checkpoint({ marks: [{ ...key, start, status: "quarantined", reason }] })
    yield* tally.add(resource, { quarantined: 1 })
    return "quarantined" as const
  }
  yield* state.checkpoint({
    marks: [{ ...key, start, status: "absent", reason: absent[how], scope }],
  })
  yield* tally.add(resource, { absent: 1 })
  return "absent" as const
})
