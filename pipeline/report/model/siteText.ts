/** The data of a site as text, and back: columns with dictionaries, which are a third of the rows. */
import { groupOf } from "../../metrics/sports.ts"
import type { Position } from "../../metrics/track.ts"
import { columnFrom, columnText, dictionaryOf } from "./columns.ts"
import type { Site, Tracks } from "./Site.ts"
import { type SiteActivity, siteStreams } from "./SiteActivity.ts"

const texts = ["id", "name", "sport", "gear", "device", "source", "lack"] as const
const numbers = [
  ...["minute", "meters", "moving", "elapsed", "climb"] as const,
  ...["beats", "maxBeats", "watts", "cadence", "load"] as const,
]
const days = { scale: 1, order: 1 } as const
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
      days: columnText(activities.map(({ day }) => day), days),
      numbers: numbers.map((name) => activities.map((each) => each[name] ?? null)),
      bits: activities.map(bitsOf),
      zones: activities.map(({ zoneSeconds }) => zoneSeconds),
    },
  })

interface Columns {
  readonly texts: ReadonlyArray<ReturnType<typeof dictionaryOf>>
  readonly days: string
  readonly numbers: ReadonlyArray<ReadonlyArray<number | null>>
  readonly bits: ReadonlyArray<number>
  readonly zones: ReadonlyArray<ReadonlyArray<number>>
}

/** The text is that of this version of the program: it is in the same file as this code. */
export const siteFrom = (text: string): Site => {
  const { columns, ...rest }: Omit<Site, "activities"> & { columns: Columns } = JSON.parse(text)
  const named = [
    ...columns.texts.map(([list, at], i) => [texts[i], at.map((each) => list[each])] as const),
    ["day", columnFrom(columns.days, days)] as const,
    ...numbers.map((name, i) => [name, columns.numbers[i] ?? []] as const),
  ]
  const activities = columns.bits.map((bits, i) => {
    const known = Object.fromEntries(named.map(([name, values]) => [name, values[i] ?? undefined]))
    const group = groupOf(String(known["sport"]))
    const zoneSeconds = columns.zones[i] ?? []
    return { ...known, group, ...fromBits(bits), zoneSeconds } as unknown as SiteActivity
  })
  return { ...rest, activities }
}

/** Positions in the tracks of the overview, to 0.0001 degrees. */
const degrees = { scale: 1e4, order: 1 } as const

/** Returns the tracks as text, in the order of the activities. */
export const tracksText = (tracks: Tracks, { activities }: Site): string => {
  const found = activities.map(({ id }) => tracks.get(id) ?? [])
  const positions = found.flat()
  return JSON.stringify([
    found.map(({ length }) => length),
    columnText(positions.map(([lng]) => lng), degrees),
    columnText(positions.map(([, lat]) => lat), degrees),
  ])
}

export const tracksFrom = (text: string, { activities }: Site): Tracks => {
  const [counts, east, north]: readonly [ReadonlyArray<number>, string, string] = JSON.parse(text)
  const lngs = columnFrom(east, degrees)
  const lats = columnFrom(north, degrees)
  let at = 0
  return new Map(activities.flatMap(({ id }, i) => {
    const from = at
    at += counts[i] ?? 0
    const track = lngs.slice(from, at).map((lng, j): Position => [lng, lats[from + j]!])
    return track.length === 0 ? [] : [[id, track]]
  }))
}
