/** Requests of the Strava application, against its rate limit. */
import { sentence } from "../../charts/svg.ts"
import { decimal } from "../../format.ts"
import { markup } from "../../html.ts"
import type { Panel } from "../../model/Panel.ts"
import type { Site } from "../../model/Site.ts"

/** Returns the reason why no requests are known. */
const noRequests = ({ ledger, onlyExport }: Site): string =>
  !ledger.isKnown
    ? "There is no state file, so that the last sync and the rate limit are unknown."
    : onlyExport
    ? "None: everything was imported, and no request was sent to Strava."
    : "No request is recorded yet."

export const requestsPanel: Panel = {
  id: "requests",
  span: 5,
  title: () => "Requests used",
  subtitle: () => "Reads of your Strava application at the last request",
  draw: ({ site }) =>
    site.quota.length === 0
      ? sentence(noRequests(site))
      : markup`<table class="facts"><thead class="sr"><tr><th scope="col">Window</th><th scope="col">Share</th><th scope="col">Requests</th></tr></thead><tbody>${
        site.quota.map(({ from, limit, used, window }) =>
          markup`<tr><th scope="row">${window}<small>from ${from}</small></th><td class="share"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="all" width="100" height="8"/><rect width="${
            Math.round(Math.min(1, used / Math.max(1, limit)) * 1_000) / 10
          }" height="8"/></svg></td><td class="r nw">${decimal(used)} of ${
            decimal(limit)
          }</td></tr>`
        )
      }</tbody></table>`,
}
