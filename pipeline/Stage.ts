/**
 * A stage is one node of the pipeline: a value that names what it needs and says how it runs. Stages
 * refer to each other as values, so a cycle cannot be written and a forgotten need does not compile.
 */
import type { Effect, Option } from "effect"

/** `A` is what later stages may see of it; `E` and `R` include those of every stage it needs. */
export interface Stage<out A, out E = never, out R = never> {
  readonly name: string
  readonly needs: Readonly<Record<string, Stage<unknown, unknown, unknown>>>
  /** Do the stage's work, asking Strava for what is not there yet. */
  readonly run: (needs: Readonly<Record<string, never>>) => Effect.Effect<A, E, R>
  /** What the stage would give, from what earlier runs left; none if they left nothing. */
  readonly recall: (
    needs: Readonly<Record<string, never>>,
  ) => Effect.Effect<Option.Option<A>, E, R>
}

export type Needs = Readonly<Record<string, Stage<unknown, unknown, unknown>>>
export type Output<S> = S extends Stage<infer A, infer _E, infer _R> ? A : never
export type Outputs<N extends Needs> = { readonly [Name in keyof N]: Output<N[Name]> }
export type ErrorOf<S> = S extends Stage<infer _A, infer E, infer _R> ? E : never
export type ServicesOf<S> = S extends Stage<infer _A, infer _E, infer R> ? R : never

/** A stage whose `run` and `recall` see the outputs of exactly the stages it needs. */
export const make = <
  A,
  E,
  R,
  E2 = never,
  R2 = never,
  const N extends Needs = Record<never, never>,
>(options: {
  readonly name: string
  readonly needs: N
  readonly run: (needs: Outputs<N>) => Effect.Effect<A, E, R>
  readonly recall: (needs: Outputs<N>) => Effect.Effect<Option.Option<A>, E2, R2>
}): Stage<A, E | E2 | ErrorOf<N[keyof N]>, R | R2 | ServicesOf<N[keyof N]>> => ({
  ...options,
  run: options.run as (needs: unknown) => Effect.Effect<A, E, R>,
  recall: options.recall as (needs: unknown) => Effect.Effect<Option.Option<A>, E2, R2>,
})

/** `last` and all it needs, each after the ones it needs. */
export const ordered = <E, R>(
  last: Stage<unknown, E, R>,
  found: Set<Stage<unknown, E, R>> = new Set(),
): ReadonlySet<Stage<unknown, E, R>> => {
  for (const need of Object.values(last.needs)) ordered(need as Stage<unknown, E, R>, found)
  return found.add(last)
}
