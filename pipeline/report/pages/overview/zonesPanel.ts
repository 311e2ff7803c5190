/** Shares of the time in each heart rate zone, by year. */
import { type Html, markup } from "../../html.ts"
import { bar, legend, stretched } from "../../charts/axes.ts"
import { sentence } from "../../charts/svg.ts"
import { decimal } from "../../format.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteView } from "../../model/SiteView.ts"
import { commandsHtml } from "../hint.ts"
import { yearOf } from "../../../metrics/days.ts"
import { shownActivities, yearsWith } from "./figures/filters.ts"

/** Strava has five zones; more share the last color. */
const colors = 5
const width = 300

interface YearZones {
  readonly year: number
  readonly seconds: ReadonlyArray<number>
  readonly total: number
}

/** Returns the years with at least a minute of heart rate in zones, newest first. */
const yearZones = (view: SiteView): ReadonlyArray<YearZones> => {
  const activities = shownActivities(view)
  return yearsWith(activities).map((year) => {
    const seconds: Array<number> = []
    for (const { day, zoneSeconds } of activities) {
      if (yearOf(day) !== year) continue
      for (const [zone, each] of zoneSeconds.entries()) seconds[zone] = (seconds[zone] ?? 0) + each
    }
    return { year, seconds, total: seconds.reduce((sum, each) => sum + each, 0) }
  }).filter(({ total }) => total >= 60)
}

const colorOf = (zone: number): string => `z${Math.min(colors, zone + 1)}`

const zoneName = (zone: number): string => `Z${zone + 1}`

const percent = (part: number, total: number): string => `${decimal(part / total * 100)} %`

/** Returns a bar of all zones; a pixel separates two of them. */
const shares = ({ seconds, total }: YearZones): Html => {
  let x = 0
  return markup`${
    seconds.map((each, zone) => {
      const part = each / total * width
      const drawn = bar(x, 0, Math.max(0, part - 1), 18, colorOf(zone))
      x += part
      return drawn
    })
  }`
}

const row = (year: YearZones): Html =>
  markup`<tr><th scope="row">${year.year}</th><td class="wz">${
    stretched(width, 18, shares(year))
  }<span class="sr">${
    year.seconds.map((each, zone) => `${zoneName(zone)} ${percent(each, year.total)}`).join(", ")
  }</span></td><td class="r">${decimal(year.total / 3_600)} h</td></tr>`

export const zonesPanel: Panel = {
  id: "zon",
  span: 4,
  title: () => "Heart-rate zones",
  subtitle: (view) => yearZones(view).length === 0 ? "" : "Share of the recorded time in each zone",
  draw: (view) => {
    const years = yearZones(view)
    if (years.length === 0) {
      const { activities, ledger, zones } = view.site
      return sentence(
        activities.some(({ beats }) => beats !== undefined) && zones.length === 0
          ? markup`Your heart-rate zones are unknown: ${ledger.zones?.reason}. To change that: ${
            commandsHtml(view.site, ledger.zones?.commands ?? [])
          }`
          : "No heart rate was recorded.",
      )
    }
    return markup`${
      legend((years[0]?.seconds ?? []).map((_, zone) => [colorOf(zone), zoneName(zone)]))
    }<table class="sbar zy"><caption class="sr">Heart-rate zones by year</caption><tbody>${
      years.map(row)
    }</tbody></table>`
  },
  table: (view) => {
    const years = yearZones(view)
    const { zones } = view.site
    return years.length === 0 ? undefined : {
      head: [
        "Year",
        ...years[0]!.seconds.map((_, zone) =>
          zones[zone] === undefined ? zoneName(zone) : `${zoneName(zone)}, from ${zones[zone]} bpm`
        ),
        "Hours",
      ],
      rows: years.map(({ seconds, total, year }) => [
        String(year),
        ...seconds.map((each) => percent(each, total)),
        decimal(total / 3_600),
      ]),
    }
  },
}
