/**
 * Reads FIT files, by the public descriptions of the protocol (fitdecode, fitparse and GoldenCheetah).
 *
 * One pass over the bytes, in time and memory proportional to them. Damage ends a file of a chain, not
 * the chain: the points before it are kept, and a note says so.
 */
import type { Recording } from "../recording/Recording.ts"
import { type Definition, definitionAt, isDefinition } from "./definition.ts"
import { type FitFacts, fitTime, mainSport, noFacts, readFacts } from "./fitFacts.ts"
import { checksumSize, crc16, type FitHeader, headerAt, nextHeader } from "./header.ts"
import { Notes } from "./Notes.ts"
import { fieldNumber } from "./baseTypes.ts"
import {
  mostFitPoints,
  type RecordLayout,
  recordLayout,
  recordMessage,
  RecordPoints,
} from "./records.ts"
import { heartRateMessage, SwimHeartRate } from "./swimHeartRate.ts"

/** Raw times below this one count from when the device was switched on, until it knows the time. */
const firstUtc = 0x10000000

/** Result of a file, collected while it is read. */
interface FitState {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly notes: Notes
  readonly points: RecordPoints
  readonly facts: FitFacts
  readonly beats: SwimHeartRate
}

/** Definition of a local type, with the layout of its points if it is one of records. */
interface LocalType extends Definition {
  readonly layout: RecordLayout | undefined
}

const toLocalType = (definition: Definition): LocalType => ({
  ...definition,
  layout: definition.message === recordMessage ? recordLayout(definition) : undefined,
})

/** End of the messages that can be read, and true if it is because the next one does not end in time. */
interface MessagesEnd {
  readonly stop: number
  readonly isCut: boolean
}

/** Reads the messages from `start` to `end`, or to the first one that cannot be read. */
const readMessages = (state: FitState, start: number, end: number): MessagesEnd => {
  const { beats, bytes, facts, points, view } = state
  const types: Array<LocalType | undefined> = []
  let seconds = NaN
  let at = start
  while (at < end) {
    const head = bytes[at]!
    const isCompressed = head >= 0x80
    if (!isCompressed && (head & 0x10) !== 0) return { stop: at, isCut: false }
    if (!isCompressed && (head & 0x40) !== 0) {
      if (!isDefinition(bytes, at, end)) return { stop: at, isCut: false }
      const definition = definitionAt(bytes, at, end)
      if (definition === undefined) return { stop: at, isCut: true }
      types[head & 0x0f] = toLocalType(definition)
      at = definition.next
      continue
    }
    const definition = types[isCompressed ? (head >> 5) & 3 : head & 0x0f]
    const data = at + 1
    if (definition === undefined) return { stop: at, isCut: false }
    if (data + definition.size > end) return { stop: at, isCut: true }
    const { layout, little, message, time } = definition
    const own = time === undefined ? NaN : fieldNumber(view, data + time.at, time.type, little)
    if (own === own) seconds = own
    // Five bits of the time are in the first byte; they are never behind the last time.
    if (isCompressed) seconds += (head - seconds) & 0x1f
    if (layout !== undefined) points.add(view, data, layout, little, isCompressed ? seconds : own)
    else if (message === heartRateMessage) beats.add(view, { at: data, definition })
    else readFacts(facts, bytes, view, { at: data, definition })
    if (points.length === mostFitPoints) return { stop: at, isCut: false }
    at = data + definition.size
  }
  return { stop: end, isCut: false }
}

/** Bytes of a file of a chain, and how far they could be read. */
interface FileEnd extends MessagesEnd {
  /** First byte after the data. */
  readonly end: number
  /** True if the header has no size: devices write it last, so it is 0 after a power failure. */
  readonly isUnfinished: boolean
}

/** Adds the problems of a file that was read. */
const noteProblems = (
  { bytes, notes }: FitState,
  { at, problem }: FitHeader,
  { end, isCut, isUnfinished, stop }: FileEnd,
): void => {
  const available = bytes.length - at
  const expected = end + checksumSize - at
  const isShort = end > bytes.length
  if (problem !== undefined) notes.add(problem)
  if (isUnfinished) notes.add("the recording was not finished: its header has no size")
  if (isShort) notes.addDamage(`the file ends early: it has ${available} of ${expected} bytes`)
  const isRead = stop === Math.min(end, bytes.length)
  if (!isRead && !(isCut && (isShort || isUnfinished))) {
    notes.addDamage(`the data cannot be read from byte ${stop} on: the points before it were kept`)
  }
  if (!isRead || isShort || isUnfinished) return
  if (expected > available) notes.add("the checksum is missing")
  else if (crc16(bytes, at, at + expected) !== 0) {
    notes.addDamage("the checksum is wrong: the data was kept")
  }
}

