/** One FIT file for several activities, such as the three of a triathlon. */
import { gzipSync } from "node:zlib"
import { type ActivityFile, ownSession, type RecordedActivity } from "./ActivityFile.ts"
import { joinSamples } from "./DeviceSamples.ts"
import { encodeFit } from "./fit/encodeFit.ts"
import { fitSamples } from "./fit/FitQuirks.ts"

/**
 * Returns the file of `group`, activities by their start, as the row of the one with the number `own`
 * names it. Every distance starts at 0.
 */
export const multisportFile = (
  group: ReadonlyArray<RecordedActivity>,
  own: number,
): ActivityFile => {
  const first = group[0]!
  const offsets = group.map(({ start }) => Math.round((start - first.start) / 1000))
  return {
    name: `activities/${first.uploadId}.fit.gz`,
    format: "fit",
    recorded: false,
    quirks: { sessions: true },
    samples: fitSamples(group[own]!.samples, {}),
    isRepeated: own > 0,
    bytes: () =>
      new Uint8Array(gzipSync(encodeFit({
        start: first.start,
        utcOffset: first.utcOffset,
        product: 107,
        name: `Device name ${first.index}`,
        sessions: group.map((activity, i) => ownSession(activity, offsets[i]!)),
        samples: joinSamples(group.map(({ samples }) => samples), offsets),
      }, {}))),
  }
}
