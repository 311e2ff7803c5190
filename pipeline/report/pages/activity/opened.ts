/** The activity of an address, and what its page shows of it. */
import type { SiteRecording } from "../../model/ActivityBlock.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import type { SiteView } from "../../model/SiteView.ts"

/** Returns the activity that the address names; undefined if the report has none. */
export const openedActivity = ({ part, site }: SiteView): SiteActivity | undefined =>
  site.activities.find(({ id }) => id === part)

/** An open activity with the steps of its recording. */
export interface Opened {
  readonly activity: SiteActivity
  readonly recording: SiteRecording
}

/** Returns the opened activity; undefined without a recording of at least two steps. */
export const openedRecording = (view: SiteView): Opened | undefined => {
  const activity = openedActivity(view)
  const recording = view.block?.recording
  return activity === undefined || recording === undefined || recording.time.length < 2
    ? undefined
    : { activity, recording }
}

/** Returns the distance of each step; undefined if the recording has hardly any. */
export const stepDistances = (
  { distance }: SiteRecording,
): ReadonlyArray<number> | undefined =>
  distance !== undefined && distance.at(-1)! > 0 ? distance : undefined
