/** The panel about the data itself: how much is stored, and the reasons for gaps. */
import type { Coverage, Share } from "../../landed/coverage.ts"
import type { ReportFacts } from "../Facts.ts"
import { decimal } from "../format.ts"
import { type Html, markup } from "../html.ts"
import { isEmpty, noActivities } from "../../landed/state.ts"
import { notYet, type Panel } from "../Panel.ts"
import { minuteTime } from "../../output/kit/times.ts"
import { describeSources } from "../../output/sourcePhrases.ts"
import { quantity } from "../../output/kit/plurals.ts"

const parts = ["here", "absent", "skipped", "purged", "quarantined", "toFetch"] as const

/**
 * A bar with the shares of a year. Its widths are SVG attributes, because the policy forbids inline
 * styles.
 */
const bar = (share: Share, listed: number, year: string): Html => {
  let at = 0
  const pieces = parts.map((part) => {
    const width = Math.round(share[part] / Math.max(1, listed) * 1_000) / 10
    const piece = markup`
      <rect class="${part}" x="${Math.round(at * 10) / 10}" width="${width}" height="8" />
    `
    at += width
    return share[part] === 0 ? "" : piece
  })
  return markup`
    <svg class="bar" role="img" viewBox="0 0 100 8"
      preserveAspectRatio="none"><title>${year}: streams of ${share.here} of ${listed}</title>${pieces}</svg>
  `
}

const noneOf = ({ absent, purged, skipped }: Share) => absent + purged + skipped

const dash = (count: number) => count === 0 ? "–" : decimal(count)

const row = (hasImports: boolean) => ({ imported, listed, streams, year }: Coverage) => {
  const name = year === null ? "no date" : String(year)
  return markup`
    <tr>
      <th scope="row">${name}</th>
      <td>${decimal(listed)}</td>
      <td>${dash(streams.here)}</td>
      ${hasImports ? markup`<td>${dash(imported)}</td>` : ""}
      <td>${dash(noneOf(streams))}</td>
      <td>${dash(streams.quarantined)}</td>
      <td>${dash(streams.toFetch)}</td>
      <td class="second">${bar(streams, listed, name)}</td>
    </tr>
  `
}

const totalOf = (coverage: ReadonlyArray<Coverage>): Coverage => {
  const sum = (of: (year: Coverage) => number) =>
    coverage.reduce((total, year) => total + of(year), 0)
  const share = (which: "streams" | "details"): Share => ({
    here: sum((year) => year[which].here),
    absent: sum((year) => year[which].absent),
    quarantined: sum((year) => year[which].quarantined),
    skipped: sum((year) => year[which].skipped),
    purged: sum((year) => year[which].purged),
    toFetch: sum((year) => year[which].toFetch),
  })
  return {
    year: null,
    listed: sum(({ listed }) => listed),
    streams: share("streams"),
    details: share("details"),
    imported: sum(({ imported }) => imported),
  }
}

const endings: Readonly<Record<number, string>> = {
  0: "complete",
  2: "complete, with quarantined items",
  75: "incomplete; the next run continues",
}

const sync = ({ state }: ReportFacts): Html => {
  if (state === undefined) {
    return markup`<li>There is no state file, so the last sync and the rate limit are unknown.</li>`
  }
  const { lastRun: run, quota } = state
  const used = (bucket: string, of: string) => {
    const found = quota.find((row) => row.bucket === bucket)
    return found === undefined
      ? []
      : [`${decimal(found.used)} of ${decimal(found.cap)} ${of} from ${minuteTime(found.start)}`]
  }
  const windows = [
    ...used("read15", "in the 15 minutes"),
    ...used("readDay", "in the day"),
  ]
  return markup`${
    run === undefined
      ? markup`<li>No run yet.</li>`
      : markup`<li>Last ${state.onlyExport ? "import" : "sync"}: ${
        minuteTime(run.ended ?? run.started)
      }, ${
        run.ended === null
          ? "not ended (running, stopped or killed)"
          : endings[run.exit ?? -1] ?? `exit code ${run.exit ?? "unknown"}`
      }.</li>`
  }${windows.length === 0 ? "" : markup`<li>Requests used: ${windows.join("; ")}.</li>`}`
}

