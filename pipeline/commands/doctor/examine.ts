/** All checks of `doctor`, in the order in which they depend on each other. */
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
  /** Number of requests that were sent to Strava's API: at most one. */
  readonly requests: number
}

/** Checks `folder` and the configuration. A problem is a finding, not a failure. */
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
          ...notes.map((note) => warning("sign-in", note, "Nothing to do beyond that")),
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
