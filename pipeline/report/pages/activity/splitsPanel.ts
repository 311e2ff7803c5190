/** Splits as bars from zero, the fastest in color. */
import { decimal } from "../../format.ts"
import { markup } from "../../html.ts"
import { rateOf, signed } from "../../charts/quantities.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteView } from "../../model/SiteView.ts"
import { heightIn, unitNames } from "../../../metrics/units.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import { rowBar } from "./rowBar.ts"
import { barShare, type ShownSplit, shownSplits } from "./splits.ts"

const netRise = (rise: number, units: SiteView["units"]): string => {
  const height = decimal(heightIn(units, rise))
  return rise > 0 && height !== "0" ? `+${height}` : signed(height === "-0" ? "0" : height)
}

/** Returns the panel of splits; undefined if there are less than two. */
export const splitsPanel = (view: SiteView, activity: SiteActivity): Panel | undefined => {
  const { block, units } = view
  const rate = rateOf(activity.group, units)
  const { length, splits } = block === undefined
    ? { length: 1, splits: [] }
    : shownSplits(block, activity.group, units, rate)
  if (splits.length === 0) return undefined
  const { distance, height } = unitNames[units]
  const hasRise = splits.some(({ rise }) => rise !== undefined)
  const hasBeats = splits.some(({ beats }) => beats !== undefined)
  const row = (split: ShownSplit) => {
    const { beats, end, fastest, meters, rise, seconds, whole } = split
    const text = rate.format(meters / seconds)
    return markup`<tr><th scope="row">${whole ? decimal(end) : decimal(end, 1)}</th><td class="r">${
      fastest ? markup`<b>${text}</b>` : text
    }</td><td class="w pl">${rowBar(barShare(split, splits, rate), fastest ? "fast" : "far")}</td>${
      hasRise && markup`<td class="r mut">${rise === undefined ? "–" : netRise(rise, units)}</td>`
    }${hasBeats && markup`<td class="r">${beats === undefined ? "–" : decimal(beats)}</td>`}</tr>`
  }
  return {
    id: "splits",
    span: 7,
    title: () => "Splits",
    subtitle: () =>
      `Each ${
        length > 1 ? `${length} ` : ""
      }${distance} by moving time; bar length is speed, the fastest in color`,
    draw: () =>
      markup`<table class="sbar"><thead><tr><th scope="col">${distance}</th><th scope="col" class="r">${rate.name}, ${rate.unit}</th><th scope="col" class="w pl"><span class="sr">Bar</span></th>${
        hasRise && markup`<th scope="col" class="r">Net ${height}</th>`
      }${hasBeats && markup`<th scope="col" class="r">bpm</th>`}</tr></thead><tbody>${
        splits.map(row)
      }</tbody></table>`,
  }
}
