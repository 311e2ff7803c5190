/** The best pace of runs for each distance. */
import { minutesSeconds } from "../format.ts"
import type { ReportFacts } from "../Facts.ts"
import { isoOf } from "../../metrics/days.ts"
import { distances } from "../../metrics/curves.ts"
import { notYet, type Panel } from "../Panel.ts"
import { noSamples, withSamples } from "../reasons.ts"
import { type Best, curveOf, draw, isTooShort, tableOf } from "../drawing/curve.ts"
import { quantity } from "../../output/kit/plurals.ts"

/** Seconds per kilometer for each distance. */
const pacesOf = ({ digests }: ReportFacts, id: string) =>
  (digests.get(id)?.pace ?? []).map((seconds, i) =>
    seconds === null ? null : seconds / distances[i]! * 1_000
  )

const distanceName = (meters: number): string =>
  meters === 1_609.344
    ? "1 mile"
    : meters === 21_097.5
    ? "half marathon"
    : meters === 42_195
    ? "marathon"
    : meters < 1_000
    ? `${meters} m`
    : `${meters / 1_000} km`

/** Ticks every 15 seconds, or more if the range is wide. */
const paceTicks = (low: number, high: number): ReadonlyArray<number> => {
  const step = [5, 10, 15, 30, 60, 120, 300, 600].find((step) => (high - low) / step <= 6) ??
    Math.ceil((high - low) / 6 / 600) * 600
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step)
}

/** Returns the reason why there is no curve. */
const why = ({ entries, streams }: ReportFacts): string => {
  const runs = entries.filter(({ group }) => group === "run")
  const here = withSamples(runs, streams)
  return runs.length === 0
    ? "no run is listed"
    : here === 0
    ? noSamples(runs, streams, (count) => quantity(count, "run", "runs"))
    : `those of ${quantity(here, "run", "runs")} have no distance, or less than ${distances[1]} m`
}

export const pace = (facts: ReportFacts): Panel => {
  const curve = curveOf(
    facts,
    distances,
    (id) => pacesOf(facts, id),
    (a, b) => a < b,
  )
  const head = {
    id: "pace",
    title: "Pace curve",
    subtitle: "best pace of runs for a distance, per kilometer",
    span: 4 as const,
  }
  if (isTooShort(curve)) {
    return { ...head, body: notYet(`There are no streams of a run yet: ${why(facts)}.`) }
  }
  const paceOf = ({ value }: Best) => value
  const timeOf = ({ at, value }: Best) => value * at / 1_000
  const values = [...curve.all, ...curve.recent].map(paceOf)
  const said = (best: Best) =>
    `${distanceName(best.at)}: ${minutesSeconds(paceOf(best))} /km, ${timeName(timeOf(best))}\n${
      isoOf(best.entry.day)
    }`
  return {
    ...head,
    body: draw(curve, {
      title: head.title,
      color: "var(--run)",
      y: paceOf,
      reverse: true,
      shown: minutesSeconds,
      ticks: paceTicks(
        values.reduce((a, b) => Math.min(a, b)),
        values.reduce((a, b) => Math.max(a, b)),
      ),
      xTicks: [[400, "400 m"], [1_000, "1 km"], [3_000, "3 km"], [10_000, "10 km"], [
        42_195,
        "42 km",
      ]],
      said,
      left: 36,
    }),
    table: tableOf(
      "Least time for a distance",
      "Distance",
      distanceName,
      (best) => `${timeName(timeOf(best))} (${minutesSeconds(paceOf(best))} /km)`,
      curve,
    ),
  }
}

/** `1:32:05` or `5:28`. */
const timeName = (seconds: number): string => {
  const whole = Math.round(seconds)
  return whole < 3_600
    ? minutesSeconds(whole)
    : `${Math.floor(whole / 3_600)}:${minutesSeconds(whole % 3_600).padStart(5, "0")}`
}
