/**
 * Paceline as a library: pipelines of your own, from the built-in stages and sinks and those that you add.
 *
 * @module
 */
export * as Pipeline from "./commands/script/Pipeline.ts"
export * as Resource from "./stages/script/Resource.ts"
export * as Sink from "./stages/script/Sink.ts"
export * as Stage from "./stages/script/Stage.ts"
export * as Strava from "./stages/script/Strava.ts"
