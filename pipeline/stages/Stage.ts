/**
 * A stage is one node of the pipeline: a value that names the stages it needs and has the function
 * that runs it. Stages refer to each other as values, so a cycle cannot be written and a missing
 * need does not compile.
 */
import { Effect, type Option } from "effect"
import type { PlanStage } from "./StageAhead.ts"

/**
 * `A` is the output for later stages; `E` and `R` include those of every stage it needs. `Name` is
 * its own name and `Names` are those of the stages below it, so that no name is used twice.
 */
export interface Stage<
  out A,
  out E = never,
  out R = never,
  out Name extends string = string,
  out Names extends string = string,
> {
  readonly name: Name
  readonly needs: Readonly<Record<string, Stage<unknown, unknown, unknown>>>
  /** Fetches what is not stored yet. */
  readonly run: (needs: Readonly<Record<string, never>>) => Effect.Effect<A, E, R>
  /** Output of the stage from the results of earlier runs; none if there are none. */
  readonly recall: (
    needs: Readonly<Record<string, never>>,
  ) => Effect.Effect<Option.Option<A>, E, R>
  /**
   * Output for later stages although `run` failed with this error; none if they must not begin either. The
   * failure remains the run's.
   */
  readonly salvage?:
    | ((
      needs: Readonly<Record<string, never>>,
      error: unknown,
    ) => Effect.Effect<Option.Option<A>, E, R>)
    | undefined
  /** Plans the stage. */
  readonly ahead: PlanStage
  /** Only in types. */
  readonly below?: Names
}

export type Needs = Readonly<Record<string, Stage<unknown, unknown, unknown>>>
type Output<S> = S extends Stage<infer A, infer _E, infer _R> ? A : never
type Outputs<N extends Needs> = { readonly [Name in keyof N]: Output<N[Name]> }
export type ErrorOf<S> = S extends Stage<infer _A, infer E, infer _R> ? E : never
export type ServicesOf<S> = S extends Stage<infer _A, infer _E, infer R> ? R : never

/** Names of a stage and of every stage below it; never if its type does not have them. */
type NamesOf<S> = S extends Stage<infer _A, infer _E, infer _R, infer Name, infer Names>
  ? string extends Name ? never : Name | Names
  : never

/** `Name`, unless a stage that is needed has it. */
type Unused<Name extends string, N extends Needs> = Name extends NamesOf<N[keyof N]>
  ? `Another stage is already named ${Name}`
  : Name

/** `N`, where every stage is under its own name, so that no two of them can share one. */
export type UnderTheirNames<N extends Readonly<Record<string, { readonly name: string }>>> = {
  readonly [Key in keyof N]: string extends N[Key]["name"] ? N[Key]
    : N[Key]["name"] extends Key ? N[Key]
    : `This stage is named ${N[Key]["name"]}`
}

interface Options<Name extends string, N extends Needs, A, E, R, E2, R2> {
  readonly name: Name
  readonly needs: N
  readonly run: (needs: Outputs<N>) => Effect.Effect<A, E, R>
  readonly recall: (needs: Outputs<N>) => Effect.Effect<Option.Option<A>, E2, R2>
  readonly salvage?: (
    needs: Outputs<N>,
    error: unknown,
  ) => Effect.Effect<Option.Option<A>, E2, R2>
  /** Absent if the stage sends no request of its own. */
  readonly ahead?: PlanStage
}

/** Like `make`, for a name of a generic type: equal names fail when the stage is made, not in types. */
export const makeNamed = <Name extends string, N extends Needs, A, E, R, E2 = never, R2 = never>(
  options: Options<Name, N, A, E, R, E2, R2>,
): Stage<
  A,
  E | E2 | ErrorOf<N[keyof N]>,
  R | R2 | ServicesOf<N[keyof N]>,
  Name,
  NamesOf<N[keyof N]>
> => {
  const stage = {
    ahead: () => Effect.succeed({ requests: 0 }),
    ...options,
    run: options.run as (needs: unknown) => Effect.Effect<A, E, R>,
    recall: options.recall as (needs: unknown) => Effect.Effect<Option.Option<A>, E2, R2>,
    salvage: options.salvage as
      | ((needs: unknown, error: unknown) => Effect.Effect<Option.Option<A>, E2, R2>)
      | undefined,
  }
  ordered<unknown, unknown>(stage)
  return stage
}

/** Returns a stage whose `run` and `recall` see the outputs of exactly the stages it needs, by their names. */
export const make = <
  const Name extends string,
  A,
  E,
  R,
  E2 = never,
  R2 = never,
  const N extends Needs = Record<never, never>,
>(
  options: Options<Name & Unused<Name, N>, N & UnderTheirNames<N>, A, E, R, E2, R2>,
) => makeNamed<Name, N, A, E, R, E2, R2>(options)

/**
 * Returns `last` and all stages that it needs, each after those that it needs itself. Throws if two
 * of them have the same name: types cannot distinguish two equal stages that different stages need.
 */
export const ordered = <E, R>(
  last: Stage<unknown, E, R>,
  found: Set<Stage<unknown, E, R>> = new Set(),
): ReadonlySet<Stage<unknown, E, R>> => {
  if (found.has(last)) return found
  for (const need of Object.values(last.needs)) ordered(need as Stage<unknown, E, R>, found)
  for (const { name } of found) {
    if (name === last.name) throw new Error(`Two stages are named "${name}". Rename one of them.`)
  }
  return found.add(last)
}

/** Returns the stages that `needs` names, and those that they need, each after those that it needs itself. */
export const orderedBelow = (needs: Needs): ReadonlyArray<Stage<unknown, unknown, unknown>> => {
  const found = new Set<Stage<unknown, unknown, unknown>>()
  for (const need of Object.values(needs)) ordered(need, found)
  return [...found]
}
