/** The overview: this year against last year, and the charts of all years. */
import { markup } from "../../html.ts"
import type { Page } from "../../model/Panel.ts"
import { shortDate, yearOf } from "../../../metrics/days.ts"
import { yearsPanel } from "./yearsPanel.ts"

export const overviewPage: Page = {
  name: "",
  title: () => "Overview",
  head: ({ site }) =>
    markup`<div class="hero"><div><h1>${
      yearOf(site.asOf.day)
    } so far</h1><p class="sub">${site.athlete} · 1 January to ${
      shortDate(site.asOf.day)
    }</p></div></div>`,
  panels: () => [yearsPanel],
}
