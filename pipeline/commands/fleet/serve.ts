/** `paceline fleet serve`: a runner. */
import { Effect, Layer, Option, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { NotConfigured } from "../../strava/errors.ts"
import { Strava } from "../../strava/Strava.ts"
import { StravaConfig } from "../../strava/StravaConfig.ts"
import { fleetDatabase } from "../../fleet/database.ts"
import { complain } from "../../base/runMain.ts"
import { FleetKeys } from "../../fleet/work/TokenRow.ts"
import { fleetUrl } from "./database.ts"

const Port = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65_535 }))

const port = (name: string, usual: number, description: string) =>
  Flag.Int(name).pipe(
    Flag.withDescription(`${description} (default ${usual})`),
    Flag.withMetavar("N"),
    Flag.withSchema(Port),
    Flag.withDefault(usual),
  )

/** Address for the other runners; a container has one of its own. */
const hostFlag = Flag.String("host").pipe(
  Flag.withDescription("Address of this machine for the other runners (default 127.0.0.1)"),
  Flag.withMetavar("HOST"),
  Flag.withDefault("127.0.0.1"),
)

const urlFlag = Flag.String("url").pipe(
  Flag.withDescription("Public address of the web port, for invites and the webhook"),
  Flag.withMetavar("URL"),
  Flag.optional,
)

/** Returns the public address without a slash at its end; fails if it is none. */
const publicUrl = (given: Option.Option<string>, port: number) => {
  const text = Option.getOrElse(given, () => `http://127.0.0.1:${port}`)
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol)
    ? Effect.succeed(url.href.replace(/\/+$/, ""))
    : Effect.fail(
      new NotConfigured({
        missing: `${JSON.stringify(text)} is not an address`,
        remedy: "Use an address such as https://paceline.example.org",
      }),
    )
}

export const serveFleet = Command.make(
  "serve",
  {
    host: hostFlag,
    http: port("http", 8_080, "Web port: sign-in, webhook, health"),
    cluster: port("cluster", 24_431, "Port for the other runners; never public"),
    url: urlFlag,
  },
  Effect.fnUntraced(function* ({ cluster, host, http, url }) {
    const base = yield* publicUrl(url, http)
    const databaseUrl = yield* fleetUrl
    yield* (yield* StravaConfig).credentials
    // The engine is large, and no other command needs it.
    const { runnerEngine } = yield* Effect.tryPromise(() => import("./engine.ts"))
    const { fleetRunner } = yield* Effect.tryPromise(() => import("../../fleet/runner.ts"))
    const listensOn = host === "127.0.0.1" ? host : "0.0.0.0"
    yield* Layer.launch(
      fleetRunner(
        { host: listensOn, port: http, base },
        (port) => complain(`A runner serves ${base} (port ${port}).`),
      ).pipe(
        Layer.provide(runnerEngine({ host, port: cluster })),
        Layer.provide(fleetDatabase(databaseUrl)),
      ),
    )
  }, Effect.provide(Layer.mergeAll(StravaConfig.layer, FleetKeys.layer, Strava.layerFetch))),
).pipe(
  Command.withDescription("Run a runner: fetch, serve sign-ins and webhooks, until it is stopped"),
  Command.withExamples([
    {
      command: "paceline fleet serve --url https://paceline.example.org",
      description: "Serve a public address",
    },
    {
      command: "paceline fleet serve --http 8081 --cluster 24432",
      description: "A second runner on the same machine",
    },
  ]),
)
