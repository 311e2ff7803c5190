/** Definitions of FIT messages: which fields follow in the data of a local type, and their types. */
import { baseType, baseTypeOf, fieldNumber, sizeOfType } from "./baseTypes.ts"

/** A field of a message. */
interface FieldLayout {
  readonly number: number
  /** Position in the message, after its first byte. */
  readonly at: number
  /** Bytes of the field: those of one value, or a multiple in an array or text. */
  readonly size: number
  /** Number of the base type. */
  readonly type: number
}

/** Layout of the messages of a local type. */
export interface Definition {
  /** Global number of the message: 20 is a record. */
  readonly message: number
  /** Bytes of a message without its first byte. */
  readonly size: number
  readonly little: boolean
  /** Fields with at least one value, in the order of the file; no developer fields. */
  readonly fields: ReadonlyArray<FieldLayout>
  /** Field of the time; undefined if there is none that is an integer of 4 bytes or more. */
  readonly time: FieldLayout | undefined
  /** Position of the first byte after the definition. */
  readonly next: number
}

/** Number of the field that has the time, in every message. */
export const timeField = 253

const isTime = ({ number, type }: FieldLayout): boolean =>
  number === timeField && sizeOfType(type)! >= 4 &&
  type !== baseType.float32 && type !== baseType.float64

/** False if the bytes at `at` cannot be a definition: byte orders are 0 and 1. */
export const isDefinition = (bytes: Uint8Array, at: number, end: number): boolean =>
  at + 2 >= end || bytes[at + 2]! <= 1

/**
 * Returns the definition whose first byte is at `at`; undefined if it does not end before
 * `end`. The sizes of developer fields are in the definition itself, so that messages are read before, or
 * without, the descriptions of these fields.
 */
export const definitionAt = (
  bytes: Uint8Array,
  at: number,
  end: number,
): Definition | undefined => {
  const fieldsAt = at + 6
  if (fieldsAt > end) return undefined
  const little = bytes[at + 2] === 0
  const [low, high] = little ? [bytes[at + 3]!, bytes[at + 4]!] : [bytes[at + 4]!, bytes[at + 3]!]
  const fieldsEnd = fieldsAt + bytes[at + 5]! * 3
  const hasDeveloperFields = (bytes[at]! & 0x20) !== 0
  if (fieldsEnd + (hasDeveloperFields ? 1 : 0) > end) return undefined
  const fields: Array<FieldLayout> = []
  let size = 0
  for (let i = fieldsAt; i < fieldsEnd; i += 3) {
    const field = {
      number: bytes[i]!,
      at: size,
      size: bytes[i + 1]!,
      type: baseTypeOf(bytes[i + 2]!),
    }
    const valueSize = sizeOfType(field.type)
    if (valueSize !== undefined && field.size > 0 && field.size % valueSize === 0) {
      fields.push(field)
    }
    size += field.size
  }
  let next = fieldsEnd
  if (hasDeveloperFields) {
    next += 1 + bytes[fieldsEnd]! * 3
    if (next > end) return undefined
    for (let i = fieldsEnd + 1; i < next; i += 3) size += bytes[i + 1]!
  }
  return {
    message: low + high * 0x100,
    size,
    little,
    fields,
    time: fields.find(isTime),
    next,
  }
}

/** A message: its definition, and its first byte of data. */
export interface FitMessage {
  readonly definition: Definition
  readonly at: number
}

/** Returns the field with this number; undefined if the message has none. */
export const fieldOf = ({ fields }: Definition, number: number): FieldLayout | undefined =>
  fields.find((field) => field.number === number)

/** Returns the first value of a field of a message; NaN if it has none. */
export const fitNumber = (
  view: DataView,
  { at, definition }: FitMessage,
  number: number,
): number => {
  const field = fieldOf(definition, number)
  return field === undefined ? NaN : fieldNumber(view, at + field.at, field.type, definition.little)
}

/** Returns the values of a field of a message, NaN where it has none; empty if there is no such field. */
export const fitNumbers = (
  view: DataView,
  { at, definition }: FitMessage,
  number: number,
): ReadonlyArray<number> => {
  const field = fieldOf(definition, number)
  if (field === undefined) return []
  const size = sizeOfType(field.type)!
  return Array.from(
    { length: field.size / size },
    (_, i) => fieldNumber(view, at + field.at + i * size, field.type, definition.little),
  )
}
