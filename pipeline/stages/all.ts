/**
 * All stages. An entry in this map is all it takes to run a stage: the last stage needs every other one, and
 * `--only`, `--from`, `plan`, progress, help and the tasks of deno.json are derived from this map.
 */
import { Effect } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { ExportResource } from "../../schemas/Item.ts"
import { type BuiltInResource, isResource } from "../../schemas/resources.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import type { SinkRegistry } from "../../sinks/SinkKind.ts"
import { activityRequest } from "../strava/ItemRequest.ts"
import { activitiesStage } from "./activities.ts"
import { athleteStage } from "./athlete.ts"
import { authStage } from "./auth.ts"
import { gearStage } from "./gear.ts"
import { type fetchPerActivity, perActivity, periodic } from "./itemStages.ts"
import { runAllToEnd } from "./items/eachActivity.ts"
import { noOutcomes } from "./items/fetchItems.ts"
import { fullSync, sweepAhead } from "./sweep.ts"
import * as Stage from "./Stage.ts"
import type { StageFailed } from "./StageFailed.ts"

/** A resource without a stage does not compile, unless only the export contains it. */
const fetching = {
  athlete: athleteStage,
  activities: activitiesStage,
  zones: periodic({
    resource: "zones",
    request: () => ({
      what: "read the athlete's zones",
      path: "/athlete/zones",
      shape: "object",
      mayBeMissing: false,
    }),
  }),
  stats: periodic({
    resource: "stats",
    request: (id) => ({
      what: "read the athlete's stats",
      path: `/athletes/${id}/stats`,
      shape: "object",
      mayBeMissing: false,
    }),
  }),
  gear: gearStage,
  streams: perActivity({
    resource: "streams",
    request: (id) => ({
      what: `read the streams of activity ${id}`,
      path: `/activities/${id}/streams?keys=${streamTypes.join(",")}&key_by_type=true`,
      shape: "streams",
      mayBeMissing: true,
    }),
  }),
  details: perActivity({ resource: "details", request: activityRequest }),
  activity_zones: perActivity({
    resource: "activity_zones",
    request: (id) => ({
      what: `read the zones of activity ${id}`,
      path: `/activities/${id}/zones`,
      shape: "list",
      mayBeMissing: true,
    }),
  }),
} as const satisfies {
  readonly [R in Exclude<BuiltInResource, ExportResource>]: { readonly name: R }
}

/** A stage that a full sync runs again; one of a script can need others, and has a resource of its own. */
type RepeatedStage = Pick<ReturnType<typeof fetchPerActivity>, "fetch" | "name">

const isRepeated = <S extends object>(stage: S): stage is S & RepeatedStage => "fetch" in stage

const isOfScript = (stage: object) => "resource" in stage

/**
 * Returns the stage that reads the full list again when it is due, after the stages that it needs: what it finds
 * is fetched in the same run.
 */
export const sweepAfter = <const N extends Stage.Needs & { readonly athlete: typeof athleteStage }>(
  needs: N,
) =>
  Stage.makeNamed({
    name: "sweep",
    needs,
    run: (outputs) => {
      const results: Readonly<Record<string, unknown>> = outputs
      const owner = outputs.athlete as AthleteId
      const repeated = Stage.orderedBelow(needs).filter(isRepeated)
        .filter(({ name }) => results[name] !== noOutcomes)
      const fetches = (stages: ReadonlyArray<RepeatedStage>) =>
        stages.map(({ fetch }) => fetch(owner))
      return fullSync(
        owner,
        Effect.andThen(
          runAllToEnd(fetches(repeated.filter((stage) => !isOfScript(stage)))),
          Effect.all(fetches(repeated.filter(isOfScript)), { discard: true }),
        ),
      )
    },
    recall: () => Effect.succeedSome({ swept: false }),
    ahead: sweepAhead,
  })

const sweep = sweepAfter(fetching)

/** In the order in which they build on each other. */
export const stages = { auth: authStage, ...fetching, sweep } as const

/** Stages that fetch a resource: each has a command and a task of its name. */
export const resourceStages = Object.keys(stages).filter(isResource)

/** Any stage of a run: the last one has the errors and services of all, and a script can add stages. */
export type AnyStage = Stage.Stage<
  unknown,
  Stage.ErrorOf<typeof sweep> | StageFailed,
  Stage.ServicesOf<typeof sweep> | SinkRegistry
>

/** Needs every other stage, so that all stages of the map run. */
export const lastStage: AnyStage = sweep
