/**
 * All stages. An entry in this map is all it takes to run a stage: the last stage needs every other one, and
 * `--only`, `--from`, `plan`, progress, help and the tasks of deno.json are derived from this map.
 */
import { Effect } from "effect"
import type { ExportResource } from "../../schemas/Item.ts"
import { type BuiltInResource, isResource } from "../../schemas/resources.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import { activityRequest } from "../strava/ItemRequest.ts"
import { activitiesStage } from "./activities.ts"
import { athleteStage } from "./athlete.ts"
import { authStage } from "./auth.ts"
import { gearStage } from "./gear.ts"
import { perActivity, periodic } from "./itemStages.ts"
import { noOutcomes } from "./items/fetchItems.ts"
import { fullSync, sweepAhead } from "./sweep.ts"
import * as Stage from "./Stage.ts"

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

/** Reads the full list again when it is due, after all other stages: what it finds is fetched in the same run. */
const sweep = Stage.make({
  name: "sweep",
  needs: fetching,
  run: ({ athlete: owner, ...outputs }) =>
    fullSync(
      owner,
      Object.values(fetching).flatMap((stage) =>
        "fetch" in stage &&
          (outputs as Readonly<Record<string, unknown>>)[stage.name] !== noOutcomes
          ? [stage.fetch(owner)]
          : []
      ),
    ),
  recall: () => Effect.succeedSome({ swept: false }),
  ahead: sweepAhead,
})

/** In the order in which they build on each other. */
export const stages = { auth: authStage, ...fetching, sweep } as const

export const stageNames: ReadonlyArray<string> = Object.keys(stages)

/** Stages that fetch a resource: each has a command and a task of its name. */
export const resourceStages = stageNames.filter(isResource)

/** Any stage of the map: the last one has the errors and services of all. */
export type AnyStage = Stage.Stage<
  unknown,
  Stage.ErrorOf<typeof sweep>,
  Stage.ServicesOf<typeof sweep>
>

/** Needs every other stage, so that all stages of the map run. */
export const lastStage: AnyStage = sweep

/** Returns the stage of this name; undefined if there is none. */
export const stageNamed = (name: string): AnyStage | undefined =>
  (stages as Readonly<Record<string, AnyStage>>)[name]
