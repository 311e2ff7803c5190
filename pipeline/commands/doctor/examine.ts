/** All checks of `doctor`, in the order in which they depend on each other. */
import { Effect, Option } from "effect"
import { taskLine } from "../../output/kit/line.ts"
import { places } from "../../output/kit/places.ts"
import { FlagsOfFile } from "../../output/usageErrors.ts"
import { databaseUrl } from "../flags/databaseUrl.ts"
import { checkStrava } from "./ask.ts"
import { checkContents } from "./contents.ts"
import { checkConfiguration } from "./configuration.ts"
import { database } from "./database.ts"
import { checkFiles } from "./files.ts"
import type { Finding } from "./Finding.ts"
import { ok, unknown, warning } from "./Finding.ts"
import { state } from "./state.ts"
import { checkRequests, stravaFindings } from "./strava.ts"

interface Examined {
  readonly findings: ReadonlyArray<Finding>
  /** Number of requests that were sent to Strava's API: at most one. */
  readonly requests: number
  /** True if everything was imported and there is no sign-in. */
  readonly onlyExport: boolean
}

/** A user who has only imported an export needs no sign-in. */
const notSignedIn = (folder: string): Finding =>
  unknown(
    "sign-in",
    `none; not needed for your export. For new activities: ${taskLine("setup", folder)}`,
  )

/** Checks `folder` and the configuration. A problem is a finding, not a failure. */
export const examineSetup = Effect.fn("examine")(
  function* (folder: string, dotEnv = places().dotEnv) {
    const found = yield* state(folder)
    const configured = yield* checkConfiguration(dotEnv, found.onlyExport)
    const folders = yield* checkFiles(folder)
    const settings = { data: folder, databaseUrl: yield* databaseUrl }
    const base = yield* database(settings, found)
    const held = yield* checkContents(settings, found)
    const strava = Option.match(configured.config, {
      onNone: () =>
        Effect.succeed({
          findings: [
            found.onlyExport
              ? notSignedIn(folder)
              : unknown("strava", "no request sent: fix the configuration first"),
          ],
          requests: 0,
        }),
      onSome: (config) =>
        Effect.map(checkStrava(folder, config, found), ({ asked, notes }) => ({
          findings: [
            ...notes.map((note) => warning("sign-in", note, "Nothing to do beyond that")),
            ...(found.onlyExport && asked._tag === "NotSignedIn"
              ? [notSignedIn(folder)]
              : stravaFindings(asked, folder)),
          ],
          requests: checkRequests(asked),
        })),
    })
    const { findings, requests } = yield* strava
    const { file } = yield* FlagsOfFile
    const fromFile = file === undefined ? [] : [ok("settings", `flags are read from ${file}`)]
    return {
      findings: [
        ...configured.findings,
        ...fromFile,
        ...folders,
        ...found.findings,
        base,
        ...held,
        ...findings,
      ],
      requests,
      onlyExport: found.onlyExport,
    } satisfies Examined
  },
)
