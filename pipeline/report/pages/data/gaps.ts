/** Everything that is not in the report, each with its reason and the command that changes it. */
import type { Share } from "../../../landed/coverage.ts"
import { shortDate } from "../../../metrics/days.ts"
import type { SiteLack } from "../../model/SiteLedger.ts"
import type { Site } from "../../model/Site.ts"
import { totalCoverage } from "./coveragePanel.ts"

/** Its commands are empty if none changes it. */
interface Gap extends SiteLack {
  readonly what: string
  /** Number of activities, or a word. */
  readonly count: number | string
}

type Gaps = ReadonlyArray<Gap>

const gap = (
  what: string,
  count: number,
  reason: string,
  ...commands: ReadonlyArray<string>
): Gaps => count === 0 ? [] : [{ what, count, reason, commands }]

/** Gaps that an import cannot have, so that their commands are those of a run. */
const failed = (noun: string, { purged, quarantined }: Share): Gaps => [
  ...gap(
    `${noun} quarantined`,
    quarantined,
    "failed repeatedly; later runs retry",
    "pipeline --retry-quarantined",
  ),
  ...gap(
    `${noun} purged`,
    purged,
    "purged by age; only a full fetch, at its full cost, brings them back",
    "pipeline --force",
  ),
]

const streamGaps = ({ activities, coverage, onlyExport }: Site): Gaps => {
  const { streams } = totalCoverage(coverage)
  const manual = Math.min(
    streams.skipped,
    activities.filter(({ lack, manual }) => manual && lack === "skipped").length,
  )
  return [
    ...(onlyExport
      ? gap("Streams pending", streams.toFetch, "not in your export", "setup", "pipeline")
      : gap("Streams pending", streams.toFetch, "listed, not fetched yet", "pipeline")),
    ...failed("Streams", streams),
    ...gap("Entered manually", manual, "no device recorded them"),
    ...gap(
      "Streams skipped",
      streams.skipped - manual,
      onlyExport ? "your export has no recording of them" : "not permitted by Strava",
      ...(onlyExport ? [] : ["pipeline --retry-quarantined"]),
    ),
    ...gap(
      "Streams absent",
      streams.absent,
      onlyExport ? "your export has no recording of them" : "Strava has none",
    ),
  ]
}

const detailGaps = ({ coverage, hasDetails, onlyExport }: Site): Gaps => {
  const { details } = totalCoverage(coverage)
  const what = "Details, laps, segments"
  if (details.here === 0 && !hasDetails) {
    return [
      onlyExport
        ? { what, count: "none", reason: "an export does not contain them", commands: [] }
        : {
          what,
          count: "off",
          reason: "one request per activity",
          commands: ["pipeline --with details"],
        },
    ]
  }
  return [
    ...gap("Details pending", details.toFetch, "listed, not fetched yet", "pipeline"),
    ...failed("Details", details),
    ...gap("Details not available", details.absent + details.skipped, "Strava sends none"),
  ]
}

const zoneGaps = ({ ledger: { zones } }: Site): Gaps =>
  zones === undefined ? [] : [{ what: "Heart rate zones", count: "none", ...zones }]

const leftOutGaps = ({ asOf, leftOut, maps }: Site): Gaps => [
  ...gap(
    "Dated later",
    leftOut.later,
    `after ${shortDate(asOf.day)}, the last day of this report; left out`,
  ),
  ...gap("Without a date", leftOut.undated, "in this table only"),
  maps
    ? { what: "Ends of tracks", count: "cut", reason: "200 to 900 m, always", commands: [] }
    : { what: "Maps", count: "off", reason: "left out of this file", commands: ["report --maps"] },
]

/** Returns the gaps of a report; the last is about maps. */
export const gapsOf = (site: Site): Gaps => [
  ...streamGaps(site),
  ...(site.coverage.length === 0 ? [] : [...detailGaps(site), ...zoneGaps(site)]),
  ...leftOutGaps(site),
]
