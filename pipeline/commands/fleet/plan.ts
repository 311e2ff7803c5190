/** `paceline fleet plan`: when each history will be complete. */
import { Effect, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { print } from "../../base/runMain.ts"
import { backlogsNow, completions } from "../../fleet/forecast.ts"
import { formatDuration } from "../../output/kit/durations.ts"
import { formatNumber } from "../../output/kit/numbers.ts"
import { quantity } from "../../output/kit/plurals.ts"
import { jsonFlag } from "../process/flags.ts"
import { count } from "../flags/valueFlags.ts"
import { commandDatabase } from "./database.ts"

const day = 24 * 60 * 60_000

export const planFleet = Command.make(
  "plan",
  {
    athletes: Flag.Int("athletes").pipe(
      Flag.withDescription("Assume that N more athletes connect (default 0)"),
      Flag.withMetavar("N"),
      Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9_999 }))),
      Flag.withDefault(0),
    ),
    activities: count("activities").pipe(
      Flag.withDescription("Activities of each of them (default 500)"),
      Flag.withDefault(500),
    ),
    json: jsonFlag,
  },
  Effect.fnUntraced(function* ({ activities, athletes, json }) {
    const { backlogs, limits } = yield* backlogsNow
    // Their ids are not known yet.
    const assumed = Array.from(
      { length: athletes },
      (_, i) => ({ athlete: -1 - i, pending: activities }),
    )
    const plan = completions([...backlogs, ...assumed], limits)
    if (json) return yield* print(JSON.stringify({ limits, athletes: plan }))
    const waiting = plan.filter(({ pending }) => pending > 0)
    const known = waiting.filter(({ athlete }) => athlete > 0)
    const invited = waiting.find(({ athlete }) => athlete < 0)
    const after = (days: number) => formatDuration(days * day)
    yield* print([
      `Strava allows ${formatNumber(limits.quarter)} reads in 15 minutes and ` +
      `${formatNumber(limits.day)} a day, for all athletes together.`,
      ...(waiting.length === 0 ? ["No history waits."] : []),
      ...known.map(({ athlete, days, pending }) =>
        `  ${athlete}  ${quantity(pending, "request")}, complete in ${after(days)}`
      ),
      ...(invited === undefined ? [] : [
        `  ${quantity(athletes, "more athlete")} with ${
          quantity(activities, "activity", "activities")
        } ` +
        `each: complete in ${after(invited.days)}`,
      ]),
    ].join("\n"))
  }, Effect.provide(commandDatabase)),
).pipe(
  Command.withDescription("Show when each history will be complete"),
  Command.withExamples([
    { command: "paceline fleet plan", description: "Show the histories that wait" },
    {
      command: "paceline fleet plan --athletes 10 --activities 500",
      description: "Before you invite ten athletes",
    },
  ]),
)
