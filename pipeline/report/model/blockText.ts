/** The block of an activity as text, and back. Its efforts are ranked among those of all activities. */
import type { Position } from "../../metrics/track.ts"
import type { ActivityBlock, SiteEffort, SiteLap, SiteRecording, Split } from "./ActivityBlock.ts"
import { deltasOf, fromDeltas } from "./columns.ts"
import type { Site } from "./Site.ts"

/** Best result of one activity: seconds over a distance, or watts for a time. */
export type EffortResult = readonly [key: number, value: number]

/** A block before its efforts are ranked. */
export interface BlockContents extends Omit<ActivityBlock, "efforts"> {
  readonly efforts: ReadonlyArray<EffortResult>
}

/** Steps per unit: 1 s, 5 m, 1 m, 0.05 m/s, 1 bpm, 2 W, 1 rpm, 1 °C. */
const scales = {
  time: 1,
  distance: .2,
  altitude: 1,
  speed: 20,
  beats: 1,
  watts: .5,
  cadence: 1,
  temp: 1,
} as const
type Column = keyof typeof scales
const columnNames = Object.keys(scales) as ReadonlyArray<Column>

/** Steps of a degree in the track of an activity. */
const perDegree = 1e5

type Deltas = ReadonlyArray<number>
type SplitRow = readonly [number, number, number | null, number | null]
type LapRow = readonly [string, number, number, number | null, number | null, number | null]

interface EncodedBlock {
  readonly columns?: { readonly [Name in Column]?: Deltas }
  readonly track?: readonly [from: number, lng: Deltas, lat: Deltas]
  readonly splits: readonly [ReadonlyArray<SplitRow>, ReadonlyArray<SplitRow>]
  readonly laps?: ReadonlyArray<LapRow>
  readonly segments?: ReadonlyArray<LapRow>
  readonly efforts: ReadonlyArray<EffortResult>
}

const splitRow = ({ beats, meters, rise, seconds }: Split): SplitRow => [
  meters,
  seconds,
  rise ?? null,
  beats ?? null,
]

const splitFrom = ([meters, seconds, rise, beats]: SplitRow): Split => ({
  meters,
  seconds,
  rise: rise ?? undefined,
  beats: beats ?? undefined,
})

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

const columnsText = (recording: SiteRecording): EncodedBlock["columns"] =>
  Object.fromEntries(columnNames.flatMap((name) => {
    const values = recording[name]
    return values === undefined ? [] : [[name, deltasOf(values, scales[name])]]
  }))

const trackText = ({ from, positions }: NonNullable<SiteRecording["track"]>) =>
  [
    from,
    deltasOf(positions.map(([lng]) => lng), perDegree),
    deltasOf(positions.map(([, lat]) => lat), perDegree),
  ] as const

export const blockText = (
  { efforts, laps, recording, segments, splits: { imperial, metric } }: BlockContents,
): string => {
  const encoded: EncodedBlock = {
    ...(recording && { columns: columnsText(recording) ?? {} }),
    ...(recording?.track && { track: trackText(recording.track) }),
    splits: [metric.map(splitRow), imperial.map(splitRow)],
    ...(laps && { laps: laps.map(lapRow) }),
    ...(segments && { segments: segments.map(lapRow) }),
    efforts,
  }
  return JSON.stringify(encoded)
}

const recordingFrom = ({ columns = {}, track }: EncodedBlock): SiteRecording => {
  const values = Object.fromEntries(columnNames.flatMap((name) => {
    const deltas = columns[name]
    return deltas === undefined ? [] : [[name, fromDeltas(deltas, scales[name])]]
  }))
  const recording = { time: [], ...values }
  if (track === undefined) return recording
  const [from, east, north] = track
  const lats = fromDeltas(north, perDegree)
  const positions = fromDeltas(east, perDegree).map((lng, i): Position => [lng, lats[i]!])
  return { ...recording, track: { from, positions } }
}

/** The text is that of this version of the program: it is in the same file as this code. */
export const blockContentsFrom = (text: string): BlockContents => {
  const encoded: EncodedBlock = JSON.parse(text)
  const { columns, efforts, laps, segments, splits: [metric, imperial] } = encoded
  return {
    recording: columns && recordingFrom(encoded),
    splits: { metric: metric.map(splitFrom), imperial: imperial.map(splitFrom) },
    laps: laps?.map(lapFrom),
    segments: segments?.map(lapFrom),
    efforts,
  }
}

/** Returns the block with its efforts, whose `ranks` are in the order of the efforts. */
export const rankedBlock = (
  block: BlockContents,
  ranks: ReadonlyArray<number>,
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
  return { ...block, efforts }
}
