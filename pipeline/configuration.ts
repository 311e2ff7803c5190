/** Where the program's variables come from. */
import { ConfigProvider, Effect, Layer } from "effect"

/** The environment first, then `.env` in the folder the program is run in, where there is one. */
export const configuration = ConfigProvider.layer(
  ConfigProvider.fromDotEnv().pipe(
    Effect.orElseSucceed(() => ConfigProvider.fromEnv({ env: {} })),
    Effect.map((file) => ConfigProvider.orElse(ConfigProvider.fromEnv(), file)),
  ),
)

/** Read once more: for who has just written to `.env`. */
export const asItIsNow = Layer.fresh(configuration)