/** Samples that are not stored yet, and the commands that fetch them. */
const describePending = (toFetch: number, onlyExport: boolean): ReadonlyArray<string> => {
  if (toFetch === 0) return []
  const whose = `Samples of ${quantity(toFetch, "activity", "activities")}`
  return [
    onlyExport
      ? `${whose} are not in your export. To fetch them: deno task setup, then deno task pipeline`
      : `${whose} are still to fetch: deno task pipeline`,
  ]
}

const describeDetails = (
  { here, quarantined, toFetch }: Share,
  listed: number,
  asksDetails: boolean,
  onlyExport: boolean,
): ReadonlyArray<string> =>
  here > 0 || asksDetails
    ? [
      `Details: ${decimal(here)} of ${decimal(listed)} here${
        toFetch > 0 ? `, ${decimal(toFetch)} to fetch` : ""
      }${quarantined > 0 ? `, ${decimal(quarantined)} quarantined` : ""}.`,
    ]
    : onlyExport
    ? []
    : ["Details are not fetched. To fetch them: deno task pipeline --with details"]

const rest = ({ coverage, leftOut, source, state }: ReportFacts): Html => {
  const { details, listed, streams } = totalOf(coverage)
  const from = describeSources(state?.sources ?? [])
  const onlyExport = state?.onlyExport === true
  const lines = [
    ...(from === undefined ? [] : [`${from}.`]),
    ...describePending(streams.toFetch, onlyExport),
    ...(streams.purged > 0
      ? [
        `Samples of ${
          quantity(streams.purged, "activity", "activities")
        } were purged by age and are not fetched again.`,
      ]
      : []),
    ...(streams.quarantined + details.quarantined > 0
      ? ["Quarantined items are retried by later runs. To see them: deno task status"]
      : []),
    ...describeDetails(details, listed, state?.asksDetails === true, onlyExport),
    ...(leftOut.later > 0
      ? [
        `${
          quantity(leftOut.later, "activity is", "activities are")
        } dated after the last day of this report, and left out.`,
      ]
      : []),
    ...(leftOut.undated > 0
      ? [
        `${
          quantity(leftOut.undated, "activity has", "activities have")
        } no date and appear in no other panel.`,
      ]
      : []),
    `Read from: ${source}.`,
  ]
  return markup`${lines.map((line) => markup`<li>${line}</li>`)}`
}

export const dataPanel = (facts: ReportFacts): Panel => {
  const { coverage } = facts
  const head = {
    id: "data",
    title: "What is in your data",
    subtitle: "listed activities, and those with stored streams",
    span: 5 as const,
  }
  const total = totalOf(coverage)
  const hasImports = total.imported > 0
  return {
    ...head,
    body: markup`${
      coverage.length === 0
        ? notYet(
          facts.state !== undefined && isEmpty(facts.state)
            ? noActivities(facts.state)
            : "No activity is listed yet: deno task pipeline",
        )
        : markup`
        <div class="scroll" tabindex="0" role="region" aria-label="Coverage by year">
          <table class="coverage">
            <thead>
              <tr>
                <th scope="col">Year</th>
                <th scope="col">Listed</th>
                <th scope="col">Streams</th>
                ${
          hasImports
            ? markup`<th scope="col"><abbr title="Streams from your export">Export</abbr></th>`
            : ""
        }
                <th scope="col"><abbr title="Entered manually, not available at Strava, or purged">None</abbr></th>
                <th scope="col"><abbr title="Quarantined; retried later">Failed</abbr></th>
                <th scope="col">To fetch</th>
                <th scope="col" class="second"><span class="hidden">Share</span></th>
              </tr>
            </thead>
            <tbody>${coverage.map(row(hasImports))}</tbody>
            <tfoot>
              <tr><th scope="row">All</th>${
          [
            total.listed,
            total.streams.here,
            ...(hasImports ? [total.imported] : []),
            noneOf(total.streams),
            total.streams.quarantined,
            total.streams.toFetch,
          ].map((count) => markup`<td>${dash(count)}</td>`)
        }<td class="second"></td></tr>
            </tfoot>
          </table>
        </div>
      `
    }<ul class="notes">${sync(facts)}${rest(facts)}</ul>`,
  }
}
