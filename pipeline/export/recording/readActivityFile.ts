/** Reads an activity file in any of the formats of an export. */
import { decodeFit } from "../fit/decodeFit.ts"
import { isFitSignature } from "../fit/header.ts"
import { isXml } from "../xml/decodeXml.ts"
import { readXml } from "../xml/readXml.ts"
import { gunzip, largestFile } from "./gunzip.ts"
import { emptyRecording, type Recording } from "./Recording.ts"

const readFormat = (bytes: Uint8Array): Recording =>
  bytes.length === 0
    ? emptyRecording("unknown", ["the file is empty"])
    : isFitSignature(bytes, 8)
    ? decodeFit(bytes)
    : isXml(bytes)
    ? readXml(bytes)
    : emptyRecording("unknown", ["unknown format: neither FIT nor GPX nor TCX"])

/**
 * Reads an activity file, compressed or not. The format is detected from the bytes, because names are wrong
 * (`.bin.gz`). Never fails: a file that cannot be read has no points and a note with the reason.
 */
export const readActivityFile = (bytes: Uint8Array): Recording => {
  const { bytes: content, notes } = gunzip(bytes)
  if (content === undefined || content.length > largestFile) {
    return emptyRecording(
      "unknown",
      notes.length > 0 ? notes : [`larger than ${largestFile / 1e6} MB`],
    )
  }
  const recording = readFormat(content)
  const [damage] = notes
  return damage === undefined
    ? recording
    : { ...recording, damage, notes: [...notes, ...recording.notes] }
}
