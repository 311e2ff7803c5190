/** The overview: this year against last year, and the charts of all years. */
import { markup } from "../../html.ts"
import type { Page } from "../../model/Panel.ts"
import { calendarPanel } from "./calendarPanel.ts"
import { curvePanels } from "./curvePanels.ts"
import { eddingtonPanel } from "./eddingtonPanel.ts"
import { formPanel } from "./formPanel.ts"
import { comparisonOf, hero } from "./figures/hero.ts"
import { hoursPanel } from "./hoursPanel.ts"
import { keyFigures } from "./figures/keyFigures.ts"
import { latestPanel } from "./latestPanel.ts"
import { lifetimePanel } from "./lifetimePanel.ts"
import { mapPanel } from "./mapPanel.ts"
import { recordsPanel } from "./recordsPanel.ts"
import { weeksPanel } from "./weeksPanel.ts"
import { yearsPanel } from "./yearsPanel.ts"
import { zonesPanel } from "./zonesPanel.ts"

export const overviewPage: Page = {
  name: "",
  title: () => "Overview",
  head: (view) => {
    if (view.site.activities.length === 0) {
      return markup`<div class="hero"><h1>No activities yet</h1></div><p class="empty">${view.site.ledger.none}</p>`
    }
    const compared = comparisonOf(view)
    return markup`${hero(view, compared)}${keyFigures(view.units, compared)}`
  },
  panels: (view) =>
    view.site.activities.length === 0 ? [] : [
      latestPanel,
      yearsPanel,
      lifetimePanel,
      weeksPanel,
      calendarPanel,
      hoursPanel,
      formPanel,
      zonesPanel,
      mapPanel,
      eddingtonPanel,
      recordsPanel,
      ...curvePanels(view),
    ],
}
