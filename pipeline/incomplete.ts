/** Lines about responses that contain less than the summary of their activity claims. */
import { duration } from "./estimate.ts"
import type { Incomplete } from "./state/completeness.ts"

const figure = (count: number) => count.toLocaleString("en")

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

const words = (lacks: ReadonlyArray<string>): string =>
  lacks.length === 0
    ? "not at Strava yet"
    : `without ${lacks.map((name) => names[name] ?? name).join(", ")}`

/** Counts of items by resource and by what they lack: `12 streams without distance`. */
const groupsOf = (settled: ReadonlyArray<Incomplete>) =>
  [...Map.groupBy(settled, ({ lacks, resource }) => `${resource} ${words(lacks)}`)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([text, items]) => `${figure(items.length)} ${text}`)

/**
 * Lines about incomplete responses: up to `most` items that are fetched again, with the time, and how many are kept as
 * Strava has them.
 */
export const describeIncomplete = (
  incomplete: ReadonlyArray<Incomplete>,
  most: number,
  now: number,
): ReadonlyArray<string> => {
  const again = incomplete.filter(({ nextTry }) => nextTry !== null)
  const groups = groupsOf(incomplete.filter(({ nextTry }) => nextTry === null))
  return [
    ...(again.length === 0 ? [] : [
      `  ${
        figure(again.length)
      } incomplete at Strava, fetched again when due (now: --retry-quarantined)`,
      ...again.slice(0, most).map(({ id, lacks, nextTry, resource }) =>
        `    ${resource} ${id}, ${
          (nextTry ?? 0) <= now ? "with the next run" : `in ${duration((nextTry ?? 0) - now)}`
        }: ${words(lacks)}`
      ),
      ...(again.length > most ? [`    and ${figure(again.length - most)} more`] : []),
    ]),
    ...(groups.length === 0 ? [] : [
      "  incomplete at Strava, kept as it is:",
      ...groups.slice(0, most).map((line) => `    ${line}`),
      ...(groups.length > most ? [`    and ${figure(groups.length - most)} more kinds`] : []),
    ]),
  ]
}
