/** An activity as the GPX and TCX writers take it, and the parts that both need. */
import type { DeviceSamples } from "../DeviceSamples.ts"

export interface XmlActivity {
  /** Start in milliseconds since 1970. */
  readonly start: number
  /** Name on the device, which is not the name at Strava. */
  readonly name: string
  readonly sportType: string
  /** Device, for the files that name one. */
  readonly device: string
  readonly samples: DeviceSamples
}

/** Returns a function that formats seconds since the start as `2018-09-12T15:02:23Z`. */
export const xmlTimes = (start: number, fraction = ""): (seconds: number) => string => (seconds) =>
  `${new Date(start + seconds * 1000).toISOString().slice(0, 19)}${fraction}Z`

/** Returns text that is safe in an element or attribute. */
export const escapeXml = (text: string): string =>
  text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** Returns an element with a value, or nothing if there is none. */
export const element = (name: string, value: number | string | null | undefined): string =>
  value === null || value === undefined ? "" : `<${name}>${value}</${name}>`

/** Returns ranges of samples without a gap of more than `seconds`. */
export const unbrokenRanges = (
  time: ReadonlyArray<number>,
  seconds: number,
): ReadonlyArray<readonly [from: number, to: number]> => {
  const ranges: Array<readonly [number, number]> = []
  let from = 0
  for (let i = 1; i <= time.length; i++) {
    if (i < time.length && time[i]! - time[i - 1]! <= seconds) continue
    if (i > from) ranges.push([from, i])
    from = i
  }
  return ranges
}
