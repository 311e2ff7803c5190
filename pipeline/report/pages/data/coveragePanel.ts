/** Share of each year's activities that have streams, and the numbers behind it. */
import type { Coverage, Share } from "../../../landed/coverage.ts"
import { yearOf } from "../../../metrics/days.ts"
import { sentence } from "../../charts/svg.ts"
import { decimal } from "../../format.ts"
import { type Html, markup } from "../../html.ts"
import type { Panel, PanelTable } from "../../model/Panel.ts"
import type { Site } from "../../model/Site.ts"
import type { SiteStream } from "../../model/SiteActivity.ts"

const kinds: ReadonlyArray<readonly [stream: SiteStream, name: string]> = [
  ["latlng", "Track"],
  ["heartrate", "Heart rate"],
  ["altitude", "Altitude"],
  ["cadence", "Cadence"],
  ["watts", "Power"],
  ["temp", "Temp."],
]

const shareSum = (shares: ReadonlyArray<Share>): Share => {
  const sum = (part: keyof Share) => shares.reduce((total, share) => total + share[part], 0)
  return {
    here: sum("here"),
    absent: sum("absent"),
    quarantined: sum("quarantined"),
    skipped: sum("skipped"),
    purged: sum("purged"),
    toFetch: sum("toFetch"),
  }
}

/** Returns the coverage of all years together. */
export const totalCoverage = (coverage: ReadonlyArray<Coverage>): Coverage => ({
  year: null,
  listed: coverage.reduce((total, { listed }) => total + listed, 0),
  streams: shareSum(coverage.map(({ streams }) => streams)),
  details: shareSum(coverage.map(({ details }) => details)),
  imported: coverage.reduce((total, { imported }) => total + imported, 0),
})

/** Returns a share in percent; 0 and 100 only if it is exactly none or all. */
export const percent = (count: number, of: number): number =>
  count === 0 ? 0 : count >= of ? 100 : Math.min(99, Math.max(1, Math.round(count / of * 100)))

const cell = (count: number, of: number): Html => {
  const share = percent(count, of)
  return markup`<td class="cv" data-p="${Math.round(share / 25)}">${share} %<span class="sr"> (${
    decimal(count)
  } of ${decimal(of)})</span></td>`
}

/** Returns the number of activities with each kind of stream, by year. */
const kindsByYear = ({ activities }: Site): ReadonlyMap<number, ReadonlyArray<number>> => {
  const found = new Map<number, Array<number>>()
  for (const { day, streams } of activities) {
    const year = yearOf(day)
    const counts = found.get(year) ?? kinds.map(() => 0)
    for (const [i, [stream]] of kinds.entries()) if (streams.includes(stream)) counts[i]!++
    found.set(year, counts)
  }
  return found
}

const yearName = (year: number | null): string => year === null ? "no date" : String(year)

const row = (
  name: string,
  { listed, streams }: Coverage,
  counts: ReadonlyArray<number> | undefined,
) =>
  markup`<tr><th scope="row">${name}</th><td>${decimal(listed)}</td>${cell(streams.here, listed)}${
    kinds.map((_, i) =>
      // Activities without a date and those after the report's last day are not in the report.
      counts === undefined ? markup`<td class="mut">–</td>` : cell(counts[i]!, listed)
    )
  }</tr>`

const drawn = (site: Site): Html => {
  const byYear = kindsByYear(site)
  const all = kinds.map((_, i) =>
    [...byYear.values()].reduce((total, counts) => total + counts[i]!, 0)
  )
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Coverage by year"><table class="heat"><thead><tr><th scope="col">Year</th><th scope="col" class="r">Activities</th><th scope="col" class="r">Streams</th>${
    kinds.map(([, name]) => markup`<th scope="col" class="r">${name}</th>`)
  }</tr></thead><tbody>${
    site.coverage.map((year) =>
      row(yearName(year.year), year, year.year === null ? undefined : byYear.get(year.year))
    )
  }</tbody><tfoot>${row("All", totalCoverage(site.coverage), all)}</tfoot></table></div>`
}

const dash = (count: number): string => count === 0 ? "–" : decimal(count)

const counts = ({ coverage }: Site): PanelTable => {
  const total = totalCoverage(coverage)
  const hasImports = total.imported > 0
  const cells = ({ imported, listed, streams }: Coverage) => [
    decimal(listed),
    dash(streams.here),
    ...(hasImports ? [dash(imported)] : []),
    dash(streams.absent + streams.skipped + streams.purged),
    dash(streams.quarantined),
    dash(streams.toFetch),
  ]
  return {
    head: [
      "Year",
      "Activities",
      "Streams",
      ...(hasImports ? ["From your export"] : []),
      "Not available",
      "Quarantined",
      "Pending",
    ],
    rows: [
      ...coverage.map((year) => [yearName(year.year), ...cells(year)]),
      ["All", ...cells(total)],
    ],
  }
}

export const coveragePanel: Panel = {
  id: "coverage",
  span: 7,
  title: () => "Coverage",
  subtitle: () => "Share of the activities of each year that have it",
  draw: ({ site }) =>
    site.coverage.length === 0
      ? sentence(site.ledger.none ?? "No activity is listed yet.")
      : drawn(site),
  table: ({ site }) => site.coverage.length === 0 ? undefined : counts(site),
}
