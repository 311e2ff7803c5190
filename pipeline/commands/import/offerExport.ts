/** The first step of the setup: the export, which needs no application and no sign-in. */
import { Effect, Option, Result } from "effect"
import { Prompt } from "effect/cli"
import { usualSinks } from "../../../sinks/SinkKind.ts"
import { complain, formatError, print } from "../../base/runMain.ts"
import { taskLine } from "../../output/kit/line.ts"
import { renderImport } from "../../output/summary/importPage.ts"
import type { StoreSettings } from "../../run/layers.ts"
import { defaultOptions } from "../../stages/RunOptions.ts"
import { hasApplication } from "../process/application.ts"
import { freshConfiguration } from "../process/configuration.ts"
import { databaseUrl } from "../flags/databaseUrl.ts"
import { importFiles, plainImport } from "./importFiles.ts"

const aboutExport = `
Strava's export has your whole history. It needs no application, no paid
subscription and no waiting for rate limits. To request it:

  1. Open https://www.strava.com and log in.
  2. Settings > My Account > Download or Delete Your Account > Get Started
  3. Step 2, Request Your Archive. Strava sends a link by e-mail within hours.
     Do not touch step 3: it deletes your account.
`

/** Returns a path as typed, or as a terminal inserts the path of a file that is dropped on it. */
export const typedPath = (text: string): string => {
  const trimmed = text.trim()
  const quoted = /^(['"])(.*)\1$/.exec(trimmed)
  return quoted?.[2] ?? (Deno.build.os === "windows" ? trimmed : trimmed.replaceAll(/\\(.)/g, "$1"))
}

const settingsOf = Effect.fnUntraced(
  function* (data: string) {
    return {
      data,
      sinks: yield* usualSinks(data),
      databaseUrl: yield* databaseUrl,
      options: defaultOptions,
    } satisfies StoreSettings
  },
  Effect.provide(freshConfiguration),
)

/** Asks for the export until it is imported; returns true unless the user has none. */
const importFirst = Effect.fnUntraced(function* (data: string) {
  yield* complain(aboutExport)
  for (;;) {
    const answer = yield* Prompt.String({ message: "Path of export_….zip (Enter: go on without)" })
    const path = typedPath(answer)
    if (path === "") return false
    const imported = yield* Effect.result(
      importFiles(yield* settingsOf(data), plainImport(data, [path])),
    )
    const failure = Result.isFailure(imported)
      ? imported.failure
      : Option.getOrUndefined(imported.success.error)
    if (failure !== undefined) yield* complain(`\n${formatError(failure)}\n`)
    else if (Result.isSuccess(imported)) {
      yield* print(renderImport(imported.success.summary, data))
      return true
    }
  }
})

/** Offers the export to new users; returns true if the API is to be connected, too. */
export const offerExport = Effect.fnUntraced(function* (data: string) {
  if (yield* hasApplication) {
    yield* complain(
      `The application is registered already. To import: ${taskLine("import", data)} FILE`,
    )
    return true
  }
  if (!(yield* importFirst(data))) return true
  return yield* Prompt.Confirm({
    message: "Connect Strava's API too? It adds new activities (subscribers only)",
    initial: false,
  })
})
