/**
 * Paceline as a library: pipelines of your own, from the built-in stages and sinks and those that you add.
 *
 * ```ts
 * import { Pipeline, Stage } from "@paceline/paceline"
 *
 * const { zones: _, ...stages } = Stage.builtIn
 * await Pipeline.cli(Pipeline.make({ stages }))
 * ```
 *
 * @module
 */

/** Pipelines: make one of stages and sinks, run it, or make a program of it. */
export * as Pipeline from "./commands/script/Pipeline.ts"
/** Resources: kinds of items that a stage of yours stores in every sink. */
export * as Resource from "./stages/script/Resource.ts"
/** Sinks of your own. */
export * as Sink from "./stages/script/Sink.ts"
/** Stages: the built-in ones, and those of your own. */
export * as Stage from "./stages/script/Stage.ts"
/** Requests to Strava, under the same rate limit, retries and token as all others. */
export * as Strava from "./stages/script/Strava.ts"
