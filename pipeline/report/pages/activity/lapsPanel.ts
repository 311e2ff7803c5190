/** Laps and segments of an activity, from its details. */
import { clock, decimal } from "../../format.ts"
import { type Html, markup, named } from "../../html.ts"
import { distanceParts, heightText, rateOf } from "../../charts/quantities.ts"
import { sentence } from "../../charts/svg.ts"
import type { SiteLap } from "../../model/ActivityBlock.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteView } from "../../model/SiteView.ts"
import { commandHtml } from "../hint.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"

const known = (value: number | undefined, format: (value: number) => string): string =>
  value === undefined ? "–" : format(value)

/** A column after name, distance, time and rate; it is left out if no row has a value. */
const optional = [
  ["Climb", "climb"],
  ["bpm", "beats"],
  ["W", "watts"],
] as const

const table = (
  laps: ReadonlyArray<SiteLap>,
  first: string,
  { units }: SiteView,
  { group }: SiteActivity,
): Html => {
  const rate = rateOf(group, units)
  const more = optional.filter(([, key]) => laps.some((lap) => lap[key] !== undefined))
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Table of ${first.toLowerCase()}s"><table><thead><tr><th scope="col">${first}</th><th scope="col" class="r">Distance</th><th scope="col" class="r">Time</th><th scope="col" class="r">${rate.name}, ${rate.unit}</th>${
    more.map(([title]) => markup`<th scope="col" class="r">${title}</th>`)
  }</tr></thead><tbody>${
    laps.map((lap) =>
      markup`<tr><th scope="row" class="lap">${named(lap.name)}</th><td class="r">${
        distanceParts(units, lap.meters, group).join(" ")
      }</td><td class="r">${clock(lap.seconds)}</td><td class="r">${
        rate.format(lap.seconds > 0 ? lap.meters / lap.seconds : 0)
      }</td>${
        more.map(([, key]) =>
          markup`<td class="r">${
            known(
              lap[key],
              key === "climb"
                ? (meters) => heightText(units, meters)
                : decimal,
            )
          }</td>`
        )
      }</tr>`
    )
  }</tbody></table></div>`
}

const noDetails = ({ site }: SiteView): Html =>
  sentence(
    site.onlyExport
      ? "An export contains no laps and no segments."
      : markup`Laps and segments come with the details of an activity, at one request each. To fetch them: ${
        commandHtml(site, "pipeline --with details")
      }`,
  )

/** Returns the panels of laps and of segments; one sentence if the details are not stored. */
export const lapPanels = (view: SiteView, activity: SiteActivity): ReadonlyArray<Panel> => {
  const { laps, segments } = view.block ?? {}
  const panel = (id: string, title: string, subtitle: string, body: Html): Panel => ({
    id,
    span: 5,
    title: () => title,
    subtitle: () => subtitle,
    draw: () => body,
  })
  if (laps === undefined && segments === undefined) {
    return [panel("laps", "Laps and segments", "", noDetails(view))]
  }
  return [
    // Every activity has one lap, which is the activity itself.
    ...(laps !== undefined && laps.length > 1
      ? [panel("laps", "Laps", "As your device recorded them", table(laps, "Lap", view, activity))]
      : []),
    ...(segments !== undefined && segments.length > 0
      ? [
        panel(
          "segments",
          "Segments",
          "Your times on Strava’s segments",
          table(segments, "Segment", view, activity),
        ),
      ]
      : []),
  ]
}
