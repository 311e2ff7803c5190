/** Best efforts within an activity, against those of all activities. */
import { clock, decimal } from "../../format.ts"
import { type Html, markup } from "../../html.ts"
import { effortName } from "../../charts/efforts.ts"
import { ordinal, rateOf } from "../../charts/quantities.ts"
import type { SiteEffort } from "../../model/ActivityBlock.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteView } from "../../model/SiteView.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"

/** Last rank that is named. */
const lastRank = 3

const standing = ({ best, rank, value }: SiteEffort, isRun: boolean): Html => {
  if (rank >= 1 && rank <= lastRank) {
    return markup`<span class="tag pr">${rank === 1 ? "best ever" : `${ordinal(rank)} best`}</span>`
  }
  return markup`<span class="mut">${
    isRun ? `+${clock(value - best)}` : `−${decimal(best - value)} W`
  }</span>`
}

/** Returns the panel of best efforts; undefined if there are none. */
export const effortsPanel = (
  { block, units }: SiteView,
  { group }: SiteActivity,
): Panel | undefined => {
  const efforts = block?.efforts ?? []
  if (efforts.length === 0) return undefined
  const isRun = group === "run"
  const rate = rateOf("run", units)
  return {
    id: "efforts",
    span: 5,
    title: () => "Best efforts",
    subtitle: () =>
      `Within this activity, against all ${isRun ? "runs" : "rides with a power meter"}`,
    draw: () =>
      markup`<table><thead class="sr"><tr><th scope="col">${
        isRun ? "Distance" : "Time"
      }</th><th scope="col">Result</th>${
        isRun && markup`<th scope="col">Pace</th>`
      }<th scope="col">Against the best</th></tr></thead><tbody>${
        efforts.map((effort) =>
          markup`<tr><th scope="row">${
            effortName(isRun ? "run" : "power", effort.key)
          }</th><td class="r"><b>${
            isRun ? clock(effort.value) : `${decimal(effort.value)} W`
          }</b></td>${
            isRun &&
            markup`<td class="r mut">${rate.format(effort.key / effort.value)} ${rate.unit}</td>`
          }<td class="r">${standing(effort, isRun)}</td></tr>`
        )
      }</tbody></table>`,
  }
}
