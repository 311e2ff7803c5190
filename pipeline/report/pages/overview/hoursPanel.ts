/** Moving time by weekday and hour of the start. */
import { type Html, markup } from "../../html.ts"
import { dot, frameOf, label } from "../../charts/axes.ts"
import { weekdayNames } from "../../charts/dates.ts"
import { sentence, svg } from "../../charts/svg.ts"
import { hoursMinutes } from "../../format.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteView } from "../../model/SiteView.ts"
import { weekdayOf } from "../../../metrics/days.ts"
import { shownActivities } from "./figures/filters.ts"

const week = 7
const day = 24

/** Seconds by weekday and hour, and the hours to draw: at least those from 5 to 22. */
const hoursOf = (view: SiteView) => {
  const seconds = Array.from({ length: week }, () => new Array<number>(day).fill(0))
  let [from, to] = [5, 22]
  for (const { day: at, minute, moving } of shownActivities(view)) {
    const hour = Math.floor(minute / 60)
    seconds[weekdayOf(at, view.site.weekStart)]![hour]! += moving
    if (moving > 0) [from, to] = [Math.min(from, hour), Math.max(to, hour)]
  }
  return { seconds, from, count: to - from + 1 }
}

const hourName = (hour: number): string => String(hour).padStart(2, "0")

const reading = (weekday: string, hour: number, seconds: number): Html =>
  markup`${weekday}, starts from ${hourName(hour)}:00: <b>${hoursMinutes(seconds)} h</b>`

export const hoursPanel: Panel = {
  id: "when",
  span: 4,
  title: () => "When you train",
  subtitle: () => "Moving time by weekday and hour of the start",
  draw: (view, width) => {
    const { count, from, seconds } = hoursOf(view)
    const most = Math.max(...seconds.flat())
    if (most === 0) return sentence("No activities yet.")
    const left = 34
    const step = (width - left) / count
    const row = width > 330 && width < 420 ? 40 : 30
    const height = week * row + 22
    const names = weekdayNames(view.site.weekStart)
    const x = (hour: number) => left + (hour - from + .5) * step
    const y = (weekday: number) => weekday * row + row / 2
    const hours = Array.from({ length: count }, (_, i) => from + i)
    const radius = (value: number) => Math.sqrt(value / most) * Math.min(step, row) / 2 * 1.3
    return {
      svg: svg(width, height, [
        ...names.map((name, weekday) => label(0, y(weekday) + 4, name)),
        ...seconds.flatMap((some, weekday) =>
          hours.map((hour) => {
            const value = some[hour]!
            return value > 0
              ? dot(x(hour), y(weekday), Math.max(1.6, radius(value)), "accent")
              : dot(x(hour), y(weekday), .9, "far")
          })
        ),
        ...hours.filter((hour) => hour % 4 === 0).map((hour) =>
          label(x(hour), height - 4, hourName(hour), { anchor: "middle" })
        ),
      ]),
      cursor: {
        label: "When you train, by weekday and hour",
        count: week * count,
        start: 0,
        down: count,
        near: (atX, atY) =>
          Math.max(0, Math.min(week - 1, Math.floor(atY / row))) * count +
          Math.max(0, Math.min(count - 1, Math.floor((atX - left) / step))),
        mark: (at) => frameOf(left + at % count * step, Math.floor(at / count) * row, step, row),
        read: (at) => {
          const [weekday, hour] = [Math.floor(at / count), from + at % count]
          return reading(names[weekday]!, hour, seconds[weekday]![hour]!)
        },
      },
    }
  },
  table: (view) => {
    const { count, from, seconds } = hoursOf(view)
    const hours = Array.from({ length: count }, (_, i) => from + i)
    const names = weekdayNames(view.site.weekStart)
    return seconds.flat().every((value) => value === 0) ? undefined : {
      head: ["Starts from, h", ...names],
      rows: hours.map((hour) => [
        `${hourName(hour)}:00`,
        ...names.map((_, weekday) => {
          const value = seconds[weekday]![hour]!
          return value === 0 ? "–" : hoursMinutes(value)
        }),
      ]),
    }
  },
}
