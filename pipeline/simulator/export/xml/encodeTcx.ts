/** Encodes an activity as TCX. Its laps have fields with the same names as its points. */
import { type DeviceSamples, mapSamples } from "../DeviceSamples.ts"
import { element, escapeXml, type XmlActivity, xmlTimes } from "./XmlActivity.ts"

/** Returns the samples that TCX can carry: no temperature, and whole cadences. */
export const tcxSamples = (samples: DeviceSamples): DeviceSamples => {
  const same = (value: number) => value
  return mapSamples(samples, {
    altitude: same,
    distance: same,
    velocity_smooth: same,
    heartrate: same,
    cadence: Math.round,
    watts: same,
  })
}

const sportOf = (sportType: string): string =>
  /Run/.test(sportType) ? "Running" : /Ride/.test(sportType) ? "Biking" : "Other"

const heartRate = (name: string, value: number | null | undefined): string =>
  value === null || value === undefined ? "" : `<${name}><Value>${value}</Value></${name}>`

/** Returns the bytes of a TCX file. */
export const encodeTcx = (activity: XmlActivity): Uint8Array<ArrayBuffer> => {
  const samples = tcxSamples(activity.samples)
  const { altitude, cadence, distance, heartrate, latlng, time, velocity_smooth, watts } = samples
  const times = xmlTimes(activity.start)
  const sport = sportOf(activity.sportType)
  const running = sport === "Running"
  const point = (i: number): string => {
    const at = latlng?.[i]
    const extended = element("Speed", velocity_smooth?.[i]) +
      element("RunCadence", running ? cadence?.[i] : undefined) + element("Watts", watts?.[i])
    return [
      `<Trackpoint><Time>${times(time[i]!)}</Time>`,
      at === undefined || at === null
        ? ""
        : `<Position><LatitudeDegrees>${at[0]}</LatitudeDegrees>` +
          `<LongitudeDegrees>${at[1]}</LongitudeDegrees></Position>`,
      element("AltitudeMeters", altitude?.[i]),
      element("DistanceMeters", distance?.[i]),
      heartRate("HeartRateBpm", heartrate?.[i]),
      element("Cadence", running ? undefined : cadence?.[i]),
      extended &&
      `<Extensions><TPX xmlns="http://www.garmin.com/xmlschemas/ActivityExtension/v2">` +
        `${extended}</TPX></Extensions>`,
      "</Trackpoint>\n",
    ].join("")
  }
  const half = time.length >> 1
  const laps = [[0, half], [half, time.length]].filter(([from, to]) => from! < to!)
  const lap = ([from, to]: ReadonlyArray<number>): string => {
    const points: Array<string> = []
    for (let i = from!; i < to!; i++) points.push(point(i))
    const seconds = time[to! - 1]! - time[from!]!
    return `<Lap StartTime="${times(time[from!]!)}"><TotalTimeSeconds>${seconds}.0` +
      `</TotalTimeSeconds><DistanceMeters>98765.4</DistanceMeters>` +
      `<MaximumSpeed>33.3</MaximumSpeed><Calories>321</Calories>` +
      `${heartRate("AverageHeartRateBpm", 241)}${heartRate("MaximumHeartRateBpm", 242)}` +
      `<Intensity>Active</Intensity><Cadence>243</Cadence><TriggerMethod>Manual</TriggerMethod>` +
      `<Track>\n${points.join("")}</Track><Extensions><LX xmlns=` +
      `"http://www.garmin.com/xmlschemas/ActivityExtension/v2"><AvgSpeed>31.1</AvgSpeed>` +
      `<MaxRunCadence>244</MaxRunCadence><AvgWatts>1999</AvgWatts></LX></Extensions></Lap>\n`
  }
  const text = `${" ".repeat(10)}<?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase` +
    ` xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>` +
    `<Activity Sport="${sport}"><Id>${times(0)}</Id>\n${laps.map(lap).join("")}` +
    `<Notes>${escapeXml(activity.name)}</Notes><Creator` +
    ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Device_t">` +
    `<Name>${escapeXml(activity.device)}</Name></Creator></Activity></Activities>` +
    `</TrainingCenterDatabase>\n`
  return new TextEncoder().encode(text)
}