/** Reads a file of a chain. Returns the position from which the next one is searched. */
const readFile = (state: FitState, header: FitHeader): number => {
  const { bytes, notes, points } = state
  const { start } = header
  points.beginFile()
  state.beats.beginFile()
  const isUnfinished = header.end === start && start + checksumSize < bytes.length &&
    headerAt(bytes, start + checksumSize) === undefined
  const end = isUnfinished ? nextHeader(bytes, start) ?? bytes.length : header.end
  const messages = readMessages(state, start, Math.min(end, bytes.length))
  if (points.length === mostFitPoints) {
    notes.addDamage(`the file has more than ${mostFitPoints} points: the others were dropped`)
    return bytes.length
  }
  noteProblems(state, header, { ...messages, end, isUnfinished })
  if (messages.stop < end) return nextHeader(bytes, messages.stop) ?? bytes.length
  return isUnfinished ? end : end + checksumSize
}

/** Reads the files of a chain; bytes between them are skipped. */
const readChain = (state: FitState): void => {
  const { bytes, notes } = state
  let at = 0
  let files = 0
  while (at < bytes.length) {
    const header = headerAt(bytes, at)
    if (header !== undefined) {
      at = readFile(state, header)
      files++
      continue
    }
    const next = nextHeader(bytes, at)
    if (next === undefined && files === 0) return notes.add("not a FIT file")
    const end = next ?? bytes.length
    notes.addDamage(`${end - at} bytes that are not FIT data were skipped at byte ${at}`)
    at = end
  }
}

/**
 * Returns the times of the points in milliseconds since 1970, and true if they count from when the
 * device was switched on. If only some do, nothing says when that was, and these have no time.
 */
const pointTimes = ({ notes, points }: FitState): { times: Float64Array; deviceTime: boolean } => {
  const raw = points.times
  const early = raw.reduce((sum, seconds) => sum + (seconds < firstUtc ? 1 : 0), 0)
  const isUtc = early > 0 && raw.some((seconds) => seconds >= firstUtc)
  if (isUtc) notes.add(`points without a time, because the device did not know it yet: ${early}`)
  return {
    times: raw.map((seconds) => isUtc && seconds < firstUtc ? NaN : fitTime(seconds)),
    deviceTime: early > 0 && !isUtc,
  }
}

/**
 * Reads a FIT file. It never fails: damaged, truncated and other files have the points that can be read,
 * and notes. Only record messages are points; heart rates of swims are added to them by time.
 *
 * Positions have 7 decimals, rounded to the nearest, halves away from zero.
 */
export const decodeFit = (bytes: Uint8Array): Recording => {
  const state: FitState = {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    notes: new Notes(),
    points: new RecordPoints(),
    facts: noFacts(),
    beats: new SwimHeartRate(),
  }
  const { beats, facts, notes, points } = state
  if (bytes.length === 0) notes.add("the file is empty")
  else readChain(state)
  const { deviceTime, times } = pointTimes(state)
  points.dropZeroHeartRates()
  const rateAt = beats.lookup()
  if (rateAt !== undefined) points.fillHeartRates((point) => rateAt(times[point]!))
  const dropped = points.dropBadPositions()
  if (dropped > 0) notes.add(`positions that are not on Earth were dropped: ${dropped}`)
  if (points.length === 0 && notes.isEmpty) notes.add("the file has no records")
  const sport = mainSport(facts, times)
  return {
    format: "fit",
    times,
    columns: points.finish(),
    ...(deviceTime ? { deviceTime } : {}),
    ...(facts.utcOffset === undefined ? {} : { utcOffset: facts.utcOffset }),
    ...(facts.device === undefined ? {} : { device: facts.device }),
    ...(sport === undefined ? {} : { sport }),
    ...(facts.sessionCount < 2 ? {} : {
      sessions: facts.sessionCount,
      sessionList: facts.sessions,
    }),
    ...(notes.damage === undefined ? {} : { damage: notes.damage }),
    notes: notes.list,
  }
}
