/** Stages of a script that fetch: an item for each activity, or for each id that the script finds. */
import { Effect, Option } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { isIdOf } from "../../../schemas/Item.ts"
import type { DeclaredResource } from "../../../schemas/script/ScriptResource.ts"
import { StateFile } from "../../state/StateFile.ts"
import type { StravaResponse } from "../../strava/get.ts"
import type { Strava } from "../../strava/Strava.ts"
import type { StravaError } from "../../strava/StravaError.ts"
import { activitiesStage } from "../activities.ts"
import { athleteStage } from "../athlete.ts"
import { fetchEach, itemsAhead } from "../items/eachActivity.ts"
import { type ItemSource, noOutcomes } from "../items/fetchItems.ts"
import * as Stage from "../Stage.ts"
import { StageFailed } from "../StageFailed.ts"
import type { AlwaysNeeded, ScriptStage } from "./ScriptStage.ts"
import { makeStored, type Stored } from "./Stored.ts"

interface Source<Name extends string, A, N extends Stage.Needs> {
  readonly resource: DeclaredResource<Name, A>
  /** Further stages that run before, under their names. */
  readonly needs?: N
  /**
   * Returns one item; none if Strava has no such item. An item that Strava refuses, or whose response the
   * schema does not accept, is quarantined.
   */
  readonly fetch: (
    id: string,
  ) => Effect.Effect<Option.Option<StravaResponse<A>>, StravaError | StageFailed, Strava>
}

const always = { athlete: athleteStage, activities: activitiesStage }

/** Returns a stage of these items; `list` lists the ids to fetch in the ledger before. */
const fetching = <Name extends string, A, N extends Stage.Needs>(
  { fetch, needs, resource }: Source<Name, A, N>,
  list: (
    owner: AthleteId,
  ) => Effect.Effect<unknown, Stage.ErrorOf<ScriptStage>, Stage.ServicesOf<ScriptStage>>,
): ScriptStage<Name, AlwaysNeeded | Stage.NamesOf<N[keyof N]>> => {
  const source: ItemSource & { readonly resource: typeof resource.name } = {
    resource: resource.name,
    fetch,
  }
  const stage = Stage.makeNamed({
    name: resource.name,
    needs: { ...needs, ...always },
    run: ({ athlete }) => Effect.andThen(list(athlete), fetchEach(athlete, source)),
    recall: () => Effect.succeedSome(noOutcomes),
    ahead: (planned) => itemsAhead(planned, resource.name),
  })
  return { ...stage, resource } as ScriptStage<Name, AlwaysNeeded | Stage.NamesOf<N[keyof N]>>
}

/** A stage that fetches an item for each activity, newest first, over as many runs as it takes. */
export const itemPerActivity = <
  const Name extends string,
  A,
  const N extends Stage.Needs = Record<never, never>,
>(
  source: Source<Name, A, N>,
): ScriptStage<Name, AlwaysNeeded | Stage.NamesOf<N[keyof N]>> =>
  fetching(
    source,
    (owner) =>
      Effect.flatMap(StateFile, (state) => state.optionalItems.list(owner, source.resource.name)),
  )

/** Ids that `find` returns in one run, which are listed at once. */
const listed = 500

/** Lists ids that are not in the ledger yet. */
const listFound = Effect.fnUntraced(function* (
  owner: AthleteId,
  { name }: DeclaredResource,
  find: (stored: Stored) => Effect.Effect<Iterable<string>, StageFailed>,
) {
  const state = yield* StateFile
  const found = new Set(yield* find(yield* makeStored(name)))
  const wrong = [...found].find((id) => !isIdOf(name, id))
  if (wrong !== undefined) {
    const detail = `${JSON.stringify(wrong)} cannot be the id of an item`
    return yield* new StageFailed({ stage: name, detail })
  }
  for (const { id } of yield* state.optionalItems.standings(owner, name)) found.delete(id)
  const ids = [...found]
  for (let at = 0; at < ids.length; at += listed) {
    yield* state.checkpoint({
      marks: ids.slice(at, at + listed).map((id) => ({
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
 * A stage that fetches an item for each id that `find` returns from what is stored, such as the segments in
 * the details of activities. An id that was found once stays.
 */
export const itemsFound = <
  const Name extends string,
  A,
  const N extends Stage.Needs = Record<never, never>,
>(
  source: Source<Name, A, N> & {
    readonly find: (stored: Stored) => Effect.Effect<Iterable<string>, StageFailed>
  },
): ScriptStage<Name, AlwaysNeeded | Stage.NamesOf<N[keyof N]>> =>
  fetching(source, (owner) => listFound(owner, source.resource, source.find))
