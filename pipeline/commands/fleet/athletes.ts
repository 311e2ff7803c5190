/** `paceline fleet athletes`: who has connected. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { print } from "../../base/runMain.ts"
import { fleetAthletes } from "../../fleet/status.ts"
import { formatCell } from "../../output/kit/numbers.ts"
import { formatRow, leftOf, right } from "../../output/kit/columns.ts"
import { jsonFlag } from "../process/flags.ts"
import { commandDatabase } from "./database.ts"

const titles = ["athlete", "status", "stored", "listed", "quarantined"]

export const athletesCommand = Command.make(
  "athletes",
  { json: jsonFlag },
  Effect.fnUntraced(function* ({ json }) {
    const found = yield* fleetAthletes
    if (json) return yield* print(JSON.stringify(found))
    const rows = found.map(({ athlete, listed, quarantined, status, stored }) => [
      String(athlete),
      status,
      formatCell(stored),
      formatCell(listed),
      formatCell(quarantined),
    ])
    const widths = [
      leftOf(rows.map(([name = ""]) => name), 9),
      leftOf(["revoked"], 9),
      right(10),
      right(10),
      right(13),
    ]
    yield* print([titles, ...rows].map((row) => formatRow(row, widths)).join("\n"))
  }, Effect.provide(commandDatabase)),
).pipe(
  Command.withDescription("List the athletes, with their stored and pending items"),
  Command.withExamples([{ command: "paceline fleet athletes", description: "List all athletes" }]),
)
