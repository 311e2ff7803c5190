/** Errors of the functions that a script passes. */
import { Effect, type Option, Predicate } from "effect"
import { errorExitCode } from "../../base/exit.ts"
import type { StravaResponse, StravaService } from "../../strava/get.ts"
import type { Strava } from "../../strava/Strava.ts"
import type { StravaError } from "../../strava/StravaError.ts"
import { StageFailed } from "../StageFailed.ts"

/** Returns the error of a stage; its message is that of the cause. */
export const stageError = (stage: string, error: unknown) =>
  error instanceof StageFailed ? error : new StageFailed({
    stage,
    detail: Predicate.hasProperty(error, "message") ? String(error.message) : String(error),
    cause: error,
  })

/** Returns the effect with errors that name the stage. */
export const stageErrors = <A, R>(
  stage: string,
  effect: Effect.Effect<A, unknown, R>,
): Effect.Effect<A, StageFailed, R> => Effect.mapError(effect, (error) => stageError(stage, error))

/** True of an error of the client: no script can make one with an exit code. */
const isOfClient = (error: unknown): error is StravaError =>
  Predicate.hasProperty(error, errorExitCode) && !(error instanceof StageFailed)

/** The same for a request: errors of the client stay what they are. */
export const requestErrors = <A>(
  stage: string,
  effect: Effect.Effect<Option.Option<StravaResponse<A>>, unknown, StravaService>,
): Effect.Effect<Option.Option<StravaResponse<A>>, StravaError | StageFailed, Strava> =>
  Effect.mapError(
    effect as Effect.Effect<Option.Option<StravaResponse<A>>, unknown, never>,
    (error) => isOfClient(error) ? error : stageError(stage, error),
  )
