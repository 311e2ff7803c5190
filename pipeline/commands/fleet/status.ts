/** `paceline fleet status`: backlog, limits, runners, and what hangs. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { print } from "../../base/runMain.ts"
import { fleetStatus } from "../../fleet/status.ts"
import { renderFleetStatus } from "../../output/fleetStatus.ts"
import { jsonFlag } from "../process/flags.ts"
import { commandDatabase } from "./database.ts"

export const statusCommand = Command.make(
  "status",
  { json: jsonFlag },
  Effect.fnUntraced(function* ({ json }) {
    const found = yield* fleetStatus
    if (json) return yield* print(JSON.stringify(found))
    yield* print(yield* renderFleetStatus(found))
  }, Effect.provide(commandDatabase)),
).pipe(
  Command.withDescription("Show runners, backlog, rate limit, and the oldest granted item"),
  Command.withExamples([{ command: "paceline fleet status", description: "Show the state" }]),
)
