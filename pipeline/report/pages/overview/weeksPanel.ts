/** Each week of the last year, stacked by sport, with the mean of six weeks. */
import { empty, type Html, markup } from "../../html.ts"
import { bar, frameOf, gridLine, label, legend, monthName } from "../../charts/axes.ts"
import { shortDay } from "../../charts/dates.ts"
import { measured, timeMeasure } from "../../charts/measures.ts"
import { distanceText } from "../../charts/quantities.ts"
import { line, sentence, svg } from "../../charts/svg.ts"
import { decimal, tick, ticks } from "../../format.ts"
import type { Chart } from "../../model/Chart.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import type { SiteView } from "../../model/SiteView.ts"
import { type Day, monthOf, shortDate, weekOf, yearOf } from "../../../metrics/days.ts"
import { type Group, groupNames, sportGroups } from "../../../metrics/sports.ts"
import { quantity } from "../../../output/kit/plurals.ts"
import { daysAddress, measureChoices, measureOf, shownActivities } from "./figures/filters.ts"

const shownWeeks = 53
/** Weeks on a phone. */
const fewerWeeks = 27
/** Weeks of a mean. */
const meanWeeks = 6

interface WeekSums {
  readonly first: Day
  readonly activities: ReadonlyArray<SiteActivity>
  readonly by: ReadonlyMap<Group, number>
  readonly sum: number
}

/** Returns the last `count` weeks, oldest first. */
const weekSums = (view: SiteView, count: number): ReadonlyArray<WeekSums> => {
  const { asOf, weekStart } = view.site
  const last = weekOf(asOf.day, weekStart)
  const measure = measureOf("weeks", view)
  const byWeek = Map.groupBy(
    shownActivities(view).filter(({ day }) => day > last - 7 * count),
    ({ day }) => weekOf(day, weekStart),
  )
  return Array.from({ length: count }, (_, i) => {
    const first = last - 7 * (count - 1 - i)
    const activities = byWeek.get(first) ?? []
    const by = new Map<Group, number>()
    let sum = 0
    for (const activity of activities) {
      const value = measure.of(activity)
      by.set(activity.group, (by.get(activity.group) ?? 0) + value)
      sum += value
    }
    return { first, activities, by, sum }
  })
}

const groupsOf = (weeks: ReadonlyArray<WeekSums>): ReadonlyArray<Group> =>
  sportGroups.filter((group) => weeks.some(({ by }) => (by.get(group) ?? 0) > 0))

/** Returns the months and years under the weeks; a month is named at its first week. */
const monthLabels = (
  weeks: ReadonlyArray<WeekSums>,
  x: (week: number) => number,
  height: number,
): ReadonlyArray<Html> =>
  weeks.flatMap(({ first }, i) => {
    // A week belongs to the month of its fourth day.
    const middle = first + 3
    const before = i === 0 ? undefined : monthOf(middle - 7)
    const month = monthOf(middle)
    const next = i + 1 < weeks.length ? monthOf(middle + 7) : undefined
    // The name of a month that ends at once would lie under the next.
    if (month === before || i === weeks.length - 1 || (i === 0 && next !== month)) return []
    return [
      label(x(i), height - 14, monthName(month)),
      month === 0 || i === 0
        ? label(x(i), height - 1, String(yearOf(middle)), { class: "s" })
        : empty,
    ]
  })

