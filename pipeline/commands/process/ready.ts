/** Checks before a run: the directory is not a demo's, and the credentials are there. */
import { Effect } from "effect"
import { NotConfigured } from "../../strava/errors.ts"
import { StravaConfig } from "../../strava/StravaConfig.ts"
import { tokenKeys } from "../../strava/auth/TokenKey.ts"
import { isDemo } from "./demoFolder.ts"

/** Fails for the directory of a demo, because its simulated tokens are not valid at Strava. */
export const notTheDemo = Effect.fnUntraced(function* (data: string) {
  if (!(yield* isDemo(data))) return
  return yield* new NotConfigured({
    missing: `${data} belongs to the demo`,
    remedy: "Use another data directory: --data DIR. To rerun the demo: deno task demo",
  })
})

/** Fails if a setting is missing, before anything is opened. */
export const ready = Effect.fnUntraced(function* (data: string) {
  yield* notTheDemo(data)
  yield* (yield* StravaConfig).credentials
  yield* tokenKeys
})
