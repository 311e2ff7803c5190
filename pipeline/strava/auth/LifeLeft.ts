/** Remaining lifetime below which an access token is refreshed. */
import { Context } from "effect"

/** In seconds. A request must arrive before its token expires. */
export const defaultLifeLeft = 30

/**
 * Minimum remaining lifetime of a token in seconds; otherwise it is refreshed. Strava sends a new one
 * only in its last hour.
 */
export const LifeLeft = Context.Reference("paceline/strava/LifeLeft", {
  defaultValue: () => defaultLifeLeft,
})
