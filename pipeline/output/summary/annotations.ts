/** Warnings and errors of a run on the page of a job at GitHub, which shows at most ten per step. */
import { exitCodes } from "../../base/exit.ts"
import { workflowCommand } from "../../base/workflowCommand.ts"
import type { Summary } from "../../run/Summary.ts"
import { formatNumber } from "../kit/numbers.ts"
import { quantity } from "../kit/plurals.ts"
import { printable } from "../kit/terminal.ts"
import { overDays } from "../phrases.ts"

const cut = (text: string, most = 300) => {
  const shown = printable(text)
  return shown.length > most ? `${shown.slice(0, most)}…` : shown
}

/** Titles for errors that end a run with 75, by tag. */
const stopped: Readonly<Record<string, string>> = {
  LimitReached: "Stopped at the rate limit",
  DeadlineReached: "Stopped at the deadline",
}

const describeNext = ({ at, left, quota, work }: Summary) => {
  const far = overDays(work, quota, at)
  return `The next run continues: ${far ?? `${formatNumber(left)} streams to fetch`}`
}

const tagOf = (error: unknown) =>
  typeof error === "object" && error !== null && "_tag" in error ? String(error._tag) : ""

const messageOf = (error: unknown) => error instanceof Error ? error.message : String(error)

/** Returns lines for the log of a step; `error` ended the stages early, undefined if none did. */
export const annotationsOf = (
  summary: Summary,
  error: unknown,
  code: number,
): ReadonlyArray<string> => {
  const { drift, heldBack, quarantined, setAside, sinks, withheld } = summary
  const warning = (title: string, text: string) => workflowCommand("warning", text, { title })
  const title = stopped[tagOf(error)]
  return [
    ...(error === undefined
      ? []
      : title !== undefined
      ? [warning(title, describeNext(summary))]
      : code === exitCodes.again
      ? [warning("Another run is active", cut(messageOf(error)))]
      : [workflowCommand("error", cut(messageOf(error), 2_000), { title: "The run failed" })]),
    ...sinks.flatMap(({ error, pending, sink }) =>
      error === undefined ? [] : [
        workflowCommand("error", `${cut(error)}. ${quantity(pending, "item")} undelivered`, {
          title: `The ${sink} sink is down`,
        }),
      ]
    ),
    ...(setAside === 0 ? [] : [
      warning(
        `${quantity(setAside, "item")} quarantined`,
        quarantined.slice(0, 5).map(({ id, reason, resource }) =>
          `${resource} ${id}: ${cut(reason)}`
        ).concat("Retried automatically. Retry now: --retry-quarantined").join("\n"),
      ),
    ]),
    ...(withheld.length === 0 ? [] : [
      warning(
        "Strava withholds some data",
        withheld.slice(0, 5).map(({ count, reason, resource }) =>
          `${resource} (${formatNumber(count)}), skipped: ${cut(reason)}`
        ).join("\n"),
      ),
    ]),
    ...(!heldBack ? [] : [
      warning(
        `${quantity(heldBack.count, "activity is", "activities are")} missing from Strava's list`,
        `Kept: ${cut(heldBack.why)}. If deleted, run with --allow-deletions ${heldBack.count}`,
      ),
    ]),
    ...(drift.length === 0 ? [] : [
      workflowCommand(
        "notice",
        drift.slice(0, 10).map(({ name, resource }) => `${resource}: ${cut(name)}`).join("\n"),
        { title: "Strava sends new fields or values (stored in every sink)" },
      ),
    ]),
  ]
}
