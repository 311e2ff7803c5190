/** Reasons why something is not in the report. */
import { decimal } from "../../format.ts"
import { markup } from "../../html.ts"
import type { Panel } from "../../model/Panel.ts"
import { commandsHtml } from "../hint.ts"
import { gapsOf } from "./gaps.ts"

export const gapsPanel: Panel = {
  id: "gaps",
  span: 5,
  title: () => "Why something is not here",
  subtitle: () => "Activities, the reason, and the command that changes it",
  draw: ({ site }) =>
    markup`<table class="facts"><thead class="sr"><tr><th scope="col">Gap</th><th scope="col">Activities</th><th scope="col">Reason</th></tr></thead><tbody>${
      gapsOf(site).map(({ commands, count, reason, what }) =>
        markup`<tr><th scope="row">${what}</th><td class="r"><b>${
          typeof count === "number" ? decimal(count) : count
        }</b></td><td class="mut pl">${reason}${
          commands.length > 0 && markup`<br>${commandsHtml(site, commands)}`
        }</td></tr>`
      )
    }</tbody></table>`,
}
