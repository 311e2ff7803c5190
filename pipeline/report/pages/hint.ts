/** Commands in the text of pages. */
import { type Html, markup } from "../html.ts"
import type { Site } from "../model/Site.ts"

/** Returns a command of the program, such as `status`, as the user types it. */
export const commandHtml = ({ ledger }: Pick<Site, "ledger">, words: string): Html =>
  markup`<code>${ledger.command} ${words}</code>`

/** Returns commands that are run one after the other. */
export const commandsHtml = (
  site: Pick<Site, "ledger">,
  commands: ReadonlyArray<string>,
): Html =>
  markup`${commands.map((words, i) => markup`${i > 0 && ", then "}${commandHtml(site, words)}`)}`
