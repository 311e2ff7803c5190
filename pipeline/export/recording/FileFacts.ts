/** Facts of an activity file that the activity's row in the export lacks. */
import { isFix } from "./derived.ts"
import type { Recording } from "./Recording.ts"
import { type SamplePositions, valueText } from "./SampleColumn.ts"
import { firstTimeOf } from "./SampleRows.ts"
import { type PositionZone, zoneAt } from "./zone.ts"

/** Latitude and longitude in degrees as JSON numbers, with the digits of the file. */
type PositionText = readonly [lat: string, lng: string]

export interface FileFacts {
  /** First position within the activity; undefined indoors. */
  readonly startLatlng?: PositionText
  /** Last position within the activity. */
  readonly endLatlng?: PositionText
  /** Local time minus UTC in seconds at the start: as the file says, otherwise of the first position's zone. */
  readonly utcOffset?: number
  /** Zone of the first position with its standard offset: `(GMT+01:00) Europe/Berlin`. */
  readonly timezone?: string
  readonly hasHeartrate: boolean
  /** True if the file has power, so that it was measured. */
  readonly deviceWatts: boolean
  readonly device?: string
  readonly sport?: string
  /** First time in the file in milliseconds since 1970; undefined if its times count from the device's start. */
  readonly firstTime?: number
}

/** Samples of an activity, as far as facts depend on them. */
interface SampleFacts {
  readonly positions: SamplePositions | undefined
  readonly hasHeartrate: boolean
  readonly deviceWatts: boolean
}

const positionText = ({ index, lat, lng }: SamplePositions, row: number) => {
  const texts = [valueText(lat, index[row]!), valueText(lng, index[row]!)] as const
  return texts[0] === undefined || texts[1] === undefined
    ? undefined
    : [texts[0], texts[1]] as const
}

const placesOf = (positions: SamplePositions, start: number | undefined) => {
  const { lats, lngs } = positions
  const fix = (row: number) => isFix(lats[row]!, lngs[row]!)
  let first = 0
  let last = lats.length - 1
  while (first <= last && !fix(first)) first++
  while (last >= first && !fix(last)) last--
  if (first > last) return {}
  const startLatlng = positionText(positions, first)
  const endLatlng = positionText(positions, last)
  const zone = start === undefined ? undefined : zoneAt(lats[first]!, lngs[first]!, start)
  return { startLatlng, endLatlng, zone }
}

/** Returns the sport of the session during which an activity starts; without one, that of the file. */
const sportAt = (
  { deviceTime, sessionList = [], sport }: Recording,
  start: number | undefined,
): string | undefined =>
  start === undefined || deviceTime === true
    ? sport
    : sessionList.findLast((session) => session.start <= start && start < session.end)?.sport ??
      sport

/** Returns the facts of a file; `start` is the activity's in milliseconds since 1970, if it is known. */
export const factsOf = (
  recording: Recording,
  { deviceWatts, hasHeartrate, positions }: SampleFacts,
  start: number | undefined,
): FileFacts => {
  const { device, deviceTime } = recording
  const sport = sportAt(recording, start)
  const firstTime = deviceTime === true ? undefined : firstTimeOf(recording)
  const places: {
    readonly startLatlng?: PositionText | undefined
    readonly endLatlng?: PositionText | undefined
    readonly zone?: PositionZone | undefined
  } = positions === undefined ? {} : placesOf(positions, start ?? firstTime)
  const utcOffset = recording.utcOffset ?? places.zone?.offset
  return {
    ...places.startLatlng === undefined ? {} : { startLatlng: places.startLatlng },
    ...places.endLatlng === undefined ? {} : { endLatlng: places.endLatlng },
    ...utcOffset === undefined ? {} : { utcOffset },
    ...places.zone === undefined ? {} : { timezone: places.zone.label },
    hasHeartrate,
    deviceWatts,
    ...device === undefined ? {} : { device },
    ...sport === undefined ? {} : { sport },
    ...firstTime === undefined ? {} : { firstTime },
  }
}
