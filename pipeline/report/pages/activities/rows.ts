/** Rows of the list of activities, and its headings. */
import { clock, decimal, hoursMinutes } from "../../format.ts"
import { Html, markup, named } from "../../html.ts"
import { shortDay, shortWeekday } from "../../charts/dates.ts"
import { glyphPath } from "../../charts/glyph.ts"
import { distanceParts, distanceText, heightText, rateOf } from "../../charts/quantities.ts"
import { pixel, svg } from "../../charts/svg.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import type { Tracks } from "../../model/Site.ts"
import { activityAddress, type SiteView, withFilters } from "../../model/SiteView.ts"
import { monthOf, months, shortDate, yearOf } from "../../../metrics/days.ts"
import { sportName } from "../../../metrics/sports.ts"
import { quantity } from "../../../output/kit/plurals.ts"
import { type ActivityList, longestByGroup, monthKey } from "./ActivityList.ts"
import { listQuery } from "./filters.ts"
import { isByDate, sortColumns } from "./order.ts"

/** Number of rows that are added at a time. */
export const blockOfRows = 80

const none = markup`<span class="mut">–</span>`

const barWidth = 60

const two = (n: number) => String(n).padStart(2, "0")

/** `06:20` */
export const timeOfDay = (minute: number): string =>
  `${two(Math.floor(minute / 60))}:${two(minute % 60)}`

/** Returns the track as a small picture; empty without one. */
export const trackGlyph = (tracks: Tracks, id: string): Html | undefined => {
  const path = glyphPath(tracks.get(id) ?? [], 44, 34)
  return path === "" ? undefined : svg(44, 34, markup`<path d="${path}"/>`)
}

/** Returns the attributes of a cell. The roles keep the table one for assistive technology on phones, where its rows are grids. */
const cell = (names: string, role = "cell") => new Html(` role="${role}" class="${names}"`)

const distanceCell = (activity: SiteActivity, view: SiteView): Html => {
  const { group, meters, moving } = activity
  const share = meters / Math.max(1, longestByGroup(view.site).get(group) ?? 1) * barWidth
  return markup`<td${cell("r di")}>${
    meters > 0
      ? markup`${
        distanceParts(view.units, meters, group).join(" ")
      }<svg class="db" viewBox="0 0 ${barWidth} 3" width="${barWidth}" height="3" aria-hidden="true"><rect x="${
        pixel(barWidth - share)
      }" width="${pixel(share)}" height="3" rx="1.5"/></svg>`
      : markup`<span class="mut hide">–</span>`
  }<small class="only">${clock(moving)}</small></td>`
}

const rowOf = (activity: SiteActivity, view: SiteView, date: string, query: Filters): Html => {
  const { beats, climb, gear, group, id, load, meters, minute, moving, sport } = activity
  const rate = rateOf(group, view.units)
  const gearName = view.site.gear.find((each) => each.id === gear)?.name
  return markup`<tr role="row" data-id="${id}" class="${group}"><td${cell("dt")}>${date}</td><td${
    cell("gl")
  }>${trackGlyph(view.tracks, id)}</td><td${cell("nm")}><a href="${
    activityAddress(view.site, activity, query)
  }">${
    named(activity.name)
  }</a><small><span class="only">${date} · </span><i class="dot hide"></i>${
    sportName(sport)
  }<span class="hide"> · ${timeOfDay(minute)}${
    gearName !== undefined && ` · ${named(gearName)}`
  }</span></small></td>${distanceCell(activity, view)}<td${cell("r hide")}>${
    moving > 0 ? clock(moving) : none
  }</td><td${cell("r hide")}>${
    meters > 0 && moving > 0
      ? markup`${rate.format(meters / moving)} <small>${rate.unit}</small>`
      : none
  }</td><td${cell("r wide")}>${climb > 0 ? heightText(view.units, climb) : none}</td><td${
    cell("r wide")
  }>${beats === undefined ? none : decimal(beats)}</td><td${cell("r wide")}>${
    load === undefined ? none : decimal(load)
  }</td></tr>`
}

type Filters = Readonly<Record<string, string>>

const monthRow = (
  { months: totals }: ActivityList,
  activity: SiteActivity,
  view: SiteView,
): Html => {
  const total = totals.get(monthKey(activity))
  return markup`<tr role="row" class="mon"><th role="rowheader" colspan="9">${
    months[monthOf(activity.day)]
  } ${yearOf(activity.day)}${
    total !== undefined &&
    markup`<span>${quantity(total.count, "activity", "activities")} · ${
      distanceText(view.units, total.meters)
    } · ${hoursMinutes(total.moving)} h</span>`
  }</th></tr>`
}

/** Returns the rows from index `from` on, at most `blockOfRows` of them, with the headings of months. */
export const rowsOf = (view: SiteView, list: ActivityList, from: number): Html => {
  const byDate = isByDate(list.order)
  const query = listQuery(view.query)
  const rows = list.activities.slice(from, from + blockOfRows).map((activity, i) => {
    const before = list.activities[from + i - 1]
    const begins = byDate &&
      (before === undefined || monthKey(before) !== monthKey(activity))
    const date = `${shortWeekday(activity.day)} ${
      byDate ? shortDay(activity.day) : shortDate(activity.day)
    }`
    return markup`${begins && monthRow(list, activity, view)}${rowOf(activity, view, date, query)}`
  })
  return markup`${rows}`
}

const arrows = { up: " ↑", down: " ↓" } as const

const sortAria = { up: "ascending", down: "descending" } as const

/** Returns the headings, each a link that sorts; a second click turns the order around. */
export const headings = ({ query }: SiteView, { order }: ActivityList): Html =>
  markup`<tr role="row">${
    sortColumns.map(({ first, key, room, title }) => {
      const current = order.column.key === key
      const next = current ? order.direction === "up" ? "down" : "up" : first
      const names = `${key === "date" || key === "name" ? "" : "r"}${
        room === "wide" ? " wide" : room === "medium" ? " hide" : ""
      }`
      return markup`${
        key === "name" &&
        markup`<th role="columnheader" scope="col"><span class="sr">Route</span></th>`
      }<th scope="col"${cell(names.trim(), "columnheader")}${
        current && new Html(` aria-sort="${sortAria[order.direction]}"`)
      }><a id="sort-${key}" data-filter href="${
        withFilters("activities", query, {
          sort: key === "date" ? undefined : key,
          dir: next === first ? undefined : next,
        })
      }">${title}${
        current && markup`<span aria-hidden="true">${arrows[order.direction]}</span>`
      }</a></th>`
    })
  }</tr>`
