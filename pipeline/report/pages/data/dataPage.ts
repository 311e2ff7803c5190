/** Coverage of the stored data, and the reasons for gaps. */
import { markup } from "../../html.ts"
import type { Page } from "../../model/Panel.ts"

export const dataPage: Page = {
  name: "data",
  title: () => "Data",
  head: () => markup`<div class="hero"><h1>Data</h1></div>`,
  panels: () => [],
}
