/** What a task that may not use the network says of a database that it would have to ask over it. */
import { Effect } from "effect"
import { StoredDataError } from "../../landed/StoredDataError.ts"
import { taskLine } from "../../output/kit/line.ts"

/** `command` is the task, and the words of the program that do the same with the network. */
export const withoutNetwork = (command: string, folder: string) => (error: StoredDataError) =>
  Effect.flatMap(
    Effect.promise(() => Deno.permissions.query({ name: "net" })),
    ({ state }) =>
      error.reason === "unreachable" && state !== "granted"
        ? new StoredDataError({
          reason: "configuration",
          detail:
            `there are no files of JSON, and DATABASE_URL names a server, but deno task ${command} ` +
            `may not use the network. Run: ${taskLine(`paceline ${command}`, folder)}`,
          cause: error,
        })
        : error,
  )
