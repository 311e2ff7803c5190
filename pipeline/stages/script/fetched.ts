/** Stages of a script that fetch: an item for each activity, or for each id that the script finds. */
import { Effect, Option } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { isIdOf } from "../../../schemas/Item.ts"
import type { DeclaredResource } from "../../../schemas/script/ScriptResource.ts"
import { StateFile } from "../../state/StateFile.ts"
import type { StravaResponse, StravaService } from "../../strava/get.ts"
import { activitiesStage } from "../activities.ts"
import type { AnyStage } from "../all.ts"
import { athleteStage } from "../athlete.ts"
import { fetchEach, itemsAhead } from "../items/eachActivity.ts"
import { noOutcomes } from "../items/fetchItems.ts"
import * as Stage from "../Stage.ts"
import { StageFailed } from "../StageFailed.ts"
import { type AlwaysNeeded, type NamesIn, type PipelineStage } from "./PipelineStage.ts"
import { published, type StagesByName, unpublished } from "./PipelineStage.ts"
import { requestErrors, stageErrors } from "./scriptErrors.ts"
import { makeStored, type Stored } from "./Stored.ts"

/** A stage of a script that fetches. */
export interface FetchingOptions<Name extends string, A, N extends StagesByName> {
  readonly resource: DeclaredResource<Name, A>
  /** Further stages that run before, under their names. */
  readonly needs?: N
  /**
   * Returns one item, usually by `Strava.get`; none if Strava has no such item. An item that Strava refuses, or
   * whose response the schema does not accept, is quarantined. Any other error ends the stage.
   */
  readonly fetch: (
    id: string,
  ) => Effect.Effect<Option.Option<StravaResponse<A>>, unknown, StravaService>
}

/** The same, for items whose ids the script finds. */
export interface FindingOptions<Name extends string, A, N extends StagesByName>
  extends FetchingOptions<Name, A, N> {
  /** Returns the ids of all items, from what is stored. An id that was found once stays. */
  readonly find: (stored: Stored) => Effect.Effect<Iterable<string>, unknown>
}

/** A stage that lists ids in the ledger, and then fetches those that are due. */
const fetching = <Name extends string, A, N extends StagesByName>(
  { fetch, needs, resource }: FetchingOptions<Name, A, N>,
  list: (
    owner: AthleteId,
  ) => Effect.Effect<unknown, Stage.ErrorOf<AnyStage>, Stage.ServicesOf<AnyStage>>,
): PipelineStage<Name, AlwaysNeeded | NamesIn<N>> => {
  const source = {
    resource: resource.name,
    fetch: (id: string) => requestErrors(resource.name, fetch(id)),
  }
  const stage = Stage.makeNamed({
    name: resource.name,
    needs: {
      ...unpublished(needs ?? {}),
      athlete: athleteStage,
      activities: activitiesStage,
    },
    run: ({ athlete }) => Effect.andThen(list(athlete), fetchEach(athlete, source)),
    recall: () => Effect.succeedSome(noOutcomes),
    ahead: (planned) => itemsAhead(planned, resource.name),
  })
  return published({ ...stage, resource })
}

/** A stage that fetches an item for each activity, newest first, over as many runs as it takes. */
export const itemPerActivity = <
  const Name extends string,
  A,
  const N extends StagesByName = Record<never, never>,
>(
  options: FetchingOptions<Name, A, N>,
): PipelineStage<Name, AlwaysNeeded | NamesIn<N>> =>
  fetching(
    options,
    (owner) =>
      Effect.flatMap(StateFile, (state) => state.optionalItems.list(owner, options.resource.name)),
  )

/** Number of ids that are listed at once. */
const atOnce = 500

/** Lists ids that are not in the ledger yet. */
const listFound = Effect.fnUntraced(function* (
  owner: AthleteId,
  { name }: DeclaredResource,
  find: (stored: Stored) => Effect.Effect<Iterable<string>, unknown>,
) {
  const state = yield* StateFile
  const found = new Set(yield* stageErrors(name, find(yield* makeStored(name))))
  const wrong = [...found].find((id) => !isIdOf(name, id))
  if (wrong !== undefined) {
    const detail = `${JSON.stringify(wrong)} cannot be the id of an item`
    return yield* new StageFailed({ stage: name, detail })
  }
  for (const { id } of yield* state.optionalItems.standings(owner, name)) found.delete(id)
  const ids = [...found]
  for (let at = 0; at < ids.length; at += atOnce) {
    yield* state.checkpoint({
      marks: ids.slice(at, at + atOnce).map((id) => ({
        athlete: owner,
        resource: name,
        id,
        start: 0,
        status: "listed",
      })),
    })
  }
}, Effect.scoped)

/**
 * A stage that fetches an item for each id that `find` returns, such as the segments in the details of
 * activities.
 */
export const itemsFound = <
  const Name extends string,
  A,
  const N extends StagesByName = Record<never, never>,
>(
  options: FindingOptions<Name, A, N>,
): PipelineStage<Name, AlwaysNeeded | NamesIn<N>> =>
  fetching(options, (owner) => listFound(owner, options.resource, options.find))
