/** The page about the data: counts, sources, requests, and the true reason of each gap. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import type { Coverage } from "../../pipeline/landed/coverage.ts"
import { pageContents } from "../../pipeline/report/pages/frame.ts"
import {
  coveragePanel,
  percent,
  totalCoverage,
} from "../../pipeline/report/pages/data/coveragePanel.ts"
import { dataFigures, dataPage, lastRunText } from "../../pipeline/report/pages/data/dataPage.ts"
import { gapsOf } from "../../pipeline/report/pages/data/gaps.ts"
import { methodsOf } from "../../pipeline/report/pages/data/methodsPanel.ts"
import { requestsPanel } from "../../pipeline/report/pages/data/requestsPanel.ts"
import { sourceCounts, sourcesPanel } from "../../pipeline/report/pages/data/sourcesPanel.ts"
import { test } from "../testing.ts"
import { htmlText } from "./landed.ts"
import { drawnText, shares, siteActivity, siteWith, viewOf } from "./sites.ts"

const year = (
  year: number | null,
  listed: number,
  streams: Parameters<typeof shares>[0],
  fields: Partial<Coverage> = {},
): Coverage => ({
  year,
  listed,
  streams: shares(streams),
  details: shares({ toFetch: listed }),
  imported: 0,
  ...fields,
})

const coverage = [
  year(2026, 300, { here: 299, toFetch: 1 }),
  year(2025, 10, { here: 4, skipped: 3, absent: 1, quarantined: 1, purged: 1 }),
  year(null, 2, { toFetch: 2 }),
]

const activities = [
  siteActivity("2026-03-01", { streams: ["latlng", "heartrate"] }),
  siteActivity("2026-02-01", { streams: ["heartrate"] }),
  siteActivity("2025-02-01", { manual: true, lack: "skipped" }),
  siteActivity("2025-01-01", { lack: "skipped" }),
]

const site = siteWith(activities, { coverage, samples: 1_466_593, steps: 300 })

const gaps = (of = site) =>
  gapsOf(of).map(({ commands, count, reason, what }) => [what, count, reason, ...commands])

const page = (of: typeof site) => htmlText(pageContents(dataPage, viewOf(of), true).text)

test("a share is 0 or 100 percent only if it is exactly none or all", () =>
  Effect.sync(() => {
    assert.deepEqual(
      [[0, 300], [1, 300], [299, 300], [300, 300], [0, 0]].map(([count, of]) =>
        percent(count!, of!)
      ),
      [0, 1, 99, 100, 0],
    )
  }))

test("coverage has a row per year and kind of stream, and the total counts all years", () =>
  Effect.sync(() => {
    const text = drawnText(coveragePanel.draw(viewOf(site), 700))
    assert.match(text, /^Year Activities Streams Track Heart rate Altitude/)
    assert.match(text, / 2026 300 99 % \(299 of 300\) 1 % \(1 of 300\) 1 % \(2 of 300\) 0 %/)
    assert.match(text, / no date 2 0 % \(0 of 2\) – – /, "they are not in the report")
    assert.match(text, / All 312 97 % \(303 of 312\)/)
    const { streams } = totalCoverage(coverage)
    assert.equal(Object.values(streams).reduce((sum, count) => sum + count, 0), 312)
  }))

test("the table behind coverage counts each status, and imports if there are any", () =>
  Effect.sync(() => {
    const table = coveragePanel.table!(viewOf(site))!
    assert.deepEqual(table.head, [
      "Year",
      "Activities",
      "Streams",
      "Not available",
      "Quarantined",
      "Pending",
    ])
    assert.deepEqual(table.rows[1], ["2025", "10", "4", "5", "1", "–"])
    assert.deepEqual(table.rows.at(-1), ["All", "312", "303", "5", "1", "3"])
    const imported = siteWith(activities, {
      coverage: [year(2026, 4, { here: 4 }, { imported: 3 })],
    })
    const rows = coveragePanel.table!(viewOf(imported))!
    assert.equal(rows.head[3], "From your export")
    assert.deepEqual(rows.rows[0], ["2026", "4", "4", "3", "–", "–", "–"])
  }))

test("each gap has its reason, and the command that changes it", () =>
  Effect.sync(() => {
    assert.deepEqual(gaps(), [
      ["Streams pending", 3, "listed, not fetched yet", "pipeline"],
      [
        "Streams quarantined",
        1,
        "failed repeatedly; later runs retry",
        "pipeline --retry-quarantined",
      ],
      [
        "Streams purged",
        1,
        "purged by age; only a full fetch, at its full cost, brings them back",
        "pipeline --force",
      ],
      ["Entered manually", 1, "no device recorded them"],
      ["Streams skipped", 2, "not permitted by Strava", "pipeline --retry-quarantined"],
      ["Streams absent", 1, "Strava has none"],
      ["Details, laps, segments", "off", "one request per activity", "pipeline --with details"],
      ["Ends of tracks", "cut", "200 to 900 m, always"],
    ])
  }))

test("a complete report has no gap except that ends of tracks are cut, or that maps are off", () =>
  Effect.sync(() => {
    const complete = {
      coverage: [year(2026, 2, { here: 2 }, { details: shares({ here: 2 }) })],
      hasDetails: true,
    }
    assert.deepEqual(gaps(siteWith(activities, complete)), [
      ["Ends of tracks", "cut", "200 to 900 m, always"],
    ])
    assert.deepEqual(gaps(siteWith(activities, { ...complete, maps: false })), [
      ["Maps", "off", "left out of this file", "report --maps"],
    ])
  }))

test("details that are fetched have the gaps of their own status", () =>
  Effect.sync(() => {
    const details = shares({ here: 5, toFetch: 2, quarantined: 1, absent: 1, purged: 1 })
    const some = siteWith(activities, {
      hasDetails: true,
      coverage: [year(2026, 10, { here: 10 }, { details })],
    })
    assert.deepEqual(gaps(some).map(([what, count]) => [what, count]), [
      ["Details pending", 2],
      ["Details quarantined", 1],
      ["Details purged", 1],
      ["Details not available", 1],
      ["Ends of tracks", "cut"],
    ])
    const before = gaps({ ...some, hasDetails: false })
    assert.deepEqual(before[0]?.slice(0, 2), ["Details pending", 2], "they were fetched once")
  }))

test("activities dated later or without a date are counted, with the day that they are later than", () =>
  Effect.sync(() => {
    const some = siteWith(activities, { leftOut: { later: 2, undated: 1 } })
    assert.deepEqual(gaps(some).slice(0, 2), [
      ["Dated later", 2, "after 30 Nov 2026, the last day of this report; left out"],
      ["Without a date", 1, "in this table only"],
    ])
  }))

test("with imports only, no command that needs a sign-in is named before the sign-in", () =>
  Effect.sync(() => {
    const imports = siteWith(
      [siteActivity("2026-03-01", { source: "export" })],
      {
        onlyExport: true,
        coverage: [year(2026, 5, { here: 2, absent: 1, skipped: 1, toFetch: 1 }, { imported: 2 })],
        ledger: { ...site.ledger, run: { at: "2026-11-30 06:00 UTC", result: "complete" } },
      },
    )
    assert.deepEqual(gaps(imports), [
      ["Streams pending", 1, "not in your export", "setup", "pipeline"],
      ["Streams skipped", 1, "your export has no recording of them"],
      ["Streams absent", 1, "your export has no recording of them"],
      ["Details, laps, segments", "none", "an export does not contain them"],
      ["Ends of tracks", "cut", "200 to 900 m, always"],
    ])
    assert.equal(lastRunText(imports), "Last import 2026-11-30 06:00 UTC, complete")
    const complete = siteWith(imports.activities, {
      onlyExport: true,
      coverage: [year(2026, 1, { here: 1 }, { imported: 1 })],
    })
    assert.doesNotMatch(page(complete), /deno task pipeline/)
    assert.match(page(complete), /no request was sent to Strava/)
    assert.match(page(complete), /Strava API – – not used; deno task setup/)
  }))

test("sources have their counts and their newest activity", () =>
  Effect.sync(() => {
    const both = siteWith([
      siteActivity("2026-03-01"),
      siteActivity("2026-01-01", { source: "export" }),
      siteActivity("2025-01-01", { source: "export" }),
    ], { coverage: [year(2026, 3, { here: 3 }, { imported: 1 })] })
    const text = drawnText(sourcesPanel.draw(viewOf(both), 700))
    assert.match(text, /Strava API 1 2 1 Mar 2026 Strava export 2 1 1 Jan 2026$/)
    assert.deepEqual(sourceCounts(both).map(({ activities, streams }) => [activities, streams]), [
      [1, 2],
      [2, 1],
    ])
    assert.match(
      drawnText(sourcesPanel.draw(viewOf(site), 700)),
      /Strava export – – not imported; deno task import export\.zip$/,
    )
  }))

test("requests are those of both windows, or the reason why they are unknown", () =>
  Effect.sync(() => {
    const text = (fields: Parameters<typeof siteWith>[1]) =>
      drawnText(requestsPanel.draw(viewOf(siteWith(activities, fields)), 400))
    assert.match(
      text({
        quota: [
          { window: "15-minute window", used: 178, limit: 1_000, from: "2026-11-30 06:00 UTC" },
          { window: "day (UTC)", used: 1_294, limit: 10_000, from: "2026-11-30 00:00 UTC" },
        ],
      }),
      /15-minute window from 2026-11-30 06:00 UTC 178 of 1,000 day \(UTC\) from 2026-11-30 00:00 UTC 1,294 of 10,000$/,
    )
    assert.equal(text({}), "No request is recorded yet.")
    assert.match(text({ ledger: { ...site.ledger, isKnown: false } }), /There is no state file/)
  }))

test("key figures are counts of all years, each with its state", () =>
  Effect.sync(() => {
    const html = page(site)
    assert.match(html, /Activities 312 listed by Strava With streams 303 97 %, 1,466,593 samples/)
    assert.match(html, /Quarantined 1 see deno task status Pending 3 fetch with deno task pipeline/)
    assert.deepEqual(
      dataFigures(siteWith([])).map(([name, figure, note]) => [name, figure, note]),
      [
        ["Activities", 0, "listed by Strava"],
        ["With streams", 0, "0 %"],
        ["Quarantined", 0, "nothing failed repeatedly"],
        ["Pending", 0, "nothing is listed"],
      ],
    )
  }))

test("an account without activities has a page with its last run and the reason", () =>
  Effect.sync(() => {
    const none = siteWith([], {
      ledger: { ...site.ledger, none: "Strava lists no activities in this account yet." },
    })
    const text = page(none)
    assert.match(text, /Last sync 2026-11-30 06:00 UTC, complete/)
    assert.match(text, /Coverage .* Strava lists no activities in this account yet\./)
    assert.doesNotMatch(text, /NaN|undefined|deno task pipeline\b(?! --with)/)
    const { ledger } = none
    const run = (fields: Partial<typeof ledger>) =>
      lastRunText(siteWith([], { ledger: { ...ledger, ...fields } }))
    assert.equal(run({ run: undefined }), "No run yet")
    assert.match(run({ isKnown: false }), /^Without a state file/)
  }))

test("rules name the units, the jumps of the GPS, and the steps in the file", () =>
  Effect.sync(() => {
    const rules = new Map(methodsOf(viewOf(site)))
    assert.match(rules.get("Eddington number") ?? "", /at least E km each/)
    assert.match(rules.get("GPS jumps") ?? "", /above 12 m\/s/)
    assert.match(
      rules.get("Streams in this file") ?? "",
      /At most 300 steps .* all 1,466,593 samples/,
    )
    const miles = new Map(methodsOf(viewOf(site, { units: "imperial" })))
    assert.match(miles.get("Eddington number") ?? "", /at least E mi each/)
    assert.ok(!new Map(methodsOf(viewOf(siteWith([])))).has("Streams in this file"))
  }))
