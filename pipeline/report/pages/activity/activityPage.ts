/** One activity. */
import { markup } from "../../html.ts"
import type { Page } from "../../model/Panel.ts"

export const activityPage: Page = {
  name: "activity",
  title: () => "Activity",
  head: () => markup`<div class="hero"><h1>Activity</h1></div>`,
  panels: () => [],
}
