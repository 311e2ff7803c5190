/** Time of an activity in each heart rate zone. */
import { clock, decimal, hoursMinutes } from "../../format.ts"
import { markup } from "../../html.ts"
import { sentence } from "../../charts/svg.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteView } from "../../model/SiteView.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import { commandHtml } from "../hint.ts"
import { rowBar } from "./rowBar.ts"

const rangeOf = (zones: ReadonlyArray<number>, zone: number): string =>
  zone === zones.length - 1 ? `over ${zones[zone]! - 1}` : `${zones[zone]}–${zones[zone + 1]! - 1}`

const rows = (zones: ReadonlyArray<number>, seconds: ReadonlyArray<number>, total: number) =>
  seconds.map((time, i) =>
    markup`<tr><th scope="row">Z${i + 1} <span class="mut">${
      rangeOf(zones, i)
    }</span></th><td class="w">${
      rowBar(time / Math.max(...seconds, 1), `z${i + 1}`)
    }</td><td class="r">${clock(time)}</td><td class="r mut">${
      decimal(time / total * 100)
    } %</td></tr>`
  ).toReversed()

/** Returns the panel of zones, or of the reason why there are none. */
export const activityZonesPanel = ({ site }: SiteView, activity: SiteActivity): Panel => {
  const { beats, streams, zoneSeconds } = activity
  const total = zoneSeconds.reduce((sum, each) => sum + each, 0)
  const hasBeats = streams.includes("heartrate")
  return {
    id: "zones",
    span: 5,
    title: () => "Heart rate zones",
    subtitle: () =>
      total > 0
        ? `${hoursMinutes(total)} h with heart rate, by your zones as they are set now`
        : "",
    draw: () =>
      total > 0
        ? markup`<table class="sbar"><thead class="sr"><tr><th scope="col">Zone</th><th scope="col">Bar</th><th scope="col">Time</th><th scope="col">Share</th></tr></thead><tbody>${
          rows(site.zones, zoneSeconds, total)
        }</tbody></table>`
        : sentence(
          hasBeats && site.zones.length === 0
            ? markup`Your heart rate zones are not stored. To fetch them: ${
              commandHtml(site, "zones")
            }`
            : hasBeats || beats === undefined
            ? "No heart rate was recorded."
            : "Only the mean heart rate is stored.",
        ),
  }
}
