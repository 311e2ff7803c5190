/** Stages that fetch one item after another: one for each activity, or a few that seldom change. */
import { Effect } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import {
  isListedLate,
  type OptionalResource,
  type PerActivityResource,
} from "../../schemas/Item.ts"
import type { StateError } from "../state/StateError.ts"
import { StateFile } from "../state/StateFile.ts"
import type { ItemRequest } from "../strava/ItemRequest.ts"
import { activitiesStage } from "./activities.ts"
import { athleteStage } from "./athlete.ts"
import { fetchEach, itemsAhead } from "./items/eachActivity.ts"
import { type ItemSource, noOutcomes, requesting } from "./items/fetchItems.ts"
import { isOn } from "./items/optional.ts"
import { type Candidate, dueAhead, fetchDue, oneOf } from "./items/periodic.ts"
import * as Stage from "./Stage.ts"

/** Stages begin once the list has proven whose data it is: their responses do not say so. */
const needs = { activities: activitiesStage, athlete: athleteStage }

/** A resource, and the request for one item of it. */
interface Requests<R> {
  readonly resource: R
  readonly request: (id: string) => ItemRequest
}

/** A stage that fetches one item for each activity, newest first, over as many runs as it takes. */
export const perActivity = <const R extends PerActivityResource>(
  { request, resource }: Requests<R>,
) => ({ ...fetchPerActivity({ resource, ...requesting(request) }), request })

/** The same, for any effect that fetches an item. */
export const fetchPerActivity = <const R extends PerActivityResource>(
  source: ItemSource & { readonly resource: R },
) => itemStage(source, {}, listEach(source.resource))

/** Lists an item for each activity, unless the list of activities did. */
export const listEach = (resource: PerActivityResource) => (owner: AthleteId) =>
  isListedLate(resource)
    ? Effect.flatMap(StateFile, (state) => state.optionalItems.list(owner, resource))
    : Effect.void

/**
 * A stage that lists items in the ledger, and then fetches those that are due. The built-in stages and those of
 * scripts are made by it. `further` are stages that it needs besides those of `needs`.
 */
export const itemStage = <const R extends PerActivityResource, N extends Stage.Needs, E, R2>(
  source: ItemSource & { readonly resource: R },
  further: N,
  list: (owner: AthleteId) => Effect.Effect<unknown, E, R2>,
) => {
  const { resource } = source
  const fetch = Effect.fn("itemStage.fetch")(function* (owner: AthleteId) {
    if (!(yield* isOn(resource))) return noOutcomes
    yield* list(owner)
    return yield* fetchEach(owner, source)
  })
  const stage = Stage.makeNamed({
    name: resource,
    needs: { ...further, ...needs },
    run: ({ athlete }) => fetch(athlete),
    recall: () => Effect.succeedSome(noOutcomes),
    ahead: (planned) => itemsAhead(planned, source),
  })
  return { ...stage, fetch }
}

/** Returns the items of a resource that can be fetched. */
type Find = (
  owner: AthleteId,
) => Effect.Effect<ReadonlyArray<Candidate>, StateError, StateFile>

/**
 * A stage that fetches items that seldom change, each at most once a week: those that `find`
 * returns, or the one item of each athlete.
 */
export const periodic = <const R extends OptionalResource>(
  { find, request, resource }: Requests<R> & { readonly find?: Find },
) => {
  const source = { resource, ...requesting(request) }
  const wantedOf = find ?? ((owner: AthleteId) => Effect.succeed([oneOf(owner)]))
  const stage = Stage.makeNamed({
    name: resource,
    needs,
    run: ({ athlete }) =>
      Effect.flatMap(wantedOf(athlete), (wanted) => fetchDue(athlete, source, wanted)),
    recall: () => Effect.succeedSome(noOutcomes),
    ahead: Effect.fnUntraced(function* ({ again, owner }) {
      const isFirst = owner === undefined && find === undefined && (yield* isOn(resource))
      const due = owner === undefined
        ? Number(isFirst)
        : yield* dueAhead(owner, resource, yield* wantedOf(owner))
      return { requests: Math.max(again[resource], due) }
    }),
  })
  return { ...stage, request }
}
