/** Distance of each month of a year, against the year before; time if there is no distance. */
import { firstOfMonth, isoOf, monthOf, months } from "../../../metrics/days.ts"
import { distanceIn, unitNames, type Units } from "../../../metrics/units.ts"
import { distanceText } from "../../charts/quantities.ts"
import { pixel, sentence, svg } from "../../charts/svg.ts"
import { decimal, hoursMinutes } from "../../format.ts"
import { markup } from "../../html.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import { addressOf, type SiteView } from "../../model/SiteView.ts"
import { monthsHeight } from "./sheet.ts"
import { chosenYear, sportsOfYear, sumOf, yearFacts } from "./YearFacts.ts"

interface MonthFigures {
  readonly quantity: "meters" | "moving"
  readonly now: ReadonlyArray<number>
  readonly before: ReadonlyArray<number>
}

const byMonth = (activities: ReadonlyArray<SiteActivity>, quantity: "meters" | "moving") =>
  months.map((_, month) => sumOf(activities.filter(({ day }) => monthOf(day) === month), quantity))

export const monthFigures = (
  activities: ReadonlyArray<SiteActivity>,
  before: ReadonlyArray<SiteActivity>,
): MonthFigures => {
  const quantity = sumOf(activities, "meters") > 0 ? "meters" : "moving"
  return { quantity, now: byMonth(activities, quantity), before: byMonth(before, quantity) }
}

const text = (units: Units, quantity: MonthFigures["quantity"], value: number): string =>
  value === 0
    ? "–"
    : quantity === "meters"
    ? distanceText(units, value)
    : `${hoursMinutes(value)} h`

const figuresOf = ({ part, site }: Pick<SiteView, "part" | "site">) => {
  const facts = yearFacts(site, chosenYear(site, part))
  return { ...facts, ...monthFigures(facts.activities, facts.before) }
}

/** Pixels under the bars for the initials of months, and above them for a number. */
const [foot, top] = [18, 16]

export const monthsPanel: Panel = {
  id: "months",
  span: 6,
  title: () => "Month by month",
  subtitle: (view) => {
    const { before, quantity, year } = figuresOf(view)
    const unit = quantity === "meters" ? unitNames[view.units].distance : "hours"
    return before.some((value) => value > 0) ? `${unit}; line: ${year - 1}` : unit
  },
  draw: (view, width) => {
    const { activities, before, now, quantity, year } = figuresOf(view)
    const most = Math.max(...now, ...before)
    if (most === 0) return sentence("No distance or time in this year.")
    const height = monthsHeight(sportsOfYear(activities).length)
    const step = width / 12
    const tall = (value: number) => value / most * (height - foot - top)
    const y = (value: number) => height - foot - tall(value)
    const best = now.indexOf(Math.max(...now))
    return {
      svg: svg(
        width,
        height,
        markup`${
          months.map((name, i) =>
            markup`<rect class="month" x="${pixel(i * step + 2)}" y="${pixel(y(now[i]!))}" width="${
              pixel(step - 4)
            }" height="${pixel(tall(now[i]!))}"/>${
              before[i]! > 0 &&
              markup`<path class="last" d="M${pixel(i * step)} ${pixel(y(before[i]!))}h${
                pixel(step)
              }"/>`
            }<text class="s" x="${pixel((i + .5) * step)}" y="${height - 4}" text-anchor="middle">${
              name[0]
            }</text>`
          )
        }${
          now[best]! > 0 &&
          markup`<text class="s" x="${pixel((best + .5) * step)}" y="${
            pixel(y(now[best]!) - 5)
          }" text-anchor="middle">${
            quantity === "meters"
              ? decimal(distanceIn(view.units, now[best]!))
              : hoursMinutes(now[best]!)
          }</text>`
        }`,
      ),
      cursor: {
        label: "Months of the year",
        count: 12,
        start: best,
        near: (x) => Math.max(0, Math.min(11, Math.floor(x / step))),
        mark: (month) =>
          markup`<rect class="ring" x="${pixel(month * step + 1)}" y="${top - 4}" width="${
            pixel(step - 2)
          }" height="${height - foot - top + 4}" rx="3"/>`,
        read: (month) =>
          markup`${months[month]!}: <b>${text(view.units, quantity, now[month]!)}</b>${
            before[month]! > 0 && ` · ${year - 1}: ${text(view.units, quantity, before[month]!)}`
          }`,
        open: (month) =>
          addressOf("activities", {
            from: isoOf(firstOfMonth(year, month)),
            to: isoOf(firstOfMonth(year, month + 1) - 1),
          }),
      },
    }
  },
  table: (view) => {
    const { activities, before, now, quantity, year } = figuresOf(view)
    if (activities.length === 0) return undefined
    return {
      head: ["Month", String(year), String(year - 1)],
      rows: months.map((name, i) => [
        name,
        text(view.units, quantity, now[i]!),
        text(view.units, quantity, before[i]!),
      ]),
    }
  },
}
