/** Time before its end at which an access token is replaced. */
import { Context } from "effect"

/** In seconds. A request that is sent with a token must arrive before the token ends. */
export const defaultLifeLeft = 30

/** Seconds that a token must still live, or it is refreshed. Strava sends a new one in its last hour only. */
export const LifeLeft = Context.Reference("paceline/strava/LifeLeft", {
  defaultValue: () => defaultLifeLeft,
})
