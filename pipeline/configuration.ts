/** Where the program's variables come from. */
import { ConfigProvider, Effect, Layer } from "effect"
import { systemCauseOf, systemCodeOf } from "../sinks/systemError.ts"
import { complain } from "./runtime.ts"

const nothing = ConfigProvider.fromEnv({ env: {} })

/** The environment first, then `.env` in the folder the program is run in, where there is one. */
export const configuration = ConfigProvider.layer(
  ConfigProvider.fromDotEnv().pipe(
    // Everything can be set in the environment, so a file that cannot be read stops nothing.
    Effect.catch((error) =>
      systemCodeOf(error) === "ENOENT" ? Effect.succeed(nothing) : Effect.as(
        complain(`Cannot read .env: ${systemCauseOf(error) ?? error.message}. It is ignored.`),
        nothing,
      )
    ),
    Effect.map((file) => ConfigProvider.orElse(ConfigProvider.fromEnv(), file)),
  ),
)

/** Reads `.env` again, after it was written to. */
export const asItIsNow = Layer.fresh(configuration)
