/** The search field, the filters and the totals above the list of activities. */
import { decimal, hoursMinutes } from "../../format.ts"
import { Html, markup, named } from "../../html.ts"
import { addressOf, type SiteView, withFilters } from "../../model/SiteView.ts"
import { dayOf, shortDate, yearOf } from "../../../metrics/days.ts"
import { groupNames, sportGroups, sportName } from "../../../metrics/sports.ts"
import { distanceIn, heightIn, unitNames } from "../../../metrics/units.ts"
import { nounFor } from "../../../output/kit/plurals.ts"
import type { ActivityList } from "./ActivityList.ts"
import { type ListOrder, sortColumns } from "./order.ts"

type Choice = readonly [value: string, title: string]

const counted = (keys: ReadonlyArray<string | undefined>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const key of keys) if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

const options = (choices: ReadonlyArray<Choice>, chosen: string): Html =>
  markup`${
    choices.map(([value, title]) =>
      markup`<option value="${value}"${value === chosen && new Html(" selected")}>${title}</option>`
    )
  }`

/** Returns a field that `client/activityList.ts` writes to the address as the filter `name`. */
const field = (name: string, label: string, content: Html, names = ""): Html =>
  markup`<label class="${names}"><span class="sr">${label}</span><select id="list-${name}" data-set="${name}">${content}</select></label>`

const sportField = ({ query, site }: SiteView): Html => {
  const sports = counted(site.activities.map(({ sport }) => sport))
  const groups = counted(site.activities.map(({ group }) => group))
  const group = query.get("group") ?? ""
  const sport = query.get("sport") ?? ""
  return field(
    "sport",
    "Sport",
    markup`<option value="">All sports</option><optgroup label="Groups">${
      options(
        sportGroups.flatMap((each) =>
          groups.has(each)
            ? [[`group:${each}`, `${groupNames[each]} (${decimal(groups.get(each)!)})`] as const]
            : []
        ),
        `group:${group}`,
      )
    }</optgroup><optgroup label="Sports">${
      options(
        [...sports].sort(([, a], [, b]) => b - a).map(([each, count]) => [
          `sport:${each}`,
          `${sportName(each)} (${decimal(count)})`,
        ]),
        `sport:${sport}`,
      )
    }</optgroup>`,
  )
}

const yearField = ({ query, site }: SiteView): Html => {
  const years = [...new Set(site.activities.map(({ day }) => yearOf(day)))].sort((a, b) => b - a)
  return field(
    "year",
    "Year",
    markup`<option value="">All years</option>${
      options(years.map((year) => [String(year), String(year)]), query.get("year") ?? "")
    }`,
  )
}

const gearField = ({ query, site }: SiteView): Html | undefined => {
  const used = counted(site.activities.map(({ gear }) => gear))
  const gear = site.gear.filter(({ id }) => used.has(id))
  if (gear.length === 0) return undefined
  return field(
    "gear",
    "Gear",
    markup`<option value="">All gear</option>${
      options(
        gear.map(({ id, name }) => [id, `${named(name)} (${decimal(used.get(id)!)})`]),
        query.get("gear") ?? "",
      )
    }`,
  )
}

/** The order, for phones, which have no headings. */
const sortField = ({ column, direction }: ListOrder): Html =>
  field(
    "sort",
    "Sort by",
    options(
      sortColumns.flatMap(({ key, title }) => [
        [`${key}:down`, `${title} ↓`] as const,
        [`${key}:up`, `${title} ↑`] as const,
      ]),
      `${column.key}:${direction}`,
    ),
    "only",
  )

const dateField = (name: "from" | "to", label: string, { query }: SiteView): Html =>
  markup`<label>${label} <input type="date" id="list-${name}" data-set="${name}" value="${
    query.get(name) ?? ""
  }"></label>`

/** Returns the fields above the list. */
export const toolbar = (view: SiteView, { order }: ActivityList): Html => {
  const { query, site } = view
  const hasDates = dayOf(query.get("from")) !== undefined || dayOf(query.get("to")) !== undefined
  return markup`<search class="find"><label class="field"><span class="sr">Search names, sports, gear, devices and dates</span><svg width="15" height="15" viewBox="0 0 15 15" aria-hidden="true"><circle cx="6.3" cy="6.3" r="4.6"/><path d="m10 10 4 4"/></svg><input id="list-q" data-set="q" type="search" placeholder="Search ${
    decimal(site.activities.length)
  } activities" autocomplete="off" spellcheck="false" value="${
    query.get("q") ?? ""
  }"><kbd class="hide" aria-hidden="true">/</kbd></label>${sportField(view)}${yearField(view)}${
    gearField(view)
  }${sortField(order)}<details class="dates"${
    hasDates && new Html(" open")
  }><summary>Dates</summary><div>${dateField("from", "From", view)}${
    dateField("to", "to", view)
  }</div></details></search>`
}

const periodOf = (query: URLSearchParams): string | undefined => {
  const [from, to] = [dayOf(query.get("from")), dayOf(query.get("to"))]
  if (from !== undefined && from === to) return `on ${shortDate(from)}`
  if (from !== undefined && to !== undefined) return `${shortDate(from)} to ${shortDate(to)}`
  if (from !== undefined) return `since ${shortDate(from)}`
  return to === undefined ? undefined : `until ${shortDate(to)}`
}

const chipsOf = ({ query, site }: SiteView): ReadonlyArray<Html> => {
  const gear = site.gear.find(({ id }) => id === query.get("gear"))?.name
  const group = sportGroups.find((each) => each === query.get("group"))
  const filters: ReadonlyArray<readonly [string | undefined, ReadonlyArray<string>]> = [
    [periodOf(query), ["from", "to"]],
    [group && groupNames[group], ["group"]],
    [gear === undefined ? undefined : named(gear), ["gear"]],
  ]
  return filters.flatMap(([text, names]) =>
    text === undefined ? [] : [
      markup`<a class="tag" data-filter href="${
        withFilters("activities", query, Object.fromEntries(names.map((name) => [name, undefined])))
      }" aria-label="Remove the filter ${text}">${text} ×</a>`,
    ]
  )
}

/** Returns the totals of the list, with the filters that can be removed. */
export const listSummary = (view: SiteView, { totals }: ActivityList): Html => {
  const { units } = view
  const { distance, height } = unitNames[units]
  return markup`<span><b>${decimal(totals.count)}</b> ${
    nounFor(totals.count, "activity", "activities")
  }</span><span><b>${decimal(distanceIn(units, totals.meters))}</b> ${distance}</span><span><b>${
    hoursMinutes(totals.moving)
  }</b> h</span><span><b>${decimal(heightIn(units, totals.climb))}</b> ${height} climb</span>${
    chipsOf(view)
  }`
}

/** Returns the row of a list without activities. */
export const noMatch = ({ site }: SiteView): Html =>
  markup`<tr role="row"><td role="cell" colspan="9"><p class="empty">${
    site.activities.length === 0
      ? site.ledger.none ?? "No activity yet."
      : markup`No activity matches. <a data-filter href="${addressOf("activities")}">Show all ${
        decimal(site.activities.length)
      }</a>`
  }</p></td></tr>`
