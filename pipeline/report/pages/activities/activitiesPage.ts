/** The list of all activities. */
import { markup } from "../../html.ts"
import type { Page } from "../../model/Panel.ts"

export const activitiesPage: Page = {
  name: "activities",
  title: () => "Activities",
  head: () => markup`<div class="hero"><h1>Activities</h1></div>`,
  panels: () => [],
}
