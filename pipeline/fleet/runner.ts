/** A runner of the fleet: the entities, the dispatcher, work at set times, and the web port. */
import { Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import { athletes } from "./Athlete.ts"
import { dispatcher } from "./Dispatcher.ts"
import { schedules } from "./schedules.ts"
import { serveWeb, type WebSettings } from "./web/server.ts"

/** A runner while the layer is open, on an engine and a database. `onReady` is called with the web port. */
export const fleetRunner = <R>(
  web: WebSettings,
  onReady: (port: number) => Effect.Effect<void, never, R>,
) =>
  Layer.mergeAll(
    athletes,
    dispatcher,
    schedules,
    Layer.effectDiscard(Effect.flatMap(serveWeb(web), onReady)),
  ).pipe(
    // No trace header ever reaches Strava.
    Layer.provide(Layer.succeed(HttpClient.TracerPropagationEnabled, false)),
  )
