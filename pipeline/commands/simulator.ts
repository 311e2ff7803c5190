/** `paceline simulator`: a Strava on a port of this machine, made up or played back from recordings. */
import { Effect, Option, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { serve } from "../simulator/serve.ts"
import { Simulator } from "../simulator/Simulator.ts"
import { print } from "../base/runMain.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../simulator/Tokens.ts"

export const simulator = Command.make(
  "simulator",
  {
    port: Flag.Int("port").pipe(
      Flag.withMetavar("N"),
      Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))),
      Flag.withDescription("Port on 127.0.0.1 (default: any free port)"),
      Flag.withDefault(0),
    ),
    recorded: Flag.String("recorded").pipe(
      Flag.withDescription(
        "Replay recordings from this directory",
      ),
      Flag.withMetavar("DIR"),
      Flag.optional,
    ),
    activities: Flag.Int("activities").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("Number of simulated activities (default 700)"),
      Flag.withDefault(700),
    ),
  },
  Effect.fnUntraced(function* ({ activities, port, recorded }) {
    const layer = Option.match(recorded, {
      onNone: () => Simulator.layer({ activities }),
      onSome: (folder) => Simulator.layerRecorded(folder),
    })
    return yield* serve({ port }).pipe(
      Effect.flatMap(({ apiUrl, oauthUrl }) =>
        print([
          `STRAVA_API_URL=${apiUrl}`,
          `STRAVA_OAUTH_URL=${oauthUrl}`,
          `STRAVA_CLIENT_ID=${simulatedClientId}`,
          `STRAVA_CLIENT_SECRET=${simulatedClientSecret}`,
          `STRAVA_REFRESH_TOKEN=${simulatedRefreshToken}`,
        ].join("\n"))
      ),
      Effect.andThen(Effect.never),
      Effect.scoped,
      Effect.provide(layer),
    )
  }),
).pipe(
  Command.withDescription(
    "Run a simulated Strava and print the settings to reach it",
  ),
)
