/** Where the program's variables come from. */
import { ConfigProvider, Effect, Layer } from "effect"
import { systemCauseOf, systemCodeOf } from "../../../sinks/systemError.ts"
import { close, isOpen } from "../../../sinks/files/privacy.ts"
import { complain } from "../../base/runMain.ts"

const nothing = ConfigProvider.fromEnv({ env: {} })

const file = ".env"

/** Only you may read the secrets in it, also in a copy of it. */
const closed = Effect.try(() => isOpen(Deno.statSync(file).mode, 0o077)).pipe(
  Effect.orElseSucceed(() => false),
  Effect.flatMap((open) => open ? closeNow : Effect.void),
)

const closeNow = Effect.try(() => close(file, 0o077)).pipe(
  Effect.orElseSucceed(() => false),
  Effect.flatMap((done) =>
    complain(
      done
        ? `Others could read ${file}; now only you can.`
        : `Others on this machine can read ${file}. Close it to them: chmod 600 ${file}`,
    )
  ),
)

/** The environment first, then `.env` in the folder the program is run in, where there is one. */
export const configuration = ConfigProvider.layer(
  ConfigProvider.fromDotEnv().pipe(
    Effect.tap(closed),
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
