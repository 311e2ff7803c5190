/** Registers tokens with the code that keeps them out of output, before they are used or stored. */
import { Context, Effect, type Redacted } from "effect"

/** Does nothing by default, because no code of ours prints a token. */
export const Mask = Context.Reference<(secret: Redacted.Redacted) => Effect.Effect<void>>(
  "paceline/strava/Mask",
  { defaultValue: () => () => Effect.void },
)
