/** Bikes or shoes, one row each: name, use by month on a common time axis, distance and age. */
import { firstOfMonth, firstOfYear, months as monthNames, yearOf } from "../../../metrics/days.ts"
import { distanceIn, unitNames } from "../../../metrics/units.ts"
import { quantity } from "../../../output/kit/plurals.ts"
import { distanceText } from "../../charts/quantities.ts"
import { pixel, svg } from "../../charts/svg.ts"
import { decimal } from "../../format.ts"
import { type Html, markup, named } from "../../html.ts"
import type { Chart } from "../../model/Chart.ts"
import { addressOf, type SiteView } from "../../model/SiteView.ts"
import { ageText, countedMeters, type GearUse, monthNumber } from "./GearUse.ts"

/** Pixels of a row, and of the columns around its months; the style sheet has the same. */
const layouts = {
  wide: { row: 76, before: 228, after: 268, top: 22, base: 66, grid: 0 },
  narrow: { row: 124, before: 0, after: 0, top: 70, base: 114, grid: 66 },
} as const
const narrow = 640
const axis = 22

const firstOf = (month: number) => firstOfMonth(Math.floor(month / 12), month % 12)

const rowHtml = (use: GearUse, { site, units }: Pick<SiteView, "site" | "units">): Html => {
  const { activities, gear } = use
  // A model is often the name too, which need not be repeated.
  const facts = [
    gear.brand.endsWith(` ${gear.name}`) ? gear.brand.slice(0, -gear.name.length - 1) : gear.brand,
    gear.weight === undefined ? "" : `${decimal(gear.weight, 1)} kg`,
  ].filter((text) => text !== "")
  return markup`<li class="gr"><div class="gn"><h3><a href="${
    addressOf("activities", { gear: gear.id })
  }">${named(gear.name)}</a>${
    gear.retired && markup` <span class="tag">retired</span>`
  }</h3><small>${named(facts.join(" · ") || "–")}</small></div><div class="n">${
    decimal(distanceIn(units, countedMeters(use)))
  } <small>${unitNames[units].distance}</small></div><div class="ag"><small>${
    activities > 0 && markup`<span>${quantity(activities, "activity", "activities")}</span>`
  }<span>${ageText(use, site.asOf.day)}</span></small></div></li>`
}

export const gearChart = (
  view: Pick<SiteView, "site" | "units">,
  uses: ReadonlyArray<GearUse>,
  width: number,
): Chart => {
  const { site, units } = view
  const { after, base, before, grid, row, top } = width < narrow ? layouts.narrow : layouts.wide
  const left = site.activities.at(-1)?.day ?? site.asOf.day
  const [from, until] = [firstOf(monthNumber(left)), firstOf(monthNumber(site.asOf.day) + 1)]
  const count = monthNumber(site.asOf.day) - monthNumber(left) + 1
  const wide = width - before - after
  const x = (day: number) => (day - from) / (until - from) * wide
  const most = Math.max(
    1,
    ...uses.flatMap(({ months }) => [...months.values()].map((m) => m.meters)),
  )
  const years = Array.from(
    { length: yearOf(site.asOf.day) - yearOf(left) + 1 },
    (_, i) => yearOf(left) + i,
  ).map((year) => ({ year, x: Math.max(0, x(firstOfYear(year))) }))
  const height = uses.length * row + axis
  const bars = uses.map(({ gear, months, span }, i) =>
    markup`<g class="${gear.kind}${gear.retired ? " retired" : ""}">${
      span !== undefined &&
      markup`<path class="span" d="M${pixel(x(span.first))} ${i * row + base + .5}H${
        pixel(Math.max(x(span.first) + 1, x(span.last)))
      }"/>`
    }${
      Array.from(months, ([month, { meters }]) => {
        const at = x(firstOf(month))
        const tall = Math.max(1.5, meters / most * (base - top))
        return markup`<rect x="${pixel(at + .5)}" y="${pixel(i * row + base - tall)}" width="${
          pixel(Math.max(1, x(firstOf(month + 1)) - at - 1))
        }" height="${pixel(tall)}"/>`
      })
    }</g>`
  )
  const labels = years.map(({ x: at, year }, i) => {
    const room = (years[i + 1]?.x ?? wide) - at
    const lines = uses.map((_, j) => `M${pixel(at)} ${j * row + grid}V${(j + 1) * row}`)
    return markup`<path class="g" d="${lines.join("")}"/>${
      room > 34 && markup`<text class="s" x="${pixel(at)}" y="${height - 8}">${year}</text>`
    }`
  })
  const use = (step: number) => uses[Math.floor(step / count)]!
  const month = (step: number) => monthNumber(left) + step % count
  return {
    svg: markup`<ol class="gears">${
      uses.map((each) => rowHtml(each, view))
    }</ol><div class="gt" data-slider>${svg(wide, height, [...labels, ...bars])}</div>`,
    cursor: {
      label: "Use by month",
      count: uses.length * count,
      start: count - 1,
      down: count,
      near: (px, py) =>
        Math.max(0, Math.min(uses.length - 1, Math.floor(py / row))) * count +
        Math.max(0, Math.min(count - 1, Math.floor(px / wide * count))),
      mark: (step) => {
        const at = x(firstOf(month(step)))
        const y = Math.floor(step / count) * row
        return markup`<rect class="ring" x="${pixel(at - 1)}" y="${y + top - 4}" width="${
          pixel(x(firstOf(month(step) + 1)) - at + 2)
        }" height="${base - top + 8}" rx="2"/>`
      },
      read: (step) => {
        const { gear, months } = use(step)
        const found = months.get(month(step))
        return markup`${named(gear.name)}, ${monthNames[month(step) % 12]!} ${
          Math.floor(month(step) / 12)
        }: ${
          found === undefined
            ? "not used"
            : markup`<b>${distanceText(units, found.meters)}</b> · ${
              quantity(found.activities, "activity", "activities")
            }`
        }`
      },
      open: (step) => addressOf("activities", { gear: use(step).gear.id }),
    },
  }
}