const chart = (view: SiteView, width: number): Chart => {
  const { units } = view
  const measure = measureOf("weeks", view)
  const isNarrow = width < 500
  const count = isNarrow ? fewerWeeks : shownWeeks
  const [height, top, bottom, left] = [isNarrow ? 220 : 250, 14, 32, isNarrow ? 24 : 34]
  const all = weekSums(view, count + meanWeeks - 1)
  const weeks = all.slice(meanWeeks - 1)
  const groups = groupsOf(weeks)
  const most = Math.max(1, ...weeks.map(({ sum }) => sum))
  const step = (width - left) / count
  const x = (week: number) => left + week * step
  const y = (value: number) => height - bottom - value / most * (height - top - bottom)
  const values = ticks(0, most / measure.size(units), 3)
  const means = weeks.map((_, i) => {
    const sum = all.slice(i, i + meanWeeks).reduce((total, week) => total + week.sum, 0)
    return [x(i + .5), y(sum / meanWeeks)] as const
  })
  const bars = weeks.flatMap(({ by }, i) => {
    let sum = 0
    return groups.flatMap((group) => {
      const value = by.get(group) ?? 0
      const [from, to] = [y(sum), y(sum += value)]
      return value === 0 ? [] : [bar(x(i) + 1, to, step - 2, Math.max(.5, from - to - 1), group)]
    })
  })
  return {
    svg: svg(width, height, [
      ...values.map((value) => gridLine(y(value * measure.size(units)), 0, width)),
      ...bars,
      ...monthLabels(weeks, (week) => x(week) + 1, height),
      markup`<path class="line" d="${line(means)}" stroke="var(--ink)" stroke-width="1.5"/>`,
      ...values.slice(1).map((value, i) =>
        label(
          0,
          y(value * measure.size(units)) - 4,
          i === values.length - 2 ? `${tick(value)} ${measure.unit(units)}` : tick(value),
          { class: "halo" },
        )
      ),
    ]),
    cursor: {
      label: "Week by week",
      count,
      near: (at) => Math.floor((at - left) / step),
      mark: (week) => frameOf(x(week), top - 6, step, height - top - bottom + 6),
      read: (week) => reading(view, weeks[week]!, groups),
      open: (week) => daysAddress(view, weeks[week]!.first, weeks[week]!.first + 6),
    },
  }
}

const reading = (
  view: SiteView,
  { activities, by, first, sum }: WeekSums,
  groups: ReadonlyArray<Group>,
): Html => {
  const measure = measureOf("weeks", view)
  const meters = activities.reduce((total, activity) => total + activity.meters, 0)
  const parts = groups.flatMap((group) => {
    const value = by.get(group) ?? 0
    return value === 0
      ? []
      : [`${groupNames[group].toLowerCase()} ${measure.format(view.units, value)}`]
  })
  return markup`${shortDay(first)} to ${shortDate(first + 6)}: <b>${
    measured(measure, view.units, sum)
  }</b> · ${quantity(activities.length, "activity", "activities")}${
    measure === timeMeasure && meters > 0 && ` · ${distanceText(view.units, meters)}`
  }${parts.length > 0 && ` · ${parts.join(", ")}`}`
}

export const weeksPanel: Panel = {
  id: "weeks",
  span: 12,
  title: () => "Week by week",
  subtitle: (view) =>
    `${
      measureOf("weeks", view).name
    } of each week by sport; the line is the mean of ${meanWeeks} weeks`,
  controls: (view) =>
    markup`${
      legend(groupsOf(weekSums(view, shownWeeks)).map((group) => [group, groupNames[group]]))
    }${measureChoices("weeks", view)}`,
  draw: (view, width) =>
    weekSums(view, shownWeeks).every(({ sum }) => sum === 0)
      ? sentence(
        `No ${measureOf("weeks", view).name.toLowerCase()} in the last ${shownWeeks} weeks.`,
      )
      : chart(view, width),
  table: (view) => {
    const { units } = view
    const weeks = weekSums(view, shownWeeks)
    const groups = groupsOf(weeks)
    const measure = measureOf("weeks", view)
    return groups.length === 0 ? undefined : {
      head: [
        "Week from",
        "Activities",
        `${measure.name}, ${measure.unit(units)}`,
        ...groups.map((group) => groupNames[group]),
      ],
      rows: weeks.toReversed().map(({ activities, by, first, sum }) => [
        shortDate(first),
        decimal(activities.length),
        measure.format(units, sum),
        ...groups.map((group) => {
          const value = by.get(group) ?? 0
          return value === 0 ? "–" : measure.format(units, value)
        }),
      ]),
    }
  },
}
