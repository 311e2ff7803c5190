/** Commands in the text of pages. */
import { type Html, markup } from "../html.ts"
import type { Site } from "../model/Site.ts"

/** Returns a command of the program, such as `status`, as the user types it. */
export const commandHtml = ({ ledger }: Pick<Site, "ledger">, words: string): Html =>
  markup`<code>${ledger.command} ${words}</code>`
