/** Errors of the functions that a script passes: each becomes an error that names the stage. */
import { Effect, type Option, Predicate, Stream } from "effect"
import { messageOfScript } from "../../../schemas/script/scriptError.ts"
import { errorExitCode } from "../../base/exit.ts"
import type { StravaResponse, StravaService, UnexpectedResponse } from "../../strava/get.ts"
import type { ParsedResponse } from "../../strava/ParsedResponse.ts"
import type { Strava } from "../../strava/Strava.ts"
import type { StravaError } from "../../strava/StravaError.ts"
import { StageFailed } from "../StageFailed.ts"

/** Returns the error of a stage; its message is that of the cause. */
const stageError = (stage: string, error: unknown) =>
  error instanceof StageFailed ? error : new StageFailed({
    stage,
    detail: messageOfScript(error),
    cause: error,
  })

/** Runs a function of a script. Errors that it throws are errors of the stage too. */
export const inStage = <A, R>(
  stage: string,
  run: () => Effect.Effect<A, unknown, R>,
): Effect.Effect<A, StageFailed, R> =>
  Effect.suspend(run).pipe(
    Effect.catchDefect(Effect.fail),
    Effect.mapError((error) => stageError(stage, error)),
  )

/** The same for a function that returns a stream. */
export const streamInStage = <A, R>(
  stage: string,
  run: () => Stream.Stream<A, unknown, R>,
): Stream.Stream<A, StageFailed, R> =>
  Stream.suspend(run).pipe(
    Stream.catchCause((cause) => Stream.fromEffect(inStage(stage, () => Effect.failCause(cause)))),
  )

/** True of an error of the client: no script can make one with an exit code. */
const isOfClient = (error: unknown): error is StravaError | UnexpectedResponse =>
  Predicate.hasProperty(error, errorExitCode) && !(error instanceof StageFailed)

/**
 * The same for a request: errors of the client stay what they are, and a response that the schema of the request
 * does not accept is a fault of its item.
 */
export const requestInStage = <A>(
  stage: string,
  run: () => Effect.Effect<Option.Option<StravaResponse<A>>, unknown, StravaService>,
): Effect.Effect<
  Option.Option<ParsedResponse & { readonly fault?: string }>,
  StravaError | StageFailed,
  Strava
> =>
  Effect.suspend(
    run as () => Effect.Effect<Option.Option<StravaResponse<A>>, unknown, never>,
  ).pipe(
    Effect.catchDefect(Effect.fail),
    Effect.mapError((error) => isOfClient(error) ? error : stageError(stage, error)),
    Effect.catchTag(
      "UnexpectedResponse",
      ({ detail, response }) => Effect.succeedSome({ ...response, fault: detail }),
    ),
  )
