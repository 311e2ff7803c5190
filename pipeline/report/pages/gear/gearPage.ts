/** Shoes and bikes. */
import { markup } from "../../html.ts"
import type { Page } from "../../model/Panel.ts"

export const gearPage: Page = {
  name: "gear",
  title: () => "Gear",
  head: () => markup`<div class="hero"><h1>Gear</h1></div>`,
  panels: () => [],
}
