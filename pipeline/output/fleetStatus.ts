/** The state of a fleet, as lines. */
import { Clock, Effect } from "effect"
import { formatDuration } from "./kit/durations.ts"
import { formatNumber } from "./kit/numbers.ts"
import { quantity } from "./kit/plurals.ts"
import type { QuotaSnapshot } from "../strava/quota/QuotaSnapshot.ts"

/** State of a fleet: see `fleetStatus`. Counts are absent before the first migration. */
interface FleetState {
  readonly active?: number
  readonly revoked?: number
  readonly invites?: number
  readonly events?: number
  readonly lists?: number
  readonly history?: number
  readonly granted?: number
  /** In seconds. */
  readonly oldest_grant?: number
  readonly quarantined?: number
  readonly stored?: number
  readonly runners?: number
  readonly quota: QuotaSnapshot
}

/** Age of a granted item from which something is wrong, in seconds. */
const tooOld = 300

/** Returns the lines of `fleet status`. */
export const renderFleetStatus = (state: FleetState) =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    const { active = 0, events = 0, granted = 0, history = 0, invites = 0, lists = 0 } = state
    const { oldest_grant: oldest = 0, quarantined = 0, revoked = 0, runners = 0, stored = 0 } =
      state
    const { day, quarter } = state.quota
    const alarm = oldest > tooOld ? ": an alarm, see docs/fleet.md" : ""
    const lines = [
      ["runners", formatNumber(runners)],
      [
        "athletes",
        `${formatNumber(active)} active, ${formatNumber(revoked)} revoked, ` +
        quantity(invites, "open invite"),
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
          : `${formatNumber(granted)}, the oldest ${formatDuration(oldest * 1_000)} ago${alarm}`,
      ],
      ["quarantined", formatNumber(quarantined)],
      [
        "rate limit",
        `${formatNumber(quarter.used)} of ${formatNumber(quarter.cap)} in 15 minutes ` +
        `(${formatDuration(quarter.end - now)} left), ` +
        `${formatNumber(day.used)} of ${formatNumber(day.cap)} today (UTC)`,
      ],
    ]
    return lines.map(([name = "", text = ""]) => `  ${name.padEnd(12)} ${text}`).join("\n")
  })
