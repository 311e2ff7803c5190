/**
 * Samples of a scanned response as a parameter of PostgreSQL: encoded from its bytes, without a
 * value per sample.
 */
import { PgTypes } from "@effect/sql-pg"
import { Result } from "effect"
import { endOfCell, numberIn, sampleCount, type SampleList } from "../../../schemas/json/samples.ts"
import type { StreamColumn } from "../schema/columns.ts"

/** Types of arrays by their OID: the OID and the size of an element. */
const elements = {
  [PgTypes.OID.float8Array]: { oid: PgTypes.OID.float8, size: 8 },
  [PgTypes.OID.boolArray]: { oid: PgTypes.OID.bool, size: 1 },
}
const arrayOids = { "float8[]": PgTypes.OID.float8Array, "boolean[]": PgTypes.OID.boolArray }

const header = 12
const dimension = 8
const lengthSize = 4

const letterN = 0x6e
const letterT = 0x74

type Column = Pick<StreamColumn, "half" | "type">

/** True if every sample in the list is null or has the type of the column. */
export const fitsColumn = ({ half, type }: Column, list: SampleList): boolean => {
  const numbersFit = type === "float8[]" && half === undefined
  return (list.numbers === 0 || numbersFit) &&
    (list.booleans === 0 || type === "boolean[]") &&
    (list.pairs === 0 || half !== undefined)
}

/** Samples of a list, all of the column's type or null. */
export class SampleArray {
  readonly bytes: Uint8Array
  readonly list: SampleList
  readonly column: Column

  constructor(bytes: Uint8Array, list: SampleList, column: Column) {
    this.bytes = bytes
    this.list = list
    this.column = column
  }

  /** Length of the array in PostgreSQL's binary form. */
  get length(): number {
    const { column: { type }, list } = this
    const count = sampleCount(list)
    const start = count === 0 ? header : header + dimension
    return start + count * lengthSize + (count - list.nulls) * elements[arrayOids[type]].size
  }

  /** Encodes the array in PostgreSQL's binary form at the beginning of `buffer`. */
  encode(buffer: ArrayBuffer = new ArrayBuffer(this.length)): Uint8Array {
    const { bytes, column: { half, type }, list } = this
    const { at, end, nulls } = list
    const { oid, size } = elements[arrayOids[type]]
    const count = sampleCount(list)
    const start = count === 0 ? header : header + dimension
    const out = new Uint8Array(buffer, 0, this.length)
    const view = new DataView(buffer)
    view.setInt32(0, count === 0 ? 0 : 1)
    view.setInt32(4, nulls === 0 ? 0 : 1)
    view.setInt32(8, oid)
    if (count === 0) return out
    view.setInt32(header, count)
    view.setInt32(header + 4, 1)
    let to = start
    for (let i = at; i < end;) {
      const first = bytes[i]
      if (first === letterN) {
        view.setInt32(to, -1)
        to += lengthSize
        i = endOfCell(bytes, i) + 1
        continue
      }
      view.setInt32(to, size)
      to += lengthSize
      if (type === "boolean[]") {
        out[to] = first === letterT ? 1 : 0
        i = endOfCell(bytes, i) + 1
      } else if (half === undefined) {
        const cellEnd = endOfCell(bytes, i)
        view.setFloat64(to, numberIn(bytes, i, cellEnd))
        i = cellEnd + 1
      } else {
        const middle = endOfCell(bytes, i + 1)
        const close = endOfCell(bytes, middle + 1)
        view.setFloat64(
          to,
          half === 0 ? numberIn(bytes, i + 1, middle) : numberIn(bytes, middle + 1, close),
        )
        // The bracket and the comma after the pair.
        i = close + 2
      }
      to += size
    }
    return out
  }

  get parameter(): PgTypes.Parameter {
    return {
      [PgTypes.ParameterTypeId]: PgTypes.ParameterTypeId,
      oid: arrayOids[this.column.type],
      value: this,
    }
  }
}

/** Lets `types` encode a `SampleArray`; all other values stay as they are. */
export const registerSampleArrays = (types: PgTypes.Registry): void => {
  const plain = PgTypes.makeRegistry()
  let buffer = new ArrayBuffer()
  for (const oid of Object.values(arrayOids)) {
    types.register<unknown>(oid, {
      encode: (value) =>
        value instanceof SampleArray
          ? Result.succeed(value.encode())
          : PgTypes.encode(value, oid, plain),
      // The sink copies at once, so that the next array can have the same buffer.
      write: (sink, value) => {
        if (value instanceof SampleArray) {
          const isEnough = buffer.byteLength >= value.length
          buffer = isEnough ? buffer : new ArrayBuffer(2 * value.length)
          return Result.succeed(sink.raw(value.encode(buffer)))
        }
        const parameter = { [PgTypes.ParameterTypeId]: PgTypes.ParameterTypeId, oid, value }
        return PgTypes.writeParameter(sink, parameter, plain)
      },
      decode: (bytes) => PgTypes.decode(bytes, oid, 1, plain),
    })
  }
}
