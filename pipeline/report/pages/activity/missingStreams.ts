/** Reason why an activity has no streams, from the ledger, with the command that changes it. */
import type { MissingReason } from "../../../landed/coverage.ts"
import { type Html, markup } from "../../html.ts"
import type { Site } from "../../model/Site.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import { commandHtml } from "../hint.ts"

interface MissingStreams {
  readonly text: string
  /** Command without its prefix; undefined if none changes it. */
  readonly command?: string
}

const reasons: Readonly<Record<MissingReason, MissingStreams>> = {
  listed: { text: "They are listed, but not fetched yet. To fetch them:", command: "pipeline" },
  quarantined: {
    text: "Fetching them failed repeatedly; later runs retry. To retry now:",
    command: "pipeline --retry-quarantined",
  },
  skipped: {
    text: "Strava did not permit them. To try again:",
    command: "pipeline --retry-quarantined",
  },
  absent: { text: "Strava has none of this activity." },
  purged: {
    text: "They were purged by age. Only a full fetch, at its full cost, brings them back:",
    command: "pipeline --force",
  },
}

const manual: MissingStreams = { text: "The activity was entered manually: no device recorded it." }

const notExported: MissingStreams = { text: "Your export has no recording of it." }

const reasonOf = ({ onlyExport }: Site, { lack, manual: isManual }: SiteActivity) => {
  if (lack === undefined) return { text: "They have less than two samples." }
  if (isManual && (lack === "skipped" || lack === "absent")) return manual
  return onlyExport && lack !== "purged" ? notExported : reasons[lack]
}

/** Returns the sentences in place of the streams. */
export const missingStreamsHtml = (site: Site, activity: SiteActivity): Html => {
  const { command, text }: MissingStreams = reasonOf(site, activity)
  return markup`No streams are stored. ${text}${
    command !== undefined && markup` ${commandHtml(site, command)}`
  }`
}
