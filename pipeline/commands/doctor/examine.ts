/** All that `doctor` looks at, in the order in which one thing hangs on another. */
import { Effect, Option } from "effect"
import { databaseUrl } from "../process/flags.ts"
import { checkStrava } from "./ask.ts"
import { checkContents } from "./contents.ts"
import { checkConfiguration } from "./configuration.ts"
import { database } from "./database.ts"
import { checkFiles } from "./files.ts"
import type { Finding } from "./Finding.ts"
import { unknown, warning } from "./Finding.ts"
import { state } from "./state.ts"
import { checkRequests, stravaFindings } from "./strava.ts"

interface Examined {
  readonly findings: ReadonlyArray<Finding>
  /** Requests to Strava's API: one at most. */
  readonly requests: number
}

/** Look at everything that `folder` and the configuration tell of; nothing that is found is a failure. */
export const examineSetup = Effect.fn("examine")(function* (folder: string, dotEnv = ".env") {
  const configured = yield* checkConfiguration(dotEnv)
  const folders = yield* checkFiles(folder)
  const found = yield* state(folder)
  const settings = { data: folder, databaseUrl: yield* databaseUrl }
  const base = yield* database(settings, found)
  const held = yield* checkContents(settings, found)
  const strava = Option.match(configured.config, {
    onNone: () =>
      Effect.succeed({
        findings: [unknown("strava", "no request sent: fix the configuration first")],
        requests: 0,
      }),
    onSome: (config) =>
      Effect.map(checkStrava(folder, config, found), ({ asked, notes }) => ({
        findings: [
          ...notes.map((note) => warning("sign-in", note, "Nothing to do, but for what is said")),
          ...stravaFindings(asked, folder),
        ],
        requests: checkRequests(asked),
      })),
  })
  const { findings, requests } = yield* strava
  return {
    findings: [...configured.findings, ...folders, ...found.findings, base, ...held, ...findings],
    requests,
  } satisfies Examined
})
