/** The page of an open activity, for tests without stored data. */
import assert from "node:assert/strict"
import type { Units } from "../../../pipeline/metrics/units.ts"
import type { ActivityBlock, SiteRecording } from "../../../pipeline/report/model/ActivityBlock.ts"
import type { Site } from "../../../pipeline/report/model/Site.ts"
import type { SiteActivity } from "../../../pipeline/report/model/SiteActivity.ts"
import type { Panel } from "../../../pipeline/report/model/Panel.ts"
import { activityPage } from "../../../pipeline/report/pages/activity/activityPage.ts"
import { siteActivity, siteWith, viewOf } from "../sites.ts"

/** Numbers of the steps of the recording. */
export const stepNumbers = Array.from({ length: 101 }, (_, i) => i)

/** A run of 10 km in 50 minutes, the second half faster, uphill until the middle. */
export const recording: SiteRecording = {
  time: stepNumbers.map((i) => i * 30),
  distance: stepNumbers.map((i) => i * 100),
  altitude: stepNumbers.map((i) => 400 + Math.min(i, 100 - i)),
  speed: stepNumbers.map((i) => i < 50 ? 3 : 4),
  beats: stepNumbers.map((i) => i < 50 ? 130 : 160),
  track: { from: 5, positions: stepNumbers.slice(5, 96).map((i) => [10 + i / 1_000, 47] as const) },
}

const block: ActivityBlock = {
  recording,
  splits: { metric: [], imperial: [] },
  laps: undefined,
  segments: undefined,
  efforts: [],
}

const zones = [0, 120, 140, 155, 170]

export interface ChosenActivity {
  readonly activity?: Partial<SiteActivity>
  readonly block?: Partial<ActivityBlock> | null
  readonly site?: Partial<Site>
  readonly others?: ReadonlyArray<SiteActivity>
  readonly query?: string
  readonly units?: Units
}

/** Returns the view of a run on 3 April 2026. */
export const openedView = (chosen: ChosenActivity = {}) => {
  const activity = siteActivity("2026-04-03", { streams: ["heartrate"], ...chosen.activity })
  const site = siteWith([activity, ...chosen.others ?? []], { zones, ...chosen.site })
  return viewOf(site, {
    part: activity.id,
    query: new URLSearchParams(chosen.query),
    units: chosen.units ?? "metric",
    block: chosen.block === null ? undefined : { ...block, ...chosen.block },
  })
}

/** Returns a panel of the page. Fails if there is no such panel. */
export const panelNamed = (chosen: ChosenActivity, id: string): Panel => {
  const panels = activityPage.panels(openedView(chosen))
  const panel = panels.find((each) => each.id === id)
  assert.ok(panel !== undefined, `no panel ${id}, only ${panels.map((each) => each.id).join()}`)
  return panel
}

/** Returns the drawing of a panel. */
export const drawnPanel = (chosen: ChosenActivity, id: string, width = 600) =>
  panelNamed(chosen, id).draw(openedView(chosen), width)

/** Returns the HTML above the panels. */
export const pageHead = (chosen: ChosenActivity = {}) => activityPage.head(openedView(chosen)).text

/** Returns the ids of all panels. */
export const panelIds = (chosen: ChosenActivity) =>
  activityPage.panels(openedView(chosen)).map(({ id }) => id)
