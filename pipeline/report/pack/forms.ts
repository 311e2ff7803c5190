/** The form of all blocks in a report: as many steps as its size allows, with or without tracks. */
import type { PackedRecording } from "./readRecordings.ts"
import { repacked } from "./packedBlock.ts"
import { mostSteps } from "./recording.ts"

interface Form {
  readonly maps: boolean
  readonly steps: number
}

type Recordings = ReadonlyMap<string, PackedRecording>

/** Numbers of steps that are tried: few of them, so that a new activity seldom changes all others. */
const ladder = [mostSteps, 250, 225, 200, 175, 150] as const

/** Number of activities of which the size of all is estimated. */
const sampled = 60

const nameOf = ({ maps, steps }: Form): string => `${steps}${maps ? "" : " without maps"}`

const isWhole = ({ maps, steps }: Form) => maps && steps === mostSteps

/** Returns the block of a recording in a form. */
const inForm = (recording: PackedRecording, form: Form): Uint8Array =>
  isWhole(form)
    ? recording.block
    : recording.form === nameOf(form)
    ? recording.packed
    : repacked(recording.block, form)

/** Returns the recordings in a form; those that change it are new to the cache. */
export const withForm = (recordings: Recordings, form: Form): Recordings =>
  isWhole(form) ? recordings : new Map(
    Array.from(recordings, ([id, recording]) => [
      id,
      recording.form === nameOf(form) ? recording : {
        ...recording,
        form: nameOf(form),
        packed: repacked(recording.block, form),
        isNew: recording.key !== "",
      },
    ]),
  )

/** Characters of bytes in Base64. */
const charsOf = (bytes: number): number => Math.ceil(bytes / 3) * 4

/** Characters of the element around a block, with its id and its ranks. */
const around = 70

/**
 * Returns the most steps with which the blocks have at most `limit` characters, by the size of some of them;
 * undefined if even the fewest are too many.
 */
export const stepsWithin = (
  recordings: Recordings,
  limit: number,
  maps: boolean,
): number | undefined => {
  const all = [...recordings.values()]
  const some = all.filter((_, i) => i % Math.ceil(all.length / sampled) === 0)
  const sizeIn = (steps: number) =>
    some.reduce((sum, each) => sum + charsOf(inForm(each, { maps, steps }).length) + around, 0)
  const share = some.length === 0 ? 1 : all.length / some.length
  return ladder.find((steps) => sizeIn(steps) * share <= limit)
}

/** Returns the block that is written, of a recording in its form. */
export const writtenBlock = (recording: PackedRecording, form: Form): Uint8Array =>
  inForm(recording, form)
