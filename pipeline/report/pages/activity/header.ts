/** Heading and key figures of an activity. */
import { clock, decimal } from "../../format.ts"
import { type Html, markup, named } from "../../html.ts"
import { shortDay, shortWeekday } from "../../charts/dates.ts"
import { cadenceUnit, distanceParts, ordinal, rateOf } from "../../charts/quantities.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import { activityAddress, addressOf, type SiteView } from "../../model/SiteView.ts"
import { shortDate } from "../../../metrics/days.ts"
import { sportName } from "../../../metrics/sports.ts"
import { heightIn, unitNames } from "../../../metrics/units.ts"
import { listOf } from "../activities/ActivityList.ts"
import { listQuery } from "../activities/filters.ts"
import { isByDate, orderFrom } from "../activities/order.ts"
import { timeOfDay } from "../activities/rows.ts"

/** Returns the activities before and after this one in the list that it was opened from. */
const neighbors = ({ query, site }: SiteView, activity: SiteActivity) => {
  const filters = new URLSearchParams(listQuery(query))
  const found = listOf(site, filters).activities
  const list = found.includes(activity) ? found : site.activities
  const at = list.indexOf(activity)
  const [before, after] = [list[at - 1], list[at + 1]]
  const order = orderFrom(filters)
  // By date, time passes from left to right, as in a calendar.
  return isByDate(order) && order.direction === "down"
    ? { left: after, right: before }
    : { left: before, right: after }
}

const neighborLink = (
  view: SiteView,
  neighbor: SiteActivity | undefined,
  side: "prev" | "next",
): Html | undefined => {
  if (neighbor === undefined) return undefined
  const date = shortDay(neighbor.day)
  return markup`<a rel="${side}" href="${
    activityAddress(view.site, neighbor, listQuery(view.query))
  }" title="${named(neighbor.name)}">${side === "prev" ? `← ${date}` : `${date} →`}</a>`
}

const breadcrumb = (view: SiteView, activity: SiteActivity): Html => {
  const { left, right } = neighbors(view, activity)
  const filters = listQuery(view.query)
  return markup`<nav class="crumb noprint" aria-label="Activities"><a href="${
    addressOf("activities", filters)
  }">${Object.keys(filters).length === 0 ? "All activities" : "Back to the list"}</a><span>${
    neighborLink(view, left, "prev")
  } ${neighborLink(view, right, "next")}</span></nav>`
}

/** Fewest activities of a sport for a rank among them. */
const fewest = 10

/**
 * Returns `3rd longest of 228`, with the year in a file of one year; undefined unless it is among the first
 * ten.
 */
const rankOf = (
  { site }: SiteView,
  activity: SiteActivity,
  of: (activity: SiteActivity) => number,
  word: string,
): string | undefined => {
  const same = site.activities.filter(({ sport }) => sport === activity.sport)
  const rank = 1 + same.filter((each) => of(each) > of(activity)).length
  if (same.length < fewest || rank > fewest || of(activity) <= 0) return undefined
  const year = site.part === undefined ? "" : ` in ${site.part.year}`
  return `${rank === 1 ? word : `${ordinal(rank)} ${word}`} of ${decimal(same.length)}${year}`
}

const figure = (name: string, value: string | undefined, unit?: string, note?: string) =>
  value !== undefined &&
  markup`<div><dt>${name}</dt><dd><div class="fig">${value}${
    unit !== undefined && markup`<small>${unit}</small>`
  }</div>${note !== undefined && markup`<div class="x">${note}</div>`}</dd></div>`

const whole = (value: number | undefined): string | undefined =>
  value === undefined || value <= 0 ? undefined : decimal(value)

const figures = (view: SiteView, activity: SiteActivity): Html => {
  const { units } = view
  const { beats, cadence, climb, elapsed, group, load, maxBeats, meters, moving, watts } = activity
  const rate = rateOf(group, units)
  const names = unitNames[units]
  return markup`<dl class="figs">${
    meters > 0 && figure(
      "Distance",
      ...distanceParts(units, meters, group),
      rankOf(view, activity, (each) => each.meters, "longest"),
    )
  }${
    figure(
      "Moving time",
      clock(moving),
      undefined,
      elapsed - moving > 30 ? `${clock(elapsed)} elapsed` : undefined,
    )
  }${
    meters > 0 && moving > 0 &&
    figure(rate.name, rate.format(meters / moving), rate.unit)
  }${
    figure(
      "Climb",
      whole(heightIn(units, climb)),
      names.height,
      // Lifts carry skiers up.
      group === "snow" ? undefined : rankOf(view, activity, (each) => each.climb, "most"),
    )
  }${
    figure(
      "Heart rate",
      whole(beats),
      "bpm",
      maxBeats === undefined ? undefined : `max ${decimal(maxBeats)}`,
    )
  }${figure("Power", whole(watts), "W")}${figure("Cadence", whole(cadence), cadenceUnit(group))}${
    figure("Load", whole(load), undefined, "relative effort")
  }</dl>`
}

const subline = ({ site }: SiteView, activity: SiteActivity): Html => {
  const gear = site.gear.find(({ id }) => id === activity.gear)
  return markup`<p class="sub"><i class="dot"></i>${sportName(activity.sport)} · ${
    shortWeekday(activity.day)
  } ${shortDate(activity.day)}, ${timeOfDay(activity.minute)}${
    gear !== undefined &&
    markup` · <a href="${addressOf("activities", { gear: gear.id })}">${named(gear.name)}</a>`
  }${activity.device !== undefined && ` · ${named(activity.device)}`}${
    activity.isPrivate && markup` · <span class="tag">only you</span>`
  }${activity.commute && markup` · <span class="tag">commute</span>`}</p>`
}

/** Returns everything above the panels of an activity. */
export const activityHeader = (view: SiteView, activity: SiteActivity): Html =>
  markup`<div class="act ${activity.group}">${
    breadcrumb(view, activity)
  }<div class="acth"><div><h1>${named(activity.name)}</h1>${
    subline(view, activity)
  }</div><a class="btn noprint" href="https://www.strava.com/activities/${activity.id}" rel="noreferrer noopener" target="_blank">View on Strava ↗</a></div>${
    figures(view, activity)
  }</div>`
