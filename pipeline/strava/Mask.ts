/** Who is to keep a token out of what is printed is told of it here, before it is used or stored. */
import { Context, Effect, type Redacted } from "effect"

/** Nobody, by default: nothing of ours prints a token. */
export const Mask = Context.Reference<(secret: Redacted.Redacted) => Effect.Effect<void>>(
  "paceline/strava/Mask",
  { defaultValue: () => () => Effect.void },
)
