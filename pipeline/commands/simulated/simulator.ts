/**
 * `paceline simulator`: a Strava on a port of this machine, made up or played back from recordings, or
 * the bulk export of its athlete.
 */
import { Effect, Option, type PlatformError, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { FetchHttpClient } from "effect/http"
import { quantity } from "../../output/kit/plurals.ts"
import { formatSize } from "../../output/kit/sizes.ts"
import { type ExportLanguage, exportLanguages } from "../../simulator/export/languages.ts"
import { writeExport } from "../../simulator/export/writeExport.ts"
import { Club } from "../../simulator/Club.ts"
import { serve, serveHandler } from "../../simulator/serve.ts"
import { Simulator } from "../../simulator/Simulator.ts"
import { describeFileError } from "../../../sinks/files/atomic.ts"
import { errorExitCode, exitCodes } from "../../base/exit.ts"
import { print } from "../../base/runMain.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../../simulator/Tokens.ts"
import { World } from "../../simulator/world/World.ts"

/** The export cannot be written; the file or folder might be incomplete. */
class ExportNotWritten extends Schema.TaggedError<ExportNotWritten>()("ExportNotWritten", {
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot write the export: ${this.detail}`
  }
  override readonly [errorExitCode] = exitCodes.disk
}

/** Returns the cause of an error at `path` and the fix. */
const causeOf = (error: PlatformError.PlatformError, path: string): string => {
  switch (error.reason._tag) {
    case "AlreadyExists":
      return `${path} exists already; use another path`
    case "NotFound":
      return `${path} is in a folder that does not exist; create it, or use another path`
    default:
      return describeFileError(error, path)
  }
}

/** Writes the export of the simulated athlete to a file or folder and prints what it contains. */
const exportTo = Effect.fnUntraced(function* (
  path: string,
  world: World,
  language: ExportLanguage,
) {
  const { bytes, files } = yield* writeExport(path, world, { language }).pipe(
    Effect.mapError((error) => new ExportNotWritten({ detail: causeOf(error, path) })),
  )
  const parts = [
    quantity(world.size, "activity", "activities"),
    quantity(files, "file", "files"),
    formatSize(bytes),
  ]
  yield* print(`Wrote ${path}: ${parts.join(", ")}.`)
})

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
    samples: Flag.Int("samples").pipe(
      Flag.withMetavar("N"),
      Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 100_000 }))),
      Flag.withDescription("Samples per activity (default: as a device)"),
      Flag.optional,
    ),
    athletes: Flag.Int("athletes").pipe(
      Flag.withMetavar("N"),
      Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9_999 }))),
      Flag.withDescription("Athletes of one application, for a fleet (default 1)"),
      Flag.withDefault(1),
    ),
    export: Flag.String("export").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Write the athlete's bulk export and exit"),
      Flag.optional,
    ),
    language: Flag.Literals("language", exportLanguages).pipe(
      Flag.withMetavar("CODE"),
      Flag.withDescription("Language of the export, such as de (default en)"),
      Flag.withDefault("en"),
    ),
  },
  Effect.fnUntraced(function* (
    { activities, athletes, export: file, language, port, recorded, samples },
  ) {
    const options = { activities, ...(Option.isSome(samples) && { samples: samples.value }) }
    if (Option.isSome(file)) return yield* exportTo(file.value, World.make(options), language)
    const layer = Option.match(recorded, {
      onNone: () => Simulator.layer(options),
      onSome: (folder) => Simulator.layerRecorded(folder),
    })
    const served = athletes === 1
      ? Effect.provide(serve({ port }), layer)
      : Effect.flatMap(Club, ({ handle }) => serveHandler(handle, port)).pipe(
        Effect.provide(Club.layer({ ...options, athletes })),
        Effect.provide(FetchHttpClient.layer),
      )
    return yield* served.pipe(
      Effect.flatMap(({ apiUrl, oauthUrl }) =>
        print([
          `STRAVA_API_URL=${apiUrl}`,
          `STRAVA_OAUTH_URL=${oauthUrl}`,
          `STRAVA_CLIENT_ID=${simulatedClientId}`,
          `STRAVA_CLIENT_SECRET=${simulatedClientSecret}`,
          // The athletes of a club connect in the browser.
          ...(athletes === 1 ? [`STRAVA_REFRESH_TOKEN=${simulatedRefreshToken}`] : []),
        ].join("\n"))
      ),
      Effect.andThen(Effect.never),
      Effect.scoped,
    )
  }),
).pipe(
  Command.withDescription(
    "Run a simulated Strava and print the settings to reach it",
  ),
  Command.withExamples([
    { command: "paceline simulator", description: "Simulate 700 activities of six years" },
    {
      command: "paceline simulator --activities 4000 --port 8080",
      description: "Simulate a long history on a fixed port",
    },
    {
      command: "paceline simulator --export export.zip",
      description: "Write the bulk export of the simulated athlete",
    },
  ]),
)
