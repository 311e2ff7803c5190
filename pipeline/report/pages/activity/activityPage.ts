/** An activity: key figures, track, streams, splits, zones, efforts, laps. */
import { markup } from "../../html.ts"
import { sentence } from "../../charts/svg.ts"
import type { Page, Panel } from "../../model/Panel.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import { activityAddress, addressOf, type SiteView } from "../../model/SiteView.ts"
import { yearOf } from "../../../metrics/days.ts"
import { effortsPanel } from "./effortsPanel.ts"
import { activityHeader } from "./header.ts"
import { lapPanels } from "./lapsPanel.ts"
import { missingStreamsHtml } from "./missingStreams.ts"
import { openedActivity, openedRecording } from "./opened.ts"
import { splitsPanel } from "./splitsPanel.ts"
import { streamsPanel } from "./streams/streamsPanel.ts"
import { trackPanel } from "./trackPanel.ts"
import { activityZonesPanel } from "./activityZonesPanel.ts"

/** Returns the sentence in place of the streams; undefined if there are some. */
const noStreams = (view: SiteView, activity: SiteActivity) => {
  if (openedRecording(view) !== undefined) return undefined
  const { files, part } = view.site
  const year = yearOf(activity.day)
  const file = files.find((each) => each.year === year)
  if (file !== undefined && part === undefined && activity.lack === undefined) {
    return markup`The streams are in the file of ${year}: <a href="${
      activityAddress(view.site, activity)
    }">${file.name}</a>`
  }
  return missingStreamsHtml(view.site, activity)
}

/** Places panels below each other in one column. */
const stacked = (panels: ReadonlyArray<Panel>): ReadonlyArray<Panel> =>
  panels.map((panel, i) => i === 0 ? panel : { ...panel, below: true })

const panelsOf = (view: SiteView): ReadonlyArray<Panel> => {
  const activity = openedActivity(view)
  if (activity === undefined || view.block === undefined) return []
  const opened = openedRecording(view)
  const track = opened && trackPanel(opened)
  const splits = splitsPanel(view, activity)
  const hasZones = opened !== undefined || activity.zoneSeconds.length > 0
  const [first, ...rest] = [
    ...(splits === undefined ? [] : [splits]),
    ...(hasZones ? [activityZonesPanel(view, activity)] : []),
    ...[effortsPanel(view, activity) ?? []].flat(),
    ...lapPanels(view, activity),
  ]
  const half = { span: 6 } as const
  return [
    ...(track === undefined ? [] : [track]),
    ...(opened === undefined ? [] : [streamsPanel(opened, track === undefined ? 12 : 7)]),
    ...(first === undefined
      ? []
      : first === splits
      ? [first, ...stacked(rest)]
      : [{ ...first, ...half }, ...stacked(rest.map((panel) => ({ ...panel, ...half })))]),
  ]
}

export const activityPage: Page = {
  name: "activity",
  block: true,
  title: (view) => openedActivity(view)?.name ?? "Activity",
  head: (view) => {
    const activity = openedActivity(view)
    if (activity === undefined) {
      return markup`<div class="hero"><div><h1>No such activity</h1><p class="sub">It is not in this report. <a href="${
        addressOf("activities")
      }">All activities</a></p></div></div>`
    }
    const reason = noStreams(view, activity)
    return markup`${activityHeader(view, activity)}${reason && sentence(reason)}`
  },
  panels: panelsOf,
}
