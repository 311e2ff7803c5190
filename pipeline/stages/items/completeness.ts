/** Judges responses, and refetches those that fall short: soon while an upload is young, later once or twice. */
import {
  type Amounts,
  type Comparable,
  isNothing,
  isWorse,
  shortfall,
} from "../../../schemas/content/content.ts"
import type { ContentCheck } from "../../state/ledger/completeness.ts"
import { leeway, quarantineDay as fullDay } from "../../state/ledger/quarantine.ts"
import { includes } from "../../state/ledger/scope.ts"
import type { PendingItem } from "../../state/ledger/todo.ts"

const minute = 60_000
const hour = 60 * minute
/** A daily run starts some minutes early or late. */
const day = fullDay - leeway

/** Strava may still be processing an upload for this long after it could be read first. */
const settled = 6 * hour

/**
 * Time when the activity could be read first: its end, or when a list first had it, if that is later.
 * A time in the future comes from a device with a wrong clock and says nothing.
 */
const readyAt = ({ ended, listed, start }: PendingItem, now: number): number =>
  Math.max(...[start, ended ?? 0, listed ?? 0].filter((at) => at <= now), 0)

/** True as long as Strava may still be processing the upload. */
export const isYoung = (todo: PendingItem, now: number): boolean =>
  now - readyAt(todo, now) < settled

/** Kinds of responses that fall short: there is none, it has no samples, or it lacks something. */
type Short = "404" | "empty" | "partial"

/** Times to the next requests for a young upload; from then on when it has settled. */
const whileYoung: Readonly<Record<Short, ReadonlyArray<number>>> = {
  "404": [0, 15 * minute, hour, 4 * hour],
  empty: [0, 15 * minute, hour, 4 * hour],
  partial: [15 * minute, hour, 4 * hour],
}

/** Times to the next requests for a settled activity; 0 is the next run. */
const whenSettled: Readonly<Record<Short, ReadonlyArray<number>>> = {
  "404": [0],
  empty: [0, day],
  partial: [day],
}

/** Number of responses in a row that fell short, and the time of the next request; null if there is none. */
interface Check {
  readonly checks: number
  readonly recheck: number | null
}

/**
 * Returns the next request for a response that fell short at `now`. An upload costs at most five
 * more requests, and an activity that is older than six hours one, or two if Strava sends no
 * samples at all.
 */
export const checkAfter = (todo: PendingItem, how: Short, now: number): Check => {
  const { checks: before = 0, recheck: due } = todo
  const checks = before + 1
  const settles = readyAt(todo, now) + settled
  if (now < settles) {
    const wait = whileYoung[how][before] ?? settled
    return { checks, recheck: Math.min(now + wait, settles) }
  }
  const waits = whenSettled[how]
  // The responses before came while it was young, so that one more is needed to be sure; a 404 is sure.
  const wasYoung = how !== "404" && due !== undefined && due < settles
  const wait = waits[wasYoung ? Math.min(before, waits.length - 1) : before]
  return { checks, recheck: wait === undefined ? null : now + wait }
}

/**
 * Parts of the details of a young upload that no summary claims, and that come later if at all: efforts on
 * segments, where there is a track, and laps, which every recording has.
 */
const awaitedIn = (claims: Amounts, content: Amounts): ReadonlyArray<string> => [
  ...(content["map"] === 1 && content["segments"] === 0 ? ["segments"] : []),
  ...(Object.keys(claims).length > 0 && content["laps"] === 0 ? ["laps"] : []),
]

/** True if the permission that decides how much a response contains was withdrawn since `before`. */
export const isNarrower = (scope: string | undefined, before: string | undefined): boolean =>
  scope !== undefined && before !== undefined && includes(before, "activity:read_all") &&
  !includes(scope, "activity:read_all")

/**
 * Judges a response with this content: what it lacks, when to fetch it again, and which response to keep.
 * One that is worse than the stored one replaces it only when a settled response has confirmed it.
 */
export const judgeResponse = (
  resource: Comparable,
  todo: PendingItem,
  has: Amounts,
  now: number,
  scope?: string,
): ContentCheck & { readonly keep: "new" | "stored" } => {
  const { claims = {}, hash = null } = todo
  const short = [
    ...shortfall(resource, claims, has),
    ...(resource === "details" && isNothing(resource, has) ? ["content"] : []),
  ]
  const worse = hash !== null &&
    (todo.has === undefined ? short.length > 0 : isWorse(resource, claims, has, todo.has))
  if (worse) {
    const check = checkAfter(todo, "partial", now)
    const lacks = [...(todo.has ? shortfall(resource, claims, todo.has) : []), "less"]
    // With fewer permissions Strava would send the same again.
    if (isNarrower(scope, todo.scope)) {
      return { has, lacks, checks: 0, recheck: null, keep: "stored" }
    }
    // A response without content never replaces one that has some, however often it comes.
    if (check.recheck !== null || isNothing(resource, has)) {
      return { has, lacks, ...check, keep: "stored" }
    }
    return { has, lacks: short, ...check, keep: "new" }
  }
  if (short.length > 0) {
    return { has, lacks: short, ...checkAfter(todo, "partial", now), keep: "new" }
  }
  const awaited = resource === "details" && isYoung(todo, now) ? awaitedIn(claims, has) : []
  if (awaited.length > 0) {
    const recheck = readyAt(todo, now) + settled
    return { has, lacks: awaited, checks: 1, recheck, keep: "new" }
  }
  return { has, lacks: [], checks: 0, recheck: null, keep: "new" }
}

/**
 * Content of a response as far as this scope lets it be compared: without `activity:read_all`, Strava cuts
 * off what lies in hidden places, so that the last sample says nothing of the end.
 */
export const seenWith = (scope: string | undefined, content: Amounts): Amounts => {
  if (scope === undefined || includes(scope, "activity:read_all")) return content
  const { seconds: _, ...rest } = content
  return rest
}
