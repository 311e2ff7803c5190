/** `paceline fleet status`: backlog, limits, runners, and what hangs. */
import { Clock, Effect } from "effect"
import { Command } from "effect/cli"
import { print } from "../../base/runMain.ts"
import { fleetStatus } from "../../fleet/status.ts"
import { formatDuration } from "../../output/kit/durations.ts"
import { quantity } from "../../output/kit/plurals.ts"
import { formatNumber } from "../../output/kit/numbers.ts"
import { jsonFlag } from "../process/flags.ts"
import { commandDatabase } from "./database.ts"

/** Age of a granted item from which something is wrong, in seconds. */
const tooOld = 300

export const statusCommand = Command.make(
  "status",
  { json: jsonFlag },
  Effect.fnUntraced(function* ({ json }) {
    const found = yield* fleetStatus
    if (json) return yield* print(JSON.stringify(found))
    const now = yield* Clock.currentTimeMillis
    const {
      active = 0,
      events = 0,
      granted = 0,
      history = 0,
      invites = 0,
      lists = 0,
      oldest_grant: oldest = 0,
      quarantined = 0,
      quota: { day, quarter },
      revoked = 0,
      runners = 0,
      stored = 0,
    } = found
    const lines = [
      ["runners", formatNumber(runners)],
      [
        "athletes",
        `${formatNumber(active)} active, ${formatNumber(revoked)} revoked, ` +
        `${quantity(invites, "open invite")}`,
      ],
      ["stored", quantity(stored, "item")],
      [
        "pending",
        `${formatNumber(events)} from events, ${quantity(lists, "list")}, ` +
        `${formatNumber(history)} of history`,
      ],
      [
        "granted",
        granted === 0
          ? "none"
          : `${formatNumber(granted)}, the oldest ${formatDuration(oldest * 1_000)} ago` +
            (oldest > tooOld ? ": an alarm, see docs/fleet.md" : ""),
      ],
      ["quarantined", formatNumber(quarantined)],
      [
        "rate limit",
        `${formatNumber(quarter.used)} of ${formatNumber(quarter.cap)} in 15 minutes ` +
        `(${formatDuration(quarter.end - now)} left), ` +
        `${formatNumber(day.used)} of ${formatNumber(day.cap)} today (UTC)`,
      ],
    ]
    yield* print(lines.map(([name = "", text = ""]) => `  ${name.padEnd(12)} ${text}`).join("\n"))
  }, Effect.provide(commandDatabase)),
).pipe(
  Command.withDescription("Show runners, backlog, rate limit, and the oldest granted item"),
  Command.withExamples([{ command: "paceline fleet status", description: "Show the state" }]),
)
