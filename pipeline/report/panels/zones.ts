/** Hours in each heart rate zone, by month. */
import * as Plot from "@observablehq/plot"
import { durationOfSeconds, tick } from "../format.ts"
import type { ReportFacts } from "../Facts.ts"
import { dateOf, firstOfMonth, monthOf, months, yearOf } from "../../metrics/days.ts"
import { secondsInZones } from "../../metrics/heartRate.ts"
import { notYet, type Panel } from "../Panel.ts"
import { noSamples, withSamples } from "../reasons.ts"
import { plot } from "../drawing/svg.ts"
import { quantity } from "../../output/kit/plurals.ts"

const count = 12

/** Strava has five zones; more share the last color. */
const colors = 5

const zoneName = (zone: number, lower: ReadonlyArray<number>): string => {
  const next = lower[zone + 1]
  return zone === 0
    ? `under ${next ?? "any"}`
    : next === undefined
    ? `from ${lower[zone]}`
    : `${lower[zone]} to ${next - 1}`
}

const monthsTo = (day: number) =>
  Array.from({ length: count }, (_, i) => firstOfMonth(yearOf(day), monthOf(day) - (count - 1 - i)))

/** Seconds in each zone, by the first day of each month. */
const byMonth = ({ asOf, digests, entries, zones }: ReportFacts) =>
  monthsTo(asOf.day).map((first) => {
    const seconds = zones.map(() => 0)
    const next = firstOfMonth(yearOf(first), monthOf(first) + 1)
    for (const { activity, day } of entries) {
      if (day < first || day >= next) continue
      for (
        const [zone, time] of secondsInZones(digests.get(activity.id)?.beats ?? [], zones).entries()
      ) {
        seconds[zone]! += time
      }
    }
    return { first, seconds }
  })

/** Returns the reason why the zones are unknown. */
const noZones = ({ hasZones, state }: ReportFacts): string =>
  hasZones
    ? "Your profile has no heart-rate zones. Set them at Strava, then run: deno task zones"
    : state?.asksZones === false
    ? "Zones are off. To fetch them: deno task zones --with zones"
    : state?.onlyExport === true
    ? "Zones are not in your export. To fetch them: deno task setup, then deno task zones"
    : state?.zonesWithheld === undefined
    ? "Zones have not been fetched yet: deno task zones"
    : "Strava withholds your zones. To see why: deno task status"

/** Returns the reason why no month has a heart rate. */
const why = ({ asOf, entries, streams }: ReportFacts): string => {
  const [first = -Infinity] = monthsTo(asOf.day)
  const recent = entries.filter(({ day }) => day >= first)
  const measured = recent.filter(({ activity }) =>
    activity.has_heartrate ?? activity.average_heartrate !== null
  )
  const here = withSamples(measured, streams)
  return recent.length === 0
    ? "there is no activity"
    : measured.length === 0
    ? `no heart rate was recorded in ${quantity(recent.length, "activity", "activities")}`
    : here === 0
    ? noSamples(measured, streams)
    : `those of ${quantity(here, "activity", "activities")} have no sample in any zone`
}

export const zonesPanel = (facts: ReportFacts): Panel => {
  const lower = facts.zones
  const head = {
    id: "zones",
    title: "Heart-rate zones",
    subtitle: "hours in each zone, by month",
    span: 4 as const,
  }
  if (lower.length === 0) {
    return { ...head, body: notYet(noZones(facts)) }
  }
  const data = byMonth(facts)
  const total = data.reduce((sum, { seconds }) => sum + seconds.reduce((a, b) => a + b, 0), 0)
  if (total === 0) {
    return {
      ...head,
      body: notYet(`There are no heart-rate streams in the last 12 months: ${why(facts)}.`),
    }
  }
  const bars = data.flatMap(({ first, seconds }) => {
    let sum = 0
    return seconds.flatMap((time, zone) => {
      const bar = { first, zone, from: sum, to: sum += time / 3_600, time }
      return time === 0 ? [] : [bar]
    })
  })
  const color = (zone: number) => `z${Math.min(colors, zone + 1)}`
  const name = (first: number) => `${months[monthOf(first)]} ${yearOf(first)}`
  return {
    ...head,
    legend: lower.map((_, zone) => [`Z${zone + 1}`, color(zone)]),
    body: plot({
      width: 366,
      height: 220,
      marginLeft: 30,
      marginRight: 4,
      marginTop: 10,
      marginBottom: 34,
      x: { type: "band", domain: data.map(({ first }) => first), padding: .22, label: null },
      y: { label: null },
      marks: [
        Plot.gridY({ ticks: 4 }),
        Plot.axisY({ ticks: 4, tickSize: 0, tickFormat: tick }),
        Plot.axisX({
          tickSize: 0,
          tickFormat: (first: number, i: number) => {
            const month = months[dateOf(first).getUTCMonth()]!.slice(0, 1)
            return monthOf(first) === 0 || (i === 0 && monthOf(first) < 10)
              ? `${month}\n${yearOf(first)}`
              : month
          },
        }),
        Plot.rect(bars, {
          x: "first",
          y1: "from",
          y2: "to",
          insetTop: .5,
          fill: (bar) => `var(--${color(bar.zone)})`,
          title: (bar) =>
            `${name(bar.first)}\nZ${bar.zone + 1}, ${zoneName(bar.zone, lower)} bpm: ${
              durationOfSeconds(bar.time)
            }`,
        }),
        Plot.ruleY([0]),
      ],
      color: { type: "identity" },
    }, {
      title: "Heart-rate zones by month",
      description: `Bars of the hours in ${lower.length} zones, 12 months; ${
        durationOfSeconds(total)
      } in all.`,
    }),
    table: {
      caption: "Time in each heart-rate zone, by month (current zones)",
      head: ["Month", ...lower.map((_, zone) => `Z${zone + 1}, ${zoneName(zone, lower)} bpm`)],
      rows: data.toReversed().map(({ first, seconds }) => [
        name(first),
        ...seconds.map((time) => time === 0 ? "–" : durationOfSeconds(time)),
      ]),
    },
  }
}
