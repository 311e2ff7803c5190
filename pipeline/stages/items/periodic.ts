/** Fetches items that seldom change, each at most once a week: zones, stats, gear. */
import { Clock, Effect, Option, Schema } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { OptionalResource } from "../../../schemas/Item.ts"
import { RunOptions } from "../RunOptions.ts"
import type { ItemStanding } from "../../state/ledger/optional.ts"
import { StateFile } from "../../state/StateFile.ts"
import { type PendingItem, skippedFor } from "../../state/ledger/todo.ts"
import { isOn } from "./optional.ts"
import { fetchAll, type ItemSource, noOutcomes } from "./fetchItems.ts"

/** Age from which such a response is fetched again, in milliseconds. */
export const freshFor = 7 * 24 * 60 * 60_000

/** An item that can be fetched. */
export interface Candidate {
  readonly id: string
  /** Time from which a stored response may be out of date, in milliseconds since 1970. */
  readonly changed: number
}

/**
 * Returns the candidate of a resource with one item per athlete: it is always out of date after a
 * week.
 */
export const oneOf = (owner: AthleteId): Candidate => ({ id: String(owner), changed: Infinity })

/** Times of the last fetch by id, stored under the stage's name. */
const Fetched = Schema.Record(Schema.String, Schema.Finite)

const fetchedOf = (owner: AthleteId, resource: OptionalResource) =>
  Effect.map(
    Effect.flatMap(StateFile, (state) => state.cursor(owner, resource)),
    (value) => Option.getOrElse(Schema.decodeUnknownOption(Fetched)(value), () => ({})),
  )

type Circumstances = Pick<RunOptions["Service"], "force" | "retryQuarantined"> & {
  readonly now: number
}

const isDue = (
  { changed }: Candidate,
  standing: ItemStanding | undefined,
  fetchedAt: number | undefined,
  { force, now, retryQuarantined }: Circumstances,
): boolean => {
  if (standing === undefined || standing.status === "listed" || force) return true
  const { nextTry, status, updated } = standing
  if (status === "skipped") {
    return retryQuarantined || (nextTry ?? updated + skippedFor) <= now
  }
  if (status === "quarantined" && nextTry !== undefined) return retryQuarantined || nextTry <= now
  const last = fetchedAt ?? updated
  // A time in the future comes from a clock that ran ahead.
  return Math.abs(now - last) >= freshFor && (last > now || changed > last)
}

/** Filters the candidates down to those that are due. */
const dueOf = Effect.fnUntraced(
  function* (owner: AthleteId, resource: OptionalResource, wanted: ReadonlyArray<Candidate>) {
    if (!(yield* isOn(resource))) return []
    const options = yield* RunOptions
    const now = yield* Clock.currentTimeMillis
    const fetched: typeof Fetched.Type = yield* fetchedOf(owner, resource)
    const standings = new Map(
      (yield* (yield* StateFile).optionalItems.standings(owner, resource)).map((
        one,
      ) => [one.id, one]),
    )
    return wanted
      .filter((one) => isDue(one, standings.get(one.id), fetched[one.id], { ...options, now }))
      .map(({ id }): PendingItem => ({
        id,
        start: 0,
        tries: standings.get(id)?.tries ?? 0,
        hash: standings.get(id)?.hash ?? null,
      }))
  },
)

/** Returns the number of requests that would be sent now, if all goes well. */
export const dueAhead = (
  owner: AthleteId,
  resource: OptionalResource,
  wanted: ReadonlyArray<Candidate>,
) => Effect.map(dueOf(owner, resource, wanted), ({ length }) => length)

/** Fetches the items that are due. */
export const fetchDue = Effect.fnUntraced(
  function* (
    owner: AthleteId,
    source: ItemSource & { readonly resource: OptionalResource },
    wanted: ReadonlyArray<Candidate>,
  ) {
    const { resource } = source
    const todo = yield* dueOf(owner, resource, wanted)
    if (todo.length === 0) return noOutcomes
    let fetched: typeof Fetched.Type = yield* fetchedOf(owner, resource)
    const cursor = (id: string, receivedAt: number) => {
      fetched = { ...fetched, [id]: receivedAt }
      return { athlete: owner, stage: resource, value: fetched }
    }
    const { enough: _, ...done } = yield* fetchAll(owner, { ...source, cursor }, todo)
    return done
  },
)
