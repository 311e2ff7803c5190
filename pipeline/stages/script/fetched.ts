/** Stages of a script that fetch: an item for each activity, or for each id that the script finds. */
import { Duration, Effect, Option } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { isIdOf } from "../../../schemas/Item.ts"
import type { ScriptResource } from "../../../schemas/script/ScriptName.ts"
import type { DeclaredResource } from "../../../schemas/script/ScriptResource.ts"
import { StateFile } from "../../state/StateFile.ts"
import type { StravaResponse, StravaService } from "../../strava/get.ts"
import { itemStage, listEach } from "../itemStages.ts"
import { StageFailed } from "../StageFailed.ts"
import {
  type AlwaysNeeded,
  type NamesIn,
  type PipelineStage,
  published,
  type Readable,
  readableIn,
  type StagesByName,
  type UnderTheirNames,
  unpublished,
} from "./PipelineStage.ts"
import { inStage, requestInStage } from "./scriptErrors.ts"
import { makeStored, type Stored } from "./Stored.ts"

/** A stage of a script that fetches. */
export interface FetchingOptions<Name extends string, A, N extends StagesByName> {
  readonly resource: DeclaredResource<Name, A>
  /** Further stages that run before, under their names. */
  readonly needs?: N & UnderTheirNames<N>
  /** Time after which a stored item is fetched again, such as `30 days`; by default it is fetched once. */
  readonly every?: Duration.Input
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
  readonly find: (stored: Stored<Readable<Name, N>>) => Effect.Effect<Iterable<string>, unknown>
}

/** Returns the resource of a stage, and the effect that fetches one item of it. */
const sourceOf = <Name extends string, A, N extends StagesByName>(
  { every, fetch, resource }: Pick<FetchingOptions<Name, A, N>, "every" | "fetch" | "resource">,
) => ({
  resource: resource.name,
  every: every === undefined ? undefined : Duration.toMillis(every),
  fetch: (id: string) => requestInStage(resource.name, () => fetch(id)),
})

/** A stage that fetches an item for each activity, newest first, over as many runs as it takes. */
export const itemPerActivity = <
  const Name extends string,
  A,
  const N extends StagesByName = Record<never, never>,
>(
  options: FetchingOptions<Name, A, N>,
): PipelineStage<Name, AlwaysNeeded | NamesIn<N>> => {
  const { needs, resource } = options
  const list = listEach(resource.name)
  return published({
    ...itemStage(sourceOf(options), unpublished(needs ?? {}), list),
    resource,
  })
}

/** Number of ids that are listed at once. */
const atOnce = 500

/** Lists ids that are not in the ledger yet. */
const listFound = Effect.fnUntraced(function* (
  owner: AthleteId,
  name: ScriptResource,
  find: () => Effect.Effect<Iterable<string>, unknown>,
) {
  const state = yield* StateFile
  const found = yield* inStage(name, () => Effect.map(find(), (ids) => new Set(ids)))
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
})

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
): PipelineStage<Name, AlwaysNeeded | NamesIn<N>> => {
  const { find, needs, resource } = options
  const further = unpublished(needs ?? {})
  const readable = readableIn(resource.name, further)
  const list = (owner: AthleteId) =>
    Effect.scoped(
      Effect.flatMap(
        makeStored(resource.name, readable),
        (stored) => listFound(owner, resource.name, () => find(stored)),
      ),
    )
  return published({ ...itemStage(sourceOf(options), further, list), resource })
}
