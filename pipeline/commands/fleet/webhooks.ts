/** `paceline fleet webhooks`: subscribes the webhook at Strava. */
import { Effect, Layer } from "effect"
import { Command, Flag } from "effect/cli"
import { print } from "../../base/runMain.ts"
import { createSubscription } from "../../fleet/web/subscription.ts"
import { FleetKeys } from "../../fleet/work/TokenRow.ts"
import { Strava } from "../../strava/Strava.ts"
import { StravaConfig } from "../../strava/StravaConfig.ts"
import { commandDatabase } from "./database.ts"

export const webhooksCommand = Command.make(
  "webhooks",
  {
    url: Flag.String("url").pipe(
      Flag.withDescription("Public address of the web port"),
      Flag.withMetavar("URL"),
    ),
  },
  Effect.fnUntraced(
    function* ({ url }) {
      const id = yield* createSubscription(url.replace(/\/+$/, ""))
      yield* print(`Strava announces new activities to ${url} (subscription ${id}).`)
    },
    Effect.provide(Layer.mergeAll(
      commandDatabase,
      FleetKeys.layer,
      StravaConfig.layer,
      Strava.layerFetch,
    )),
  ),
).pipe(
  Command.withDescription("Subscribe to Strava's events, while a runner is reachable"),
  Command.withExamples([
    {
      command: "paceline fleet webhooks --url https://paceline.example.org",
      description: "Subscribe once",
    },
  ]),
)
