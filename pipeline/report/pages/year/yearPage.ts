/** A year on one A4 page. */
import { markup } from "../../html.ts"
import type { Page } from "../../model/Panel.ts"

export const yearPage: Page = {
  name: "year",
  title: () => "Year",
  head: () => markup`<div class="hero"><h1>Year</h1></div>`,
  panels: () => [],
}
