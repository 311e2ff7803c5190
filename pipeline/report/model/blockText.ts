/** The block of an activity as text, and back. Its efforts are ranked among those of all activities. */
import type { Group } from "../../metrics/sports.ts"
import type { Position } from "../../metrics/track.ts"
import { metersPer } from "../../metrics/units.ts"
import type { ActivityBlock, SiteEffort, SiteLap, SiteRecording, Split } from "./ActivityBlock.ts"
import { type ColumnFormat, columnFrom, columnText } from "./columns.ts"
import type { Site } from "./Site.ts"

/** Best result of one activity: seconds over a distance, or watts for a time. */
export type EffortResult = readonly [key: number, value: number]

/** A block before its efforts are ranked, with the cadence that Strava sent. */
export interface BlockContents extends Omit<ActivityBlock, "efforts"> {
  readonly efforts: ReadonlyArray<EffortResult>
}

/** Steps of 1 s, 5 m, 1 m, 0.05 m/s, 1 bpm, 2 W, 1 rpm, 1 °C. */
const formats = {
  time: { scale: 1, order: 1 },
  distance: { scale: .2, order: 2 },
  altitude: { scale: 1, order: 1 },
  speed: { scale: 20, order: 1 },
  beats: { scale: 1, order: 1 },
  watts: { scale: .5, order: 1 },
  cadence: { scale: 1, order: 1 },
  temp: { scale: 1, order: 1 },
} as const satisfies Readonly<Record<string, ColumnFormat>>
type Column = keyof typeof formats
const columnNames = Object.keys(formats) as ReadonlyArray<Column>

const degrees = { scale: 1e5, order: 2 } as const
const whole = { scale: 1, order: 1 } as const

type TrackText = readonly [from: number, lng: string, lat: string]
/** Meters of the last split, and columns; an unknown heart rate is 0, and unknown altitudes are no column. */
type SplitsText = readonly [last: number, seconds: string, rises: string, beats: string]
type LapRow = readonly [string, number, number, number | null, number | null, number | null]

/** Arrays, because the names of members would be a tenth of the text; 0 for what there is not. */
type EncodedBlock = readonly [
  columns: ReadonlyArray<string | 0> | 0,
  track: TrackText | 0,
  splits: readonly [metric: SplitsText | 0, imperial: SplitsText | 0],
  laps: ReadonlyArray<LapRow> | 0,
  segments: ReadonlyArray<LapRow> | 0,
  efforts: ReadonlyArray<number>,
]

const splitsText = (splits: ReadonlyArray<Split>): SplitsText | 0 => {
  const last = splits.at(-1)
  if (last === undefined) return 0
  const rises = splits.flatMap(({ rise }) => rise ?? [])
  return [
    last.meters,
    columnText(splits.map(({ seconds }) => seconds), whole),
    columnText(rises, whole),
    columnText(splits.map(({ beats }) => beats ?? 0), whole),
  ]
}

const splitsFrom = (text: SplitsText | 0, meters: number): ReadonlyArray<Split> => {
  if (text === 0) return []
  const [last, seconds, ...others] = text
  const [rises = [], beats = []] = others.map((each) => columnFrom(each, whole))
  return columnFrom(seconds, whole).map((time, i, all) => ({
    meters: i === all.length - 1 ? last : Math.round(meters),
    seconds: time,
    rise: rises[i],
    beats: beats[i] || undefined,
  }))
}

const lapRow = ({ beats, climb, meters, name, seconds, watts }: SiteLap): LapRow => [
  name,
  meters,
  seconds,
  climb ?? null,
  beats ?? null,
  watts ?? null,
]

const lapFrom = ([name, meters, seconds, climb, beats, watts]: LapRow): SiteLap => ({
  name,
  meters,
  seconds,
  climb: climb ?? undefined,
  beats: beats ?? undefined,
  watts: watts ?? undefined,
})

const trackText = ({ from, positions }: NonNullable<SiteRecording["track"]>): TrackText => [
  from,
  columnText(positions.map(([lng]) => lng), degrees),
  columnText(positions.map(([, lat]) => lat), degrees),
]

export const blockText = (
  { efforts, laps, recording, segments, splits: { imperial, metric } }: BlockContents,
): string => {
  const encoded: EncodedBlock = [
    recording === undefined ? 0 : columnNames.map((name) => {
      const values = recording[name]
      return values === undefined ? 0 : columnText(values, formats[name])
    }),
    recording?.track === undefined ? 0 : trackText(recording.track),
    [splitsText(metric), splitsText(imperial)],
    laps?.map(lapRow) ?? 0,
    segments?.map(lapRow) ?? 0,
    efforts.flat(),
  ]
  return JSON.stringify(encoded)
}

const recordingFrom = (
  columns: ReadonlyArray<string | 0>,
  track: TrackText | 0,
): SiteRecording => {
  const values = Object.fromEntries(columnNames.flatMap((name, i) => {
    const text = columns[i] ?? 0
    return text === 0 ? [] : [[name, columnFrom(text, formats[name])]]
  }))
  const recording = { time: [], ...values }
  if (track === 0) return recording
  const [from, east, north] = track
  const lats = columnFrom(north, degrees)
  const positions = columnFrom(east, degrees).map((lng, i): Position => [lng, lats[i]!])
  return { ...recording, track: { from, positions } }
}

const effortsFrom = (efforts: ReadonlyArray<number>): ReadonlyArray<EffortResult> =>
  efforts.flatMap((key, i) => i % 2 === 0 ? [[key, efforts[i + 1]!]] : [])

/** The text is that of this version of the program: it is in the same file as this code. */
export const blockContentsFrom = (text: string): BlockContents => {
  const encoded: EncodedBlock = JSON.parse(text)
  const [columns, track, [metric, imperial], laps, segments, efforts] = encoded
  return {
    recording: columns === 0 ? undefined : recordingFrom(columns, track),
    splits: {
      metric: splitsFrom(metric, metersPer.km),
      imperial: splitsFrom(imperial, metersPer.mi),
    },
    laps: laps === 0 ? undefined : laps.map(lapFrom),
    segments: segments === 0 ? undefined : segments.map(lapFrom),
    efforts: effortsFrom(efforts),
  }
}

/** Strava counts the steps of one leg. */
export const cadenceFactor = (group: Group): 1 | 2 => group === "run" || group === "walk" ? 2 : 1

/** Returns the block of an activity of a site; `ranks` are in the order of its efforts. */
export const rankedBlock = (
  block: BlockContents,
  ranks: ReadonlyArray<number>,
  group: Group,
  { records }: Pick<Site, "records">,
): ActivityBlock => {
  const bests = new Map([...records.run, ...records.power].map(({ key, steps }) => [
    key,
    steps.at(-1)?.value,
  ]))
  const efforts = block.efforts.map(([key, value], i): SiteEffort => ({
    key,
    value,
    rank: ranks[i] ?? 0,
    best: bests.get(key) ?? value,
  }))
  const { recording } = block
  if (recording?.cadence === undefined) return { ...block, efforts }
  const cadence = recording.cadence.map((value) => value * cadenceFactor(group))
  return { ...block, recording: { ...recording, cadence }, efforts }
}
