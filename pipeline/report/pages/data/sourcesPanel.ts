/** Activities and streams by their source: Strava's API, or the athlete's bulk export. */
import type { Source } from "../../../../schemas/export/source.ts"
import { shortDate } from "../../../metrics/days.ts"
import { decimal } from "../../format.ts"
import { markup } from "../../html.ts"
import type { Panel } from "../../model/Panel.ts"
import type { Site } from "../../model/Site.ts"
import { commandHtml } from "../hint.ts"
import { totalCoverage } from "./coveragePanel.ts"

const sources: ReadonlyArray<Source> = ["api", "export"]

interface SourceCount {
  readonly source: Source
  readonly activities: number
  readonly streams: number
  /** Day of the newest activity; undefined if there is none. */
  readonly newest: number | undefined
}

export const sourceCounts = ({ activities, coverage }: Site): ReadonlyArray<SourceCount> => {
  const { imported, streams } = totalCoverage(coverage)
  return sources.map((source) => {
    const own = activities.filter((each) => each.source === source)
    return {
      source,
      activities: own.length,
      streams: source === "export" ? imported : streams.here - imported,
      newest: own[0]?.day,
    }
  })
}

const names: Readonly<Record<Source, string>> = { api: "Strava API", export: "Strava export" }

/** Commands that add data of a source that has none. */
const begin: Readonly<Record<Source, readonly [state: string, command: string]>> = {
  api: ["not used;", "setup"],
  export: ["not imported;", "import export.zip"],
}

const dash = (count: number) => count === 0 ? markup`<span class="mut">–</span>` : decimal(count)

export const sourcesPanel: Panel = {
  id: "sources",
  span: 7,
  title: () => "Where it comes from",
  subtitle: ({ site }) => `Read from ${site.source}`,
  draw: ({ site }) =>
    markup`<div class="scroll" tabindex="0" role="region" aria-label="Sources"><table><thead><tr><th scope="col">Source</th><th scope="col" class="r">Activities</th><th scope="col" class="r">Streams</th><th scope="col" class="pl">Newest activity</th></tr></thead><tbody>${
      sourceCounts(site).map(({ activities, newest, source, streams }) => {
        const isUsed = activities + streams > 0 || (source === "api" && !site.onlyExport)
        const [state, command] = begin[source]
        return markup`<tr><th scope="row">${names[source]}</th><td class="r">${
          dash(activities)
        }</td><td class="r">${dash(streams)}</td><td class="pl">${
          newest !== undefined
            ? shortDate(newest)
            : isUsed
            ? "–"
            : markup`<span class="mut">${state} ${commandHtml(site, command)}</span>`
        }</td></tr>`
      })
    }</tbody></table></div>`,
}
