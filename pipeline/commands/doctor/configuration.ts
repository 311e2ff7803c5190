/** Checks that the settings exist and that only the user can read `.env`. */
import { Effect, FileSystem, Layer, Option, Redacted } from "effect"
import { exitCodes } from "../../base/exit.ts"
import { places } from "../../output/kit/places.ts"
import { formatMode } from "../../strava/auth/TokenFile.ts"
import { NotConfigured } from "../../strava/errors.ts"
import { StravaConfig } from "../../strava/StravaConfig.ts"
import { type Finding, ok, trouble, unknown, warning } from "./Finding.ts"

const file = places().dotEnv
/** Name of the check of the file. */
const check = ".env"

/** True if other users can read a file with this mode; always false on Windows, where modes mean nothing. */
export const isOpenToOthers = (mode: number) => Deno.build.os !== "windows" && (mode & 0o077) !== 0

export const openToOthers = (check: string, path: string, mode: number, remedy: string) =>
  warning(check, `other users can read ${path} (mode ${formatMode(mode)})`, remedy)

const dotEnv = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const found = yield* Effect.option(fs.stat(path))
  if (Option.isNone(found)) {
    return { present: false, findings: [] }
  }
  const readable = yield* Effect.isSuccess(fs.readFileString(path))
  const { mode, type } = found.value
  const findings: ReadonlyArray<Finding> = !readable || type !== "File"
    ? [
      trouble(
        check,
        `${file} exists but cannot be read, so it is ignored`,
        `Make it readable for you: chown, then chmod 600 ${file}`,
        exitCodes.configuration,
      ),
    ]
    : isOpenToOthers(mode)
    ? [openToOthers(check, file, mode, `chmod 600 ${file}`)]
    : [ok(check, `only you can read ${file}`)]
  return { present: true, findings }
})

/** Returns problems with the form of the credentials, which is known only for the real Strava. */
const shapes = (config: StravaConfig["Service"], id: string, secret: Redacted.Redacted) =>
  new URL(config.oauthUrl).hostname !== "www.strava.com" ? [] : [
    ...(/^\d+$/.test(id) ? [] : ["STRAVA_CLIENT_ID is not a number"]),
    ...(/^[0-9a-f]{40}$/.test(Redacted.value(secret))
      ? []
      : ["STRAVA_CLIENT_SECRET is not 40 characters from 0-9 and a-f"]),
  ]

const notSet = ({ missing, remedy }: NotConfigured): Finding =>
  trouble("configuration", missing, remedy, exitCodes.configuration)

/** Returns the finding for a user who has only imported an export, which needs no settings. */
const notNeeded = ({ missing }: NotConfigured): Finding =>
  unknown("configuration", `${missing}; not needed for your export`)

/**
 * Returns the findings, and the configuration if it is complete. It need not be complete in a data directory with
 * only an export.
 */
export const checkConfiguration = Effect.fn("configuration")(function* (
  path: string,
  onlyExport: boolean,
) {
  const { findings, present } = yield* dotEnv(path)
  const from = present ? `from the environment and ${file}` : "from the environment"
  return yield* Effect.gen(function* () {
    const config = yield* StravaConfig
    const { clientId, clientSecret } = yield* config.credentials
    const strange = shapes(config, clientId, clientSecret)
    const elsewhere = [config.apiUrl, config.oauthUrl]
      .filter((url) => !url.startsWith("https://www.strava.com/"))
    const set = `client ID and secret are set (${from})` +
      (elsewhere.length === 0 ? "" : `; Strava's address is ${elsewhere.join(" and ")}`)
    return {
      config: Option.some(config),
      findings: [
        ...findings,
        strange.length === 0 ? ok("configuration", set) : warning(
          "configuration",
          strange.join("; "),
          "Compare them with https://www.strava.com/settings/api, or run: deno task setup",
        ),
      ],
    }
  }).pipe(
    Effect.provide(Layer.fresh(StravaConfig.layer)),
    Effect.catch((error) =>
      Effect.succeed({
        config: Option.none<StravaConfig["Service"]>(),
        findings: [...findings, onlyExport ? notNeeded(error) : notSet(error)],
      })
    ),
  )
})
