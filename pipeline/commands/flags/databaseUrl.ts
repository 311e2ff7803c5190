/** Address of the PostgreSQL server, from the environment. */
import { Config, Effect } from "effect"
import { NotConfigured } from "../../strava/errors.ts"

/** `DATABASE_URL`; an empty one, as schedulers set it, counts as none. */
export const databaseUrl = Config.Redacted("DATABASE_URL").pipe(
  Config.option,
  Effect.mapError(() =>
    new NotConfigured({ missing: "DATABASE_URL cannot be read", remedy: "Set it, or unset it" })
  ),
)
