/** Lines about responses that contain less than the summary of their activity claims. */
import type { Incomplete } from "../../state/ledger/completeness.ts"
import { formatDuration } from "../kit/durations.ts"
import { formatNumber } from "../kit/numbers.ts"
import { pageWidth } from "../kit/wrap.ts"

const names: Readonly<Record<string, string>> = {
  samples: "any sample",
  less: "something that is stored",
  length: "an end",
  latlng: "positions",
  heartrate: "heart rate",
  temp: "temperature",
  segments: "efforts on segments",
  content: "any content",
  scope: "what the new permission shows",
}

/** Number of names that fit a line. */
const most = 4

const words = (lacks: ReadonlyArray<string>): string => {
  if (lacks.length === 0) return "not at Strava yet"
  const shown = lacks.slice(0, most).map((name) => names[name] ?? name)
  const rest = lacks.length > most ? ` and ${lacks.length - most} more` : ""
  return `without ${shown.join(", ")}${rest}`
}

/** Returns one line, or two if it is wider than a page. */
const entry = (before: string, after: string): ReadonlyArray<string> =>
  before.length + after.length < pageWidth() ? [`${before} ${after}`] : [before, `      ${after}`]

/** Counts of items by resource and by what they lack: `12 streams without distance`. */
const groupsOf = (settled: ReadonlyArray<Incomplete>) =>
  [...Map.groupBy(settled, ({ lacks, resource }) => `${resource} ${words(lacks)}`)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([text, items]) => `${formatNumber(items.length)} ${text}`)

/**
 * Returns lines about incomplete responses: up to `atMost` that are fetched again, with the time, and the
 * number of those that are kept as Strava has them.
 */
export const describeIncomplete = (
  incomplete: ReadonlyArray<Incomplete>,
  atMost: number,
  now: number,
): ReadonlyArray<string> => {
  const again = incomplete.filter(({ nextTry }) => nextTry !== null)
  const groups = groupsOf(incomplete.filter(({ nextTry }) => nextTry === null))
  return [
    ...(again.length === 0 ? [] : [
      `  ${
        formatNumber(again.length)
      } incomplete at Strava, fetched again when due. Now: --retry-quarantined`,
      ...again.slice(0, atMost).flatMap(({ id, lacks, nextTry, resource }) => {
        const wait = (nextTry ?? 0) - now
        const time = wait <= 0 ? "in the next run" : `in ${formatDuration(wait)}`
        return entry(`    ${resource} ${id}, ${time}:`, words(lacks))
      }),
      ...(again.length > atMost ? [`    and ${formatNumber(again.length - atMost)} more`] : []),
    ]),
    ...(groups.length === 0 ? [] : [
      "  Incomplete at Strava, kept as it is:",
      ...groups.slice(0, atMost).map((line) => `    ${line}`),
      ...(groups.length > atMost
        ? [`    and ${formatNumber(groups.length - atMost)} more kinds`]
        : []),
    ]),
  ]
}
