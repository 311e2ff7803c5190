/** `PACELINE_UMASK`: the permissions that new files do not get. */
import { Config, Effect, Layer, Option } from "effect"
import { setMask } from "../../../sinks/files/privacy.ts"
import { NotConfigured } from "../../strava/errors.ts"

/** The owner always keeps all permissions. */
const valid = /^0?0[0-7]{2}$/

/** Sets the umask, so that others cannot read new files, whatever the shell's umask is. */
export const privacy = Layer.effectDiscard(Effect.gen(function* () {
  const given = yield* Config.option(Config.String("PACELINE_UMASK"))
  const umask = Option.getOrElse(given, () => "").trim() || "077"
  if (!valid.test(umask)) {
    return yield* new NotConfigured({
      missing:
        `PACELINE_UMASK is ${umask}, which would leave you without access to your own files, or is no umask`,
      remedy: "Set it to 077 (only you), 027 (your group can read), or unset it",
    })
  }
  setMask(parseInt(umask, 8))
}))
