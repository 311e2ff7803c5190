/** The error of a task without network permission that would need a database server. */
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
            `there are no JSON files, and deno task ${command} has no network permission to reach the ` +
            `server in DATABASE_URL. Run: ${taskLine(`paceline ${command}`, folder)}`,
          cause: error,
        })
        : error,
  )
