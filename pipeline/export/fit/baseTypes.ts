/** Base types of the FIT protocol: their sizes, and the values of fields as numbers. */

/** Bytes per value, by the number of the type: the low five bits of its byte in a definition. */
const sizes = [1, 1, 1, 2, 2, 4, 4, 1, 4, 8, 1, 2, 4, 1, 8, 8, 8]

/** Numbers of the base types that have a meaning of their own here. */
export const baseType = { uint8: 2, string: 7, float32: 8, float64: 9, byte: 13 } as const

/** Returns the number of a base type, without the bit that marks types of several bytes. */
export const baseTypeOf = (byte: number): number => byte & 0x1f

/** Returns the bytes that one value takes; undefined for a type that the protocol does not have. */
export const sizeOfType = (type: number): number | undefined => sizes[type]

const noSint64 = 0x7fffffffffffffffn
const noUint64 = 0xffffffffffffffffn

const of64Bits = (view: DataView, at: number, type: number, little: boolean): number => {
  if (type === 14) {
    const value = view.getBigInt64(at, little)
    return value === noSint64 ? NaN : Number(value)
  }
  const value = view.getBigUint64(at, little)
  return value === (type === 15 ? noUint64 : 0n) ? NaN : Number(value)
}

const finite = (value: number): number => Number.isFinite(value) ? value : NaN

/**
 * Returns the value at `at`, which must be within the view; NaN for the value that means "none" in its
 * type, for strings, and for unknown types. Each type has its own such value: the highest one, or 0 of
 * the types with a `z`.
 */
export const fieldNumber = (view: DataView, at: number, type: number, little: boolean): number => {
  switch (type) {
    case 0: // enum
    case 2: // uint8
    case 13: { // byte
      const value = view.getUint8(at)
      return value === 0xff ? NaN : value
    }
    case 1: {
      const value = view.getInt8(at)
      return value === 0x7f ? NaN : value
    }
    case 3: {
      const value = view.getInt16(at, little)
      return value === 0x7fff ? NaN : value
    }
    case 4: {
      const value = view.getUint16(at, little)
      return value === 0xffff ? NaN : value
    }
    case 5: {
      const value = view.getInt32(at, little)
      return value === 0x7fffffff ? NaN : value
    }
    case 6: {
      const value = view.getUint32(at, little)
      return value === 0xffffffff ? NaN : value
    }
    case 8:
      return finite(view.getFloat32(at, little))
    case 9:
      return finite(view.getFloat64(at, little))
    case 10:
      return view.getUint8(at) || NaN
    case 11:
      return view.getUint16(at, little) || NaN
    case 12:
      return view.getUint32(at, little) || NaN
    case 14:
    case 15:
    case 16:
      return of64Bits(view, at, type, little)
    default:
      return NaN
  }
}
