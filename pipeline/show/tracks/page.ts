/** The result of an export as a page: the files, and the activities that have no track. */
import { taskLine } from "../../output/kit/line.ts"
import { formatNumber } from "../../output/kit/numbers.ts"
import { quantity } from "../../output/kit/plurals.ts"
import { formatSize } from "../../output/kit/sizes.ts"
import { wrap } from "../../output/kit/wrap.ts"
import type { MissingReason } from "../../landed/coverage.ts"

/**
 * Reason why an activity has no track: no streams are stored (`MissingReason`), they have no positions, they cannot be
 * read, or nothing is left between the trimmed ends.
 */
export type TracklessReason = MissingReason | "positionless" | "unreadable" | "short"

/** Result of an export. */
export interface ExportedTracks {
  readonly format: string
  readonly folder: string
  /** Activities with a track. */
  readonly tracks: number
  readonly files: number
  readonly bytes: number
  /** Files that already had this content. */
  readonly unchanged: number
  /** Ids of the activities without a track. */
  readonly without: Partial<Readonly<Record<TracklessReason, ReadonlyArray<string>>>>
}

/** Ids of each reason that the page names. */
const mostNamed = 5

/** Words for each reason, and the command that shows or fixes it, in the order of the page. */
const reasons: Readonly<Record<TracklessReason, readonly [words: string, task?: string]>> = {
  positionless: ["recorded without positions (indoors)"],
  skipped: ["entered manually, or not permitted by Strava"],
  absent: ["Strava has no streams"],
  listed: ["streams are not fetched yet", "streams"],
  quarantined: ["streams could not be fetched yet", "status"],
  purged: ["streams were purged by age"],
  unreadable: ["streams cannot be read", "verify"],
  short: ["shorter than the ends that --trim leaves out"],
}

/** Returns the page; `data` is the data directory. */
export const renderExport = (
  { bytes, files, folder, tracks, unchanged, without }: ExportedTracks,
  { data, trim }: { readonly data: string; readonly trim: boolean },
): string => {
  const rows = Object.entries(reasons).flatMap(([reason, [words, task]]) => {
    const ids = without[reason as TracklessReason] ?? []
    const named = ids.slice(0, mostNamed).join(", ")
    return ids.length === 0 ? [] : wrap(
      `${words}: ${named}${ids.length > mostNamed ? ", …" : ""}${
        task === undefined ? "" : `. Run: ${taskLine(task, data)}`
      }`,
      { first: `${formatNumber(ids.length).padStart(7)}  `, rest: " ".repeat(9) },
    )
  })
  return [
    `${folder}  ${quantity(tracks, "track")} in ${quantity(files, "file")}, ${formatSize(bytes)} (${
      formatNumber(files - unchanged)
    } new or changed)`,
    ...(rows.length === 0
      ? []
      : ["", "Activities without a track (all of them: --json):", ...rows]),
    ...(trim || tracks === 0 ? [] : [
      "",
      ...wrap("The files show where you live. To leave out both ends of each track: --trim"),
    ]),
  ].join("\n")
}
