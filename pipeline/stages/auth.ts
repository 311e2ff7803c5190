/** Auth: a usable access token, durable in `tokens.json`. */
import { Effect, Option } from "effect"
import * as Stage from "./Stage.ts"
import { Tokens } from "../strava/auth/Tokens.ts"

/** End of the present access token, in milliseconds since 1970; none if unknown. */
interface Session {
  readonly expires: Option.Option<number>
}

export const authStage = Stage.make({
  name: "auth",
  needs: {},
  run: () =>
    Effect.gen(function* () {
      const tokens = yield* Tokens
      yield* tokens.get
      return { expires: yield* tokens.expires } as Session
    }),
  // The client gets a token itself when a later stage sends a request.
  recall: () => Effect.succeed(Option.some<Session>({ expires: Option.none() })),
})
