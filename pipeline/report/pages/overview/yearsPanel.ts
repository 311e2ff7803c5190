/** Cumulated distance of each year. */
import { empty, markup } from "../../html.ts"
import type { Panel } from "../../model/Panel.ts"
import type { Site } from "../../model/Site.ts"
import { line, nearestIn, pixel, sentence, svg } from "../../charts/svg.ts"
import { firstOfYear, yearOf } from "../../../metrics/days.ts"
import { distanceIn, unitNames, type Units } from "../../../metrics/units.ts"
import { decimal } from "../../format.ts"

const height = 330

/** Meters on each day of a year, cumulated. */
const cumulated = ({ activities, asOf }: Site, year: number): ReadonlyArray<number> => {
  const first = firstOfYear(year)
  const days = new Array<number>(366).fill(0)
  for (const { day, meters } of activities) {
    if (yearOf(day) === year) days[day - first]! += meters
  }
  let sum = 0
  return days.slice(0, year === yearOf(asOf.day) ? asOf.day - first + 1 : 366).map((each) =>
    sum += each
  )
}

const yearsOf = ({ activities }: Site) => [...new Set(activities.map(({ day }) => yearOf(day)))]

const format = (units: Units, meters: number) =>
  `${decimal(distanceIn(units, meters))} ${unitNames[units].distance}`

export const yearsPanel: Panel = {
  id: "years",
  span: 8,
  title: () => "Years side by side",
  subtitle: ({ units }) => `Distance since 1 January, in ${unitNames[units].distance}`,
  draw: ({ site, units }, width) => {
    const years = yearsOf(site)
    const sums = years.map((year) => cumulated(site, year))
    const most = Math.max(0, ...sums.flat())
    if (most === 0) return sentence("No distance yet: these activities have none.")
    const x = (day: number) => day / 365 * (width - 58)
    const y = (meters: number) => height - 24 - meters / most * (height - 36)
    const days = Array.from({ length: 366 }, (_, day) => x(day))
    return {
      svg: svg(
        width,
        height,
        sums.map((all, i) =>
          markup`<path class="${i === 0 ? "year now" : "year"}" d="${
            line(all.map((meters, day) => [x(day), y(meters)]))
          }"/>`
        ),
      ),
      cursor: {
        label: "Years side by side, a day of the year",
        count: 366,
        start: (sums[0]?.length ?? 1) - 1,
        near: (at) => nearestIn(days, at),
        mark: (day) => markup`<path class="cur" d="M${pixel(x(day))} 12V${height - 24}"/>`,
        read: (day) =>
          markup`${
            years.map((year, i) =>
              sums[i]![day] === undefined
                ? empty
                : markup`<b>${year}</b> ${format(units, sums[i]![day]!)} `
            )
          }`,
      },
    }
  },
  table: ({ site, units }) => ({
    head: ["Year", unitNames[units].distance],
    rows: yearsOf(site).map((year) => [
      String(year),
      decimal(distanceIn(units, cumulated(site, year).at(-1) ?? 0)),
    ]),
  }),
}
