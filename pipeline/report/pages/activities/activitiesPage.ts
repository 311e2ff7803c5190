/** All activities: searched, filtered, sorted. Rows after the first ones are added as the reader scrolls. */
import { type Html, markup } from "../../html.ts"
import type { Page } from "../../model/Panel.ts"
import type { SiteView } from "../../model/SiteView.ts"
import { type ActivityList, listOf } from "./ActivityList.ts"
import { headings, rowsOf } from "./rows.ts"
import { listSummary, noMatch, toolbar } from "./toolbar.ts"

/** Returns the first rows of a list, or the sentence that it is empty. */
export const firstRows = (view: SiteView, list: ActivityList): Html =>
  list.activities.length === 0 ? noMatch(view) : rowsOf(view, list, 0)

export const activitiesPage: Page = {
  name: "activities",
  title: () => "Activities",
  head: (view) => {
    const list = listOf(view.site, view.query)
    return markup`<h1 class="sr">Activities</h1>${
      toolbar(view, list)
    }<div class="sum" id="list-sum" role="status">${
      listSummary(view, list)
    }</div><table class="list" role="table"><caption class="sr">Activities</caption><thead role="rowgroup" id="list-head">${
      headings(view, list)
    }</thead><tbody role="rowgroup" id="list-rows">${
      firstRows(view, list)
    }</tbody></table><div id="list-end"></div>`
  },
  panels: () => [],
}
