/** The rules by which the figures are computed. */
import { unitNames } from "../../../metrics/units.ts"
import { decimal } from "../../format.ts"
import { markup } from "../../html.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteView } from "../../model/SiteView.ts"

/** Returns the names of figures, and the rule of each. */
export const methodsOf = (
  { site, units }: Pick<SiteView, "site" | "units">,
): ReadonlyArray<readonly [figure: string, rule: string]> => [
  [
    "Best efforts",
    "The least time over a distance, or the highest mean power for a time, in the complete recording, " +
    "pauses included. Without results faster than a world record. A gap of over 30 seconds counts as 0 W.",
  ],
  [
    "GPS jumps",
    "A step above 12 m/s ends a stretch of a run: no best effort crosses it.",
  ],
  [
    "Heart rate zones",
    "A sample counts for the time since the previous one; a gap of over 30 seconds does not count. " +
    "The zones are those of your Strava profile now, for all years.",
  ],
  [
    "Fitness and fatigue",
    "The load of an activity is its minutes in each heart rate zone, times the number of the zone: " +
    "by its stream, otherwise by its mean heart rate. Without heart rate, it is Strava's relative " +
    "effort. Fitness and fatigue are its means over 42 and 7 " +
    "days, which begin at 0. They are sums of recorded data, not advice.",
  ],
  [
    "Eddington number",
    `The most days E with at least E ${
      unitNames[units].distance
    } each. Kilometers and miles have different numbers.`,
  ],
  ["Splits", "By moving time, so that a pause is not a slow split."],
  [
    "Distance, time, climb",
    "As Strava sends them: meters, moving time and elevation gain of each activity.",
  ],
  [
    "Compared years",
    "The current year is compared with the same days of the year before.",
  ],
  ...(site.samples === 0 ? [] : [
    [
      "Streams in this file",
      `At most ${
        decimal(site.steps)
      } steps for each activity, each the mean of its samples. Figures and splits come from all ${
        decimal(site.samples)
      } samples.`,
    ] as const,
  ]),
]

export const methodsPanel: Panel = {
  id: "methods",
  span: 12,
  title: () => "How the figures are made",
  subtitle: () => "The same rules in every chart and table",
  draw: (view) =>
    markup`<dl class="methods">${
      methodsOf(view).map(([figure, rule]) => markup`<div><dt>${figure}</dt><dd>${rule}</dd></div>`)
    }</dl>`,
}
