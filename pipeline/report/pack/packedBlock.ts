/** Blocks of activities, deflated: the form in which they are cached and written. */
import { Buffer } from "node:buffer"
import { deflateRawSync, inflateRawSync } from "node:zlib"
import { type BlockContents, blockContentsFrom, blockText } from "../model/blockText.ts"
import { withSteps } from "./fewerSteps.ts"

/** Compresses a text for the `DecompressionStream` of a browser. */
export const deflated = (text: string): Uint8Array => deflateRawSync(text, { level: 9 })

export const base64Of = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")

export const packBlock = (block: BlockContents): Uint8Array => deflated(blockText(block))

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
