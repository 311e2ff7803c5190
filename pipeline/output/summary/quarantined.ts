/** Phrases about items that failed repeatedly. */
import type { QuarantinedItem } from "../../state/ledger/counts.ts"
import { formatDuration } from "../kit/durations.ts"
import { taskLine } from "../kit/line.ts"
import { formatNumber } from "../kit/numbers.ts"
import { quantity } from "../kit/plurals.ts"
import { printable } from "../kit/terminal.ts"
import { wrap } from "../kit/wrap.ts"

/** Describes up to `most` quarantined items, and the command that retries them now. */
export const describeQuarantined = (
  quarantined: ReadonlyArray<QuarantinedItem>,
  all: number,
  most: number,
  now: number,
  folder: string,
): ReadonlyArray<string> => {
  if (all === 0) return []
  const shown = quarantined.slice(0, most)
  return [
    `  ${formatNumber(all)} quarantined. Retry now:`,
    `    ${taskLine("pipeline", folder)} --retry-quarantined`,
    ...shown.flatMap(({ id, nextTry, reason, resource, tries }) => {
      const next = nextTry === null
        ? "with the next list"
        : nextTry <= now
        ? "in the next run"
        : `in ${formatDuration(nextTry - now)}`
      return wrap(
        `${resource} ${id}: ${printable(reason).slice(0, 160)} ` +
          `(${quantity(tries, "try", "tries")}; next: ${next})`,
        { first: "    ", rest: "      " },
      )
    }),
    ...(all > shown.length ? [`    and ${formatNumber(all - shown.length)} more`] : []),
  ]
}
