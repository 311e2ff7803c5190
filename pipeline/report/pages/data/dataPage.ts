/** The page about the data itself: how much is stored, and why the rest is missing. */
import { decimal } from "../../format.ts"
import { type Html, markup } from "../../html.ts"
import type { Page } from "../../model/Panel.ts"
import type { Site } from "../../model/Site.ts"
import { commandHtml } from "../hint.ts"
import { coveragePanel, percent, totalCoverage } from "./coveragePanel.ts"
import { gapsPanel } from "./gapsPanel.ts"
import { methodsPanel } from "./methodsPanel.ts"
import { requestsPanel } from "./requestsPanel.ts"
import { sourcesPanel } from "./sourcesPanel.ts"

/** Returns a sentence about the last run. */
export const lastRunText = ({ ledger, onlyExport }: Site): string =>
  !ledger.isKnown
    ? "Without a state file, so that the last sync is unknown"
    : ledger.run === undefined
    ? "No run yet"
    : `Last ${onlyExport ? "import" : "sync"} ${ledger.run.at}, ${ledger.run.result}`

/** Returns the key figures: name, figure, and the sentence under it. */
export const dataFigures = (
  site: Site,
): ReadonlyArray<readonly [name: string, figure: number, note: string | Html]> => {
  const { listed, streams } = totalCoverage(site.coverage)
  return [
    [
      "Activities",
      listed,
      site.onlyExport ? "in your export" : "listed by Strava",
    ],
    [
      "With streams",
      streams.here,
      `${percent(streams.here, listed)} %${
        site.samples > 0 ? `, ${decimal(site.samples)} samples` : ""
      }`,
    ],
    [
      "Quarantined",
      streams.quarantined,
      streams.quarantined === 0
        ? "nothing failed repeatedly"
        : markup`see ${commandHtml(site, "status")}`,
    ],
    [
      "Pending",
      streams.toFetch,
      streams.toFetch === 0
        ? listed === 0 ? "nothing is listed" : "complete"
        : site.onlyExport
        ? markup`sign in with ${commandHtml(site, "setup")}`
        : markup`fetch with ${commandHtml(site, "pipeline")}`,
    ],
  ]
}

const head = (site: Site): Html =>
  markup`<div class="hero"><div><h1>What is in your data</h1><p class="sub">${
    lastRunText(site)
  } · everything below is counted on this computer</p></div></div><dl class="kpis k4">${
    dataFigures(site).map(([name, figure, note]) =>
      markup`<div class="kpi"><dt>${name}</dt><dd><div class="big">${
        decimal(figure)
      }</div><p>${note}</p></dd></div>`
    )
  }</dl>`

export const dataPage: Page = {
  name: "data",
  title: () => "Data",
  head: ({ site }) => head(site),
  panels: () => [coveragePanel, gapsPanel, sourcesPanel, requestsPanel, methodsPanel],
}
