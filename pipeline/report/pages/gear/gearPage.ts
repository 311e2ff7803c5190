/** The athlete's bikes and shoes: distance, use, age. */
import { shortDate } from "../../../metrics/days.ts"
import { distanceIn, unitNames } from "../../../metrics/units.ts"
import { quantity } from "../../../output/kit/plurals.ts"
import { sentence } from "../../charts/svg.ts"
import { decimal } from "../../format.ts"
import { type Html, markup, named } from "../../html.ts"
import type { Page, Panel } from "../../model/Panel.ts"
import type { Site, SiteGear } from "../../model/Site.ts"
import { addressOf } from "../../model/SiteView.ts"
import { commandHtml } from "../hint.ts"
import { gearChart } from "./gearChart.ts"
import { ageText, countedMeters, gearUses, withoutGear } from "./GearUse.ts"

/** Returns the sentence about the source of the distances. */
export const distanceSource = ({ gear }: Pick<Site, "gear">): string => {
  const counted = gear.filter(({ meters }) => meters !== undefined).length
  return counted === gear.length
    ? "Distance by Strava’s count; use by month from your activities"
    : counted === 0
    ? "Distance and use of your activities; Strava’s own count is not stored"
    : "Distance by Strava’s count, or of your activities if that is not stored"
}

/** Returns the reason why there is no gear, and the command that changes it. */
export const noGear = (site: Site): Html | string =>
  site.ledger.none !== undefined
    ? site.ledger.none
    : site.onlyExport
    ? "Your export names no bike and no shoes."
    : !site.ledger.asksGear
    ? markup`Gear is off. To fetch it: ${commandHtml(site, "pipeline --with gear")}`
    : "No activity names a bike or shoes. Add them to activities at Strava; the next run fetches them."

const gearPanel = (kind: SiteGear["kind"], id: string, title: string): Panel => ({
  id,
  span: 12,
  title: () => title,
  subtitle: ({ units }) => `${unitNames[units].distance} by month, on a common scale and time axis`,
  draw: (view, width) => gearChart(view, gearUses(view.site, kind), width),
  table: ({ site, units }) => ({
    head: [
      title,
      "Brand",
      "Activities",
      unitNames[units].distance,
      "First used",
      "Last used",
      "Age",
      "Weight",
      "State",
    ],
    rows: gearUses(site, kind).map((use) => [
      markup`<a href="${addressOf("activities", { gear: use.gear.id })}">${
        named(use.gear.name)
      }</a>`,
      named(use.gear.brand || "–"),
      decimal(use.activities),
      decimal(distanceIn(units, countedMeters(use))),
      use.span === undefined ? "–" : shortDate(use.span.first),
      use.span === undefined ? "–" : shortDate(use.span.last),
      ageText(use, site.asOf.day),
      use.gear.weight === undefined ? "–" : `${decimal(use.gear.weight, 1)} kg`,
      use.gear.retired ? "retired" : "in use",
    ]),
  }),
})

const shoes = gearPanel("shoes", "shoes", "Shoes")
const bikes = gearPanel("bike", "bikes", "Bikes")

/** Returns a sentence about the activities that name no gear. */
export const withoutGearText = (site: Pick<Site, "activities">): string => {
  const count = withoutGear(site)
  return count === 0
    ? "Every activity names its gear."
    : `${quantity(count, "activity names", "activities name")} no gear.`
}

export const gearPage: Page = {
  name: "gear",
  title: () => "Gear",
  head: ({ site }) =>
    markup`<div class="hero"><div><h1>Gear</h1>${
      site.gear.length === 0
        ? sentence(noGear(site))
        : markup`<p class="sub">${distanceSource(site)}. ${withoutGearText(site)}</p>`
    }</div></div>`,
  panels: ({ site }) =>
    [shoes, bikes].filter(({ id }) => gearUses(site, id === "shoes" ? "shoes" : "bike").length > 0),
}
