/** A row of days for each year: the darker, the more hours. */
import { decimal, durationOfSeconds } from "../format.ts"
import type { ReportFacts } from "../Facts.ts"
import { type Html, markup } from "../html.ts"
import {
  type Day,
  firstOfMonth,
  firstOfYear,
  months,
  shortDate,
  weekdayOf,
  weekOf,
  yearOf,
} from "../../metrics/days.ts"
import { secondsByDay } from "../../metrics/spans.ts"
import { notYet, type Panel } from "../Panel.ts"
import { noEntries } from "../reasons.ts"
import { both, drawing } from "../drawing/svg.ts"
import { quantity } from "../../output/kit/plurals.ts"

/** Hours at which the next color begins. */
const steps = [0, .5, 1, 2] as const
const names = ["under ½ h", "½ to 1 h", "1 to 2 h", "over 2 h"]

/** Number of years that are open at first; a click opens the others. */
const open = 3

const stepOf = (seconds: number) => steps.findLastIndex((hours) => seconds >= hours * 3_600)

const strip = (year: number, last: Day, seconds: ReadonlyMap<Day, number>, width: number): Html => {
  const left = width < 500 ? 0 : 30
  const pitch = Math.floor((width - left) / 54 * 10) / 10
  const size = Math.round((pitch - Math.max(1, pitch / 8)) * 10) / 10
  const top = 14
  const first = firstOfYear(year)
  const start = weekOf(first)
  const at = (day: Day) => ({
    x: Math.round((left + (weekOf(day) - start) / 7 * pitch) * 10) / 10,
    y: Math.round((top + weekdayOf(day) * pitch) * 10) / 10,
  })
  const days = Array.from({ length: firstOfYear(year + 1) - first }, (_, i) => first + i)
  const active = days.filter((day) => seconds.has(day))
  const idle = days.filter((day) => !seconds.has(day) && day <= last)
  const square = (day: Day) => {
    const { x, y } = at(day)
    return `M${x} ${y}h${size}v${size}h-${size}z`
  }
  const label = (text: string, x: number, y: number, anchor: string) =>
    markup`<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`
  return drawing({
    width,
    height: Math.ceil(top + 7 * pitch),
    name: "plot calendar",
    content: markup`
      <g class="labels">${
      months.map((name, month) => {
        const { x } = at(firstOfMonth(year, month) + 6)
        return label(width < 500 ? name.slice(0, 1) : name.slice(0, 3), x, 9, "start")
      })
    }${
      left === 0
        ? ""
        : ["Mon", "Wed", "Fri", "Sun"].map((name, i) =>
          label(name, left - 6, Math.round((top + (2 * i + .5) * pitch + 3.5) * 10) / 10, "end")
        )
    }</g><path class="idle" d="${idle.map(square).join("")}" />${
      active.map((day) =>
        markup`
            <path class="hot${stepOf(seconds.get(day) ?? 0)}" d="${square(day)}">
              <title>${shortDate(day)}: ${durationOfSeconds(seconds.get(day) ?? 0)}</title>
            </path>
          `
      )
    }
    `,
  }, {
    title: `Days of ${year}`,
    description: `${
      quantity(active.length, "day", "days")
    } of ${year} with an activity; a column is a week, Monday on top.`,
  })
}

const yearStrip = (year: number, last: Day, seconds: ReadonlyMap<Day, number>) =>
  markup`<div class="year"><h3>${year}</h3>${
    both((width) => strip(year, last, seconds, width), 716)
  }</div>`

export const calendar = (facts: ReportFacts): Panel => {
  const { asOf, entries } = facts
  const seconds = secondsByDay(entries)
  const years = [...new Set(entries.map(({ day }) => yearOf(day)))].sort((a, b) => b - a)
  const head = {
    id: "calendar",
    title: "Every day",
    subtitle: "moving time of each day; a column is a week, Monday on top",
    span: 8 as const,
  }
  if (years.length === 0) return { ...head, body: notYet(noEntries(facts)) }
  const draw = (year: number) => yearStrip(year, asOf.day, seconds)
  const earlier = years.slice(open)
  const of = (year: number) => [...seconds].filter(([day]) => yearOf(day) === year)
  return {
    ...head,
    legend: names.map((name, i) => [name, `hot${i}`]),
    body: markup`${years.slice(0, open).map(draw)}${
      earlier.length === 0
        ? ""
        : markup`<details class="more"><summary>${
          earlier.length === 1 ? "1 earlier year" : `${earlier.length} earlier years`
        }</summary>${earlier.map(draw)}</details>`
    }`,
    table: {
      caption: "Days with an activity, and hours, of each month",
      head: ["Year", ...months.map((name) => name.slice(0, 3)), "Days", "Hours"],
      rows: years.map((year) => {
        const days = of(year)
        const sum = (some: typeof days) => some.reduce((total, [, time]) => total + time, 0)
        return [
          String(year),
          ...months.map((_, month) => {
            const some = days.filter(([day]) =>
              day >= firstOfMonth(year, month) && day < firstOfMonth(year, month + 1)
            )
            return some.length === 0 ? "–" : `${some.length} d, ${decimal(sum(some) / 3_600, 1)} h`
          }),
          decimal(days.length),
          decimal(sum(days) / 3_600),
        ]
      }),
    },
  }
}
