/** The best mean power for each duration, of rides with a power meter. */
import { decimal, durationOfSeconds, tick, ticks as ticksOf } from "../format.ts"
import type { ReportFacts } from "../Facts.ts"
import { isoOf } from "../../metrics/days.ts"
import { durations } from "../../metrics/curves.ts"
import { notYet, type Panel } from "../Panel.ts"
import { noSamples, withSamples } from "../reasons.ts"
import { type Best, curveOf, draw, isTooShort, tableOf } from "../drawing/curve.ts"
import { quantity } from "../../output/kit/plurals.ts"

/** Returns the reason why there is no curve. */
const why = ({ entries, streams }: ReportFacts): string => {
  const measured = entries.filter(({ activity, group }) =>
    activity.device_watts === true && group !== "run"
  )
  const here = withSamples(measured, streams)
  return measured.length === 0
    ? "no activity with a power meter is listed"
    : here === 0
    ? noSamples(measured, streams)
    : `those of ${quantity(here, "activity", "activities")} have no power, or are too short`
}

export const power = (facts: ReportFacts): Panel => {
  const curve = curveOf(
    facts,
    durations,
    (id) => facts.digests.get(id)?.power ?? [],
    (a, b) => a > b,
  )
  const head = {
    id: "power",
    title: "Power curve",
    subtitle: "best average watts for a time",
    span: 4 as const,
  }
  if (isTooShort(curve)) {
    return { ...head, body: notYet(`There are no streams of a power meter yet: ${why(facts)}.`) }
  }
  const watts = curve.all.map(({ value }) => value)
  const said = ({ at, entry, value }: Best) =>
    `${durationOfSeconds(at)}: ${decimal(value)} W\n${isoOf(entry.day)}`
  const values = [...curve.all, ...curve.recent].map(({ value }) => value)
  return {
    ...head,
    body: draw(curve, {
      title: head.title,
      color: "var(--ride)",
      y: ({ value }) => value,
      reverse: false,
      shown: tick,
      ticks: ticksOf(
        values.reduce((a, b) => Math.min(a, b)),
        watts.reduce((a, b) => Math.max(a, b)),
        5,
      ),
      xTicks: [[5, "5 s"], [30, "30 s"], [120, "2 min"], [600, "10 min"], [3_600, "1 h"], [
        10_800,
        "3 h",
      ]],
      said,
      left: 34,
    }),
    table: tableOf(
      "Best average power for a time",
      "Time",
      durationOfSeconds,
      ({ value }) => `${decimal(value)} W`,
      curve,
    ),
  }
}
