/** The data of a site as text, and back: columns with dictionaries, which are a third of the rows. */
import { groupOf } from "../../metrics/sports.ts"
import type { Position } from "../../metrics/track.ts"
import { deltasOf, dictionaryOf, fromDeltas } from "./columns.ts"
import type { Site, Tracks } from "./Site.ts"
import { type SiteActivity, siteStreams } from "./SiteActivity.ts"

const texts = ["id", "name", "sport", "gear", "device", "source", "lack"] as const
const numbers = [
  ...["day", "minute", "meters", "moving", "elapsed", "climb"] as const,
  ...["beats", "maxBeats", "watts", "cadence", "load"] as const,
]
const flags = ["isPrivate", "commute", "trainer", "manual"] as const

/** Bits of the flags and of the streams in one number. */
const bitsOf = (activity: SiteActivity): number =>
  [
    ...flags.map((name) => activity[name]),
    ...siteStreams.map((stream) => activity.streams.includes(stream)),
  ]
    .reduce((bits, set, i) => bits | (set ? 1 << i : 0), 0)

const fromBits = (bits: number) => ({
  ...Object.fromEntries(flags.map((name, i) => [name, (bits & 1 << i) !== 0])),
  streams: siteStreams.filter((_, i) => (bits & 1 << i + flags.length) !== 0),
})

export const siteText = ({ activities, ...rest }: Site): string =>
  JSON.stringify({
    ...rest,
    columns: {
      texts: texts.map((name) => dictionaryOf(activities.map((each) => each[name]))),
      numbers: numbers.map((name) =>
        name === "day"
          ? deltasOf(activities.map(({ day }) => day), 1)
          : activities.map((each) => each[name] ?? null)
      ),
      bits: activities.map(bitsOf),
      zones: activities.map(({ zoneSeconds }) => zoneSeconds),
    },
  })

interface Columns {
  readonly texts: ReadonlyArray<ReturnType<typeof dictionaryOf>>
  readonly numbers: ReadonlyArray<ReadonlyArray<number | null>>
  readonly bits: ReadonlyArray<number>
  readonly zones: ReadonlyArray<ReadonlyArray<number>>
}

/** Returns the values of a column of numbers. */
const numbersFrom = (name: typeof numbers[number], values: ReadonlyArray<number | null>) =>
  name === "day" ? fromDeltas(values.map(Number), 1) : values

/** The text is that of this version of the program: it is in the same file as this code. */
export const siteFrom = (text: string): Site => {
  const { columns, ...rest }: Omit<Site, "activities"> & { columns: Columns } = JSON.parse(text)
  const named = [
    ...columns.texts.map(([list, at], i) => [texts[i], at.map((each) => list[each])] as const),
    ...numbers.map((name, i) => [name, numbersFrom(name, columns.numbers[i] ?? [])] as const),
  ]
  const activities = columns.bits.map((bits, i) => {
    const known = Object.fromEntries(named.map(([name, values]) => [name, values[i] ?? undefined]))
    const group = groupOf(String(known["sport"]))
    const zoneSeconds = columns.zones[i] ?? []
    return { ...known, group, ...fromBits(bits), zoneSeconds } as unknown as SiteActivity
  })
  return { ...rest, activities }
}

/** Steps of a degree in the tracks of the overview. */
const perDegree = 1e4

/** Returns the tracks as text, in the order of the activities. */
export const tracksText = (tracks: Tracks, { activities }: Site): string => {
  const found = activities.map(({ id }) => tracks.get(id) ?? [])
  const positions = found.flat()
  return JSON.stringify([
    found.map(({ length }) => length),
    deltasOf(positions.map(([lng]) => lng), perDegree),
    deltasOf(positions.map(([, lat]) => lat), perDegree),
  ])
}

export const tracksFrom = (text: string, { activities }: Site): Tracks => {
  const [counts, east, north]: ReadonlyArray<ReadonlyArray<number>> = JSON.parse(text)
  const lngs = fromDeltas(east ?? [], perDegree)
  const lats = fromDeltas(north ?? [], perDegree)
  let at = 0
  return new Map(activities.flatMap(({ id }, i) => {
    const from = at
    at += counts?.[i] ?? 0
    const track = lngs.slice(from, at).map((lng, j): Position => [lng, lats[from + j]!])
    return track.length === 0 ? [] : [[id, track]]
  }))
}
