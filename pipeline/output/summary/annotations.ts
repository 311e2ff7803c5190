/** What of a run should catch the eye on its page at GitHub: at most ten warnings and errors of a step do. */
import { exitCodes } from "../../base/exit.ts"
import { workflowCommand } from "../../base/workflowCommand.ts"
import type { Summary } from "./summary.ts"
import { printable } from "../kit/table.ts"
import { overDays } from "../phrases.ts"

const figure = (count: number): string => count.toLocaleString("en")
const many = (count: number, one: string, more: string) =>
  `${figure(count)} ${count === 1 ? one : more}`

const cut = (text: string, most = 300) => {
  const shown = printable(text)
  return shown.length > most ? `${shown.slice(0, most)}…` : shown
}

/** Why a run that ended with 75 did, by the error's tag. */
const stopped: Readonly<Record<string, string>> = {
  LimitReached: "Stopped at Strava's limit",
  DeadlineReached: "Stopped at the deadline",
}

const goesOn = ({ at, left, quota, work }: Summary) => {
  const far = overDays(work, quota, at)
  return `The next run goes on where this one stopped: ${
    far ?? `${many(left, "activity is", "activities are")} still without samples`
  }`
}

const tagOf = (error: unknown) =>
  typeof error === "object" && error !== null && "_tag" in error ? String(error._tag) : ""

const messageOf = (error: unknown) => error instanceof Error ? error.message : String(error)

/** Lines for the log of a step; `error` is why the stages ended early, if they did. */
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
      ? [warning(title, goesOn(summary))]
      : code === exitCodes.again
      ? [warning("Another run is at work", cut(messageOf(error)))]
      : [workflowCommand("error", cut(messageOf(error), 2_000), { title: "The run has failed" })]),
    ...sinks.flatMap(({ error, pending, sink }) =>
      error === undefined ? [] : [
        workflowCommand("error", `${cut(error)}. ${many(pending, "item waits", "items wait")}`, {
          title: `The ${sink} sink is down`,
        }),
      ]
    ),
    ...(setAside === 0 ? [] : [
      warning(
        `${many(setAside, "item is", "items are")} set aside`,
        quarantined.slice(0, 5).map(({ id, reason, resource }) =>
          `${resource} ${id}: ${cut(reason)}`
        ).concat("Each is tried again by itself; to try now: --retry-quarantined").join("\n"),
      ),
    ]),
    ...(withheld.length === 0 ? [] : [
      warning(
        "Strava withholds some of it",
        withheld.slice(0, 5).map(({ count, reason, resource }) =>
          `${resource} (${figure(count)}), skipped: ${cut(reason)}`
        ).join("\n"),
      ),
    ]),
    ...(!heldBack ? [] : [
      warning(
        `${many(heldBack.count, "activity is", "activities are")} missing from Strava's list`,
        `Kept: ${cut(heldBack.why)}. If deleted, run with --allow-deletions ${heldBack.count}`,
      ),
    ]),
    ...(drift.length === 0 ? [] : [
      workflowCommand(
        "notice",
        drift.slice(0, 10).map(({ name, resource }) => `${resource}: ${cut(name)}`).join("\n"),
        { title: "Strava sends something new, kept in every sink" },
      ),
    ]),
  ]
}
