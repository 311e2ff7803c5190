/** Facts about a whole FIT file: device, sport, sessions and local time, from messages that are not points. */
import type { FileSession } from "../recording/Recording.ts"
import { baseType } from "./baseTypes.ts"
import { fieldOf, type FitMessage, fitNumber, timeField } from "./definition.ts"
import { fitSport } from "./sports.ts"

/** Facts of a file, collected from its messages. */
export interface FitFacts {
  device: string | undefined
  /** Sport of the file as a whole, of the first message that has one. */
  sport: string | undefined
  utcOffset: number | undefined
  /** Number of sessions, also of those that are not in `sessions`. */
  sessionCount: number
  readonly sessions: Array<FileSession>
}

export const noFacts = (): FitFacts => ({
  device: undefined,
  sport: undefined,
  utcOffset: undefined,
  sessionCount: 0,
  sessions: [],
})

/** Milliseconds from 1970 to the end of 1989, from which FIT counts its seconds. */
const epoch = 631_065_600_000

/** Returns the time of a raw FIT time in milliseconds since 1970. */
export const fitTime = (seconds: number): number => seconds * 1000 + epoch

/** Maximum number of sessions whose times are kept; each point is compared with each of them. */
const mostSessions = 50

const utf8 = new TextDecoder()

/** Returns the text of a field up to its first zero byte, without control characters; empty if none. */
const textOf = (bytes: Uint8Array, { at, definition }: FitMessage, number: number): string => {
  const field = fieldOf(definition, number)
  if (field === undefined || field.type !== baseType.string) return ""
  const range = bytes.subarray(at + field.at, at + field.at + field.size)
  const end = range.indexOf(0)
  return utf8.decode(end < 0 ? range : range.subarray(0, end))
    .replace(/\p{Cc}+/gu, " ")
    .trim()
}

/** Message 0: manufacturer, product, and the name of the product in newer files. */
const readFileId = (facts: FitFacts, bytes: Uint8Array, view: DataView, message: FitMessage) => {
  const numbers = [fitNumber(view, message, 1), fitNumber(view, message, 2)]
    .filter((value) => !Number.isNaN(value))
  facts.device ??= textOf(bytes, message, 8) || numbers.join(" ") || undefined
}

/** Message 18: a session from its start on; the time of the message itself can be that of the file's end. */
const readSession = (facts: FitFacts, view: DataView, message: FitMessage) => {
  const start = fitNumber(view, message, 2)
  const elapsed = fitNumber(view, message, 7)
  const end = Number.isNaN(elapsed)
    ? fitTime(fitNumber(view, message, timeField))
    : fitTime(start) + elapsed
  if (Number.isNaN(start + end)) return
  facts.sessionCount++
  if (facts.sessions.length === mostSessions) return
  const sport = fitNumber(view, message, 5)
  facts.sessions.push({
    start: fitTime(start),
    end,
    ...(Number.isNaN(sport) ? {} : { sport: fitSport(sport) }),
  })
}

/** Message 12: the sport that the athlete chose; a file that ends early has no session. */
const readSport = (facts: FitFacts, view: DataView, message: FitMessage) => {
  const sport = fitNumber(view, message, 0)
  if (!Number.isNaN(sport)) facts.sport ??= fitSport(sport)
}

/** Seconds between the offsets of neighboring time zones, and the farthest offset from UTC. */
const zoneStep = 15 * 60
const farthestZone = 14 * 3600

/** Maximum difference of the two clocks of a message. */
const clockError = 60

/** Message 34: the time in UTC and the local time of the same moment. */
const readActivity = (facts: FitFacts, view: DataView, message: FitMessage) => {
  const difference = fitNumber(view, message, 5) - fitNumber(view, message, timeField)
  const offset = Math.round(difference / zoneStep) * zoneStep
  // Some devices write another time here, which is not an offset of any time zone.
  if (Math.abs(offset) <= farthestZone && Math.abs(difference - offset) <= clockError) {
    facts.utcOffset ??= offset + 0
  }
}

/** Adds the facts of a message, if it has any. */
export const readFacts = (
  facts: FitFacts,
  bytes: Uint8Array,
  view: DataView,
  message: FitMessage,
): void => {
  switch (message.definition.message) {
    case 0:
      return readFileId(facts, bytes, view, message)
    case 12:
      return readSport(facts, view, message)
    case 18:
      return readSession(facts, view, message)
    case 34:
      return readActivity(facts, view, message)
  }
}

/** Returns the sport of the session with the most points; of sessions with as many, the first. */
export const mainSport = (
  { sessions, sport }: FitFacts,
  times: Float64Array,
): string | undefined => {
  let most = -1
  let found = sport
  for (const session of sessions) {
    if (session.sport === undefined) continue
    const points = sessions.length === 1
      ? 0
      : times.reduce((sum, time) => sum + (time >= session.start && time <= session.end ? 1 : 0), 0)
    if (points <= most) continue
    most = points
    found = session.sport
  }
  return found
}
