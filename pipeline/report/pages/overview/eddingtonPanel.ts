/** Eddington number: the largest E for which E days have at least E kilometers or miles each. */
import { type Html, markup } from "../../html.ts"
import { cursorLine, dot, gridLine, label } from "../../charts/axes.ts"
import { pixel, sentence, svg } from "../../charts/svg.ts"
import { decimal, ticks } from "../../format.ts"
import type { Chart } from "../../model/Chart.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteView } from "../../model/SiteView.ts"
import { distanceIn, unitNames } from "../../../metrics/units.ts"
import { groupNames } from "../../../metrics/sports.ts"
import { nounFor } from "../../../output/kit/plurals.ts"
import { chosenGroup, shownActivities } from "./figures/filters.ts"

interface EddingtonDays {
  /** `ride`, or `any sport`. */
  readonly sport: string
  readonly number: number
  /** Number of days with any distance. */
  readonly days: number
  /** Number of days with at least n units, by n. */
  readonly counts: ReadonlyArray<number>
}

/** Returns the days of the chosen sport; of all sports, those of rides, otherwise of runs. */
const eddingtonDays = (view: SiteView): EddingtonDays => {
  const chosen = chosenGroup(view)
  const activities = shownActivities(view).filter(({ meters }) => meters > 0)
  const group = chosen ??
    (["ride", "run"] as const).find((each) => activities.some(({ group }) => group === each))
  const sums = new Map<number, number>()
  for (const activity of activities) {
    if (group !== undefined && activity.group !== group) continue
    const before = sums.get(activity.day) ?? 0
    sums.set(activity.day, before + distanceIn(view.units, activity.meters))
  }
  const days = [...sums.values()]
  const longest = days.reduce((a, b) => Math.max(a, b), 0)
  const counts = new Array<number>(Math.floor(longest) + 1).fill(0)
  for (const day of days) counts[Math.floor(day)]!++
  for (let n = counts.length - 2; n >= 0; n--) counts[n]! += counts[n + 1]!
  let number = 0
  while ((counts[number + 1] ?? 0) >= number + 1) number++
  return {
    sport: group === undefined ? "any sport" : groupNames[group].toLowerCase(),
    number,
    days: days.length,
    counts,
  }
}

/** Days that a chart needs. */
const leastDays = 5

const chart = (view: SiteView, width: number, found: EddingtonDays): Chart => {
  const unit = unitNames[view.units].distance
  const { counts, days, number } = found
  const [height, top, bottom, right] = [300, 24, 40, 8]
  const longest = Math.max(counts.length, number + 4)
  const most = Math.min(days, Math.max(3 * number, 12))
  const x = (n: number) => n / longest * (width - right)
  const y = (count: number) =>
    height - bottom - Math.min(count, most) / most * (height - top - bottom)
  const countOf = (n: number) => counts[n] ?? 0
  let path = `M0 ${pixel(y(countOf(1)))}`
  for (let n = 1; n <= longest; n++) {
    // One line for equal counts: a longest day far from the others would add a line per kilometer.
    if (n < longest && countOf(n) === countOf(n + 1)) continue
    path += `V${pixel(y(countOf(n)))}H${pixel(x(n))}`
  }
  const diagonal = Math.min(longest, most)
  const [endX, endY] = [x(diagonal), y(diagonal)]
  const isRight = x(number) > width / 2
  const room = endY < y(number) - 44
  return {
    svg: svg(width, height, [
      ...ticks(0, most, 4).filter(Number.isInteger).flatMap((count) => [
        gridLine(y(count), 0, width - right),
        ...count > 0 ? [label(width - right, y(count) - 4, decimal(count), { anchor: "end" })] : [],
      ]),
      ...ticks(0, longest, 5).filter((n) => n > 0 && x(n) < width - 12).map((n) =>
        label(x(n), height - bottom + 15, decimal(n), { anchor: "middle" })
      ),
      markup`<path d="${path}V${height - bottom}H0Z" fill="var(--idle)"/>`,
      markup`<path class="line" d="${path}" stroke="var(--ink)" stroke-width="1.5"/>`,
      markup`<path class="diagonal" d="M0 ${pixel(y(0))}L${pixel(endX)} ${pixel(endY)}"/>`,
      markup`<path class="line" d="M0 ${pixel(y(number))}H${pixel(x(number))}V${
        height - bottom
      }" stroke="var(--accent)" stroke-width="1.5"/>`,
      dot(x(number), y(number), 5, "accent"),
      label(x(number) + (isRight ? -9 : 9), y(number) - 7, `${number} days of ${number} ${unit}`, {
        class: "now halo",
        ...isRight ? { anchor: "end" as const } : {},
      }),
      label(width - right, height - 7, `${unit} or more in a day →`, { anchor: "end" }),
      label(0, 10, `↑ days${days > most ? `, ${decimal(days)} in all` : ""}`),
      ...room
        ? [label(endX - 10, endY + (endY < 50 ? 16 : -8), `as many days as ${unit}`, {
          class: "s halo",
          anchor: "end",
        })]
        : [],
    ]),
    cursor: {
      label: `Days by their ${unit}`,
      count: longest,
      start: number - 1,
      near: (at) => Math.round(at / (width - right) * longest) - 1,
      mark: (at) =>
        markup`${cursorLine(x(at + 1), top, height - bottom)}${
          dot(x(at + 1), y(countOf(at + 1)), 4, "ink")
        }`,
      read: (at) => reading(at + 1, found, unit),
    },
  }
}

const reading = (n: number, { counts, number }: EddingtonDays, unit: string): Html => {
  const days = counts[n] ?? 0
  return markup`<b>${decimal(days)}</b> ${nounFor(days, "day")} of at least <b>${n} ${unit}</b>${
    n > number && `; ${n - days} more for an Eddington number of ${n}`
  }`
}

export const eddingtonPanel: Panel = {
  id: "edd",
  span: 5,
  title: (view) => {
    const { number } = eddingtonDays(view)
    return number > 0 ? `Eddington number ${number}` : "Eddington number"
  },
  subtitle: (view) => {
    const { counts, number, sport } = eddingtonDays(view)
    const unit = unitNames[view.units].distance
    const next = number + 1
    const missing = next - (counts[next] ?? 0)
    return number === 0
      ? ""
      : markup`On <b>${counts[number]}</b> ${
        nounFor(counts[number] ?? 0, "day")
      } at least <b>${number} ${unit}</b> by ${sport}; ${missing} more ${
        nounFor(missing, "day")
      } of ${next} ${unit} for ${next}`
  },
  draw: (view, width) => {
    const found = eddingtonDays(view)
    return found.days >= leastDays && found.number > 0 ? chart(view, width, found) : sentence(
      found.number > 0
        ? `A chart needs ${leastDays} days.`
        : `No day of a whole ${view.units === "metric" ? "kilometer" : "mile"} yet.`,
    )
  },
  table: (view) => {
    const { counts, days, number } = eddingtonDays(view)
    const unit = unitNames[view.units].distance
    return number === 0 || days < leastDays ? undefined : {
      head: [`At least, ${unit}`, "Days", "More days for this number"],
      rows: counts.slice(1).map((count, i) => [
        String(i + 1),
        decimal(count),
        i + 1 > number ? decimal(i + 1 - count) : "–",
      ]),
    }
  },
}
