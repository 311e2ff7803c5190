/** Stages as scripts see them: values with a name, and the names of the stages below. */
import { activitiesStage } from "../activities.ts"
import type { AnyStage } from "../all.ts"
import { athleteStage } from "../athlete.ts"
import * as Stage from "../Stage.ts"

export type { UnderTheirNames } from "../Stage.ts"

declare const stage: unique symbol

/** A stage of a pipeline. Only Paceline's functions make one. `Below` are the names of the stages that it needs. */
export interface PipelineStage<
  out Name extends string = string,
  out Below extends string = string,
> {
  readonly name: Name
  /** Only in types. */
  readonly [stage]: Below
}

/** Stages by their names. */
export type StagesByName = Readonly<Record<string, PipelineStage>>

/** Names of the stages in `N`, and of those below them; none if `N` is empty. */
export type NamesIn<N extends StagesByName> = {
  readonly [Key in keyof N]: N[Key] extends PipelineStage<infer Name, infer Below> ? Name | Below
    : never
}[keyof N]

/** Names of the stages that every stage of a script needs: its items belong to an athlete who is known then. */
export type AlwaysNeeded = "auth" | "athlete" | "activities"

/** Names of the resources that a stage of a script can read: its own, and those of the stages that run before it. */
export type Readable<Name extends string, N extends StagesByName> =
  | Name
  | Exclude<AlwaysNeeded | NamesIn<N>, "auth">

/** Returns a stage as scripts see it. */
export const published = <Name extends string, Below extends string>(
  stage: unknown,
): PipelineStage<Name, Below> => stage as PipelineStage<Name, Below>

/** Returns the stages that scripts passed. */
export const unpublished = (stages: StagesByName): Readonly<Record<string, AnyStage>> =>
  stages as unknown as Readonly<Record<string, AnyStage>>

/** Returns the names of the resources that a stage can read: its own, and those of the stages below it. */
export const readableIn = (
  name: string,
  needs: Readonly<Record<string, AnyStage>>,
): ReadonlyArray<string> => [
  name,
  athleteStage.name,
  activitiesStage.name,
  ...Stage.orderedBelow(needs).map(({ name }) => name),
]
