/** Source of the program's variables: the environment, then `.env`. */
import { ConfigProvider, Effect, Layer } from "effect"
import { systemCauseOf, systemCodeOf } from "../../../sinks/systemError.ts"
import { close, isOpen } from "../../../sinks/files/privacy.ts"
import { complain } from "../../base/runMain.ts"
import { places } from "../../output/kit/places.ts"

const nothing = ConfigProvider.fromEnv({ env: {} })

const file = places().dotEnv

/** Makes `.env` readable only by its owner, because it contains secrets. */
const closed = Effect.try(() => isOpen(Deno.statSync(file).mode, 0o077)).pipe(
  Effect.orElseSucceed(() => false),
  Effect.flatMap((open) => open ? closeNow : Effect.void),
)

const closeNow = Effect.try(() => close(file, 0o077)).pipe(
  Effect.orElseSucceed(() => false),
  Effect.flatMap((done) =>
    complain(
      done
        ? `Other users could read ${file}; now only you can.`
        : `Other users can read ${file}. To prevent that: chmod 600 ${file}`,
    )
  ),
)

/** The file of variables; nothing if there is none. */
const variablesOfFile = ConfigProvider.fromDotEnv({ path: file }).pipe(
  Effect.tap(closed),
  // Continue without the file, because the environment can set everything.
  Effect.catch((error) =>
    systemCodeOf(error) === "ENOENT" ? Effect.succeed(nothing) : Effect.as(
      complain(`Cannot read ${file}: ${systemCauseOf(error) ?? error.message}. It is ignored.`),
      nothing,
    )
  ),
)

/** The environment, then the file of variables if it exists. */
export const configuration = ConfigProvider.layer(
  Effect.map(variablesOfFile, (file) => ConfigProvider.orElse(ConfigProvider.fromEnv(), file)),
)

/** The same for a library: the configuration of the caller comes first, which is the environment by default. */
export const callersConfiguration = ConfigProvider.layer(
  Effect.flatMap(
    ConfigProvider.ConfigProvider,
    (given) => Effect.map(variablesOfFile, (file) => ConfigProvider.orElse(given, file)),
  ),
)

/** Reads `.env` again, after it was written to. */
export const freshConfiguration = Layer.fresh(configuration)
