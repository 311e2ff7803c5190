/** Sentences that explain the exit code of a run: the cause, what is kept, and the command that fixes it. */
import { exitCodes } from "../../base/exit.ts"
import type { Summary } from "../../run/Summary.ts"
import { inFolder, taskLine } from "../kit/line.ts"
import { quantity } from "../kit/plurals.ts"
import { printable } from "../kit/terminal.ts"

const withoutDot = (text: string) => printable(text).replace(/\.$/, "")

interface Ended {
  /** Error that ended the stages early; undefined if none did. */
  readonly error: unknown
  readonly code: number
  /** Data directory that commands are for. */
  readonly folder: string
  /** True if the causes of failed sinks are on the screen already. */
  readonly shown: boolean
  /** True if the run refetched existing data: the same command would begin from the start. */
  readonly force?: boolean
}

const withoutForce = (text: string) =>
  text
    .replace(
      /To continue, run the same command again (after [^.]*)$/,
      "The remaining items are marked to be fetched again. Continue without --force $1",
    )
    .replace(
      /Run the same command again( later)? to continue/,
      "The remaining items are marked to be fetched again. Continue$1 without --force",
    )

/** Returns sentences without the dot at the end, at least one for each code but 0. */
export const endingOf = (
  { quarantined, setAside, sinks }: Summary,
  { code, error, folder, force = false, shown }: Ended,
): readonly [string, ...ReadonlyArray<string>] => {
  const again = taskLine("pipeline", folder)
  const why = error === undefined
    ? []
    : [inFolder(error instanceof Error ? error.message : String(error), folder)]
      .map((text) => force ? withoutForce(text) : text)
  const down = sinks.flatMap(({ error, pending, sink }) =>
    error === undefined || why.some((text) => text.includes(error))
      ? []
      : `Cannot write to the ${sink} sink${shown ? "" : `: ${withoutDot(error)}`}. ` +
        (pending === 0 ? "" : `Kept in the state file: ${quantity(pending, "item")} for it. `) +
        `To deliver, run again: ${again}`
  )
  const [item] = quarantined
  const aside = setAside === 0 || code !== exitCodes.quarantined ? [] : [
    `${quantity(setAside, "item")} quarantined, everything else is stored` +
    (item === undefined
      ? ""
      : `: ${item.resource} ${item.id}, ${printable(item.reason).slice(0, 160)}`) +
    `. Retried automatically; to see all: ${taskLine("status", folder)}`,
  ]
  const [first, ...more] = [...why, ...down, ...aside]
  return first === undefined ? [`The run ended with exit code ${code}`] : [first, ...more]
}
