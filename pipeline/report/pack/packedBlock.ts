/** Blocks of activities, deflated: the form in which they are cached and written. */
import { Buffer } from "node:buffer"
import { deflateRawSync, inflateRawSync } from "node:zlib"
import type { SiteRecording } from "../model/ActivityBlock.ts"
import { type BlockContents, blockContentsFrom, blockText } from "../model/blockText.ts"
import { endsOf, lastValues, meanValues } from "./steps.ts"

/** Compresses a text for the `DecompressionStream` of a browser. */
export const deflated = (text: string): Uint8Array => deflateRawSync(text, { level: 9 })

export const base64Of = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")

export const packBlock = (block: BlockContents): Uint8Array => deflated(blockText(block))

/** Returns the recording in at most `steps` steps. */
export const withSteps = (recording: SiteRecording, steps: number): SiteRecording => {
  const { track, ...columns } = recording
  const count = recording.time.length
  if (count <= steps) return recording
  const ends = endsOf(count, steps)
  const values = Object.entries(columns).map(([name, column]) => [
    name,
    name === "time" || name === "distance" || name === "temp"
      ? lastValues(column, ends)
      : meanValues(column, ends),
  ])
  const merged: SiteRecording = { time: [], ...Object.fromEntries(values) }
  if (track === undefined) return merged
  const inside = (end: number) => end >= track.from && end < track.from + track.positions.length
  const shown = ends.filter(inside)
  return shown.length < 2 ? merged : {
    ...merged,
    track: {
      from: ends.findIndex(inside),
      positions: shown.map((end) => track.positions[end - track.from]!),
    },
  }
}

/** Returns a packed block with at most `steps` steps, and without its track if there are no maps. */
export const repacked = (
  packed: Uint8Array,
  { maps, steps }: { readonly maps: boolean; readonly steps: number },
): Uint8Array => {
  const block = blockContentsFrom(inflateRawSync(packed).toString())
  if (block.recording === undefined) return packed
  const { track, ...others } = withSteps(block.recording, steps)
  return packBlock({ ...block, recording: { ...others, ...(maps && track && { track }) } })
}
