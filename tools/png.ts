/** PNG files as they are drawn by a browser, read, and written again with at most 256 colours. */
import { Buffer } from "node:buffer"
import { constants, crc32, deflateSync, inflateSync } from "node:zlib"

interface Picture {
  readonly width: number
  readonly height: number
  /** Red, green and blue of each pixel, as one number. */
  readonly pixels: Uint32Array
}

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])

const paeth = (left: number, up: number, corner: number): number => {
  const guess = left + up - corner
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value)) as [
    number,
    number,
    number,
  ]
  return a <= b && a <= c ? left : b <= c ? up : corner
}

/** The bytes of rows, each of which begins with how it was filtered. */
const unfiltered = (rows: Buffer, height: number, stride: number, step: number): Buffer => {
  const bytes = Buffer.alloc(height * stride)
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)]
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x
      const left = x < step ? 0 : bytes[at - step]!
      const up = y === 0 ? 0 : bytes[at - stride]!
      const corner = x < step || y === 0 ? 0 : bytes[at - stride - step]!
      const expected = filter === 0
        ? 0
        : filter === 1
        ? left
        : filter === 2
        ? up
        : filter === 3
        ? (left + up) >> 1
        : paeth(left, up, corner)
      bytes[at] = rows[y * (stride + 1) + 1 + x]! + expected
    }
  }
  return bytes
}

/** Reads what Chromium writes: eight bits a colour, not interlaced, with or without transparency. */
export const decode = (png: Uint8Array): Picture => {
  const file = Buffer.from(png.buffer, png.byteOffset, png.byteLength)
  const data: Array<Buffer> = []
  for (let at = signature.length; at < file.length; at += file.readUInt32BE(at) + 12) {
    const length = file.readUInt32BE(at)
    if (file.toString("latin1", at + 4, at + 8) === "IDAT") {
      data.push(file.subarray(at + 8, at + 8 + length))
    }
  }
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)]
  const [depth, type] = [file[24], file[25]]
  if (depth !== 8 || (type !== 2 && type !== 6)) {
    throw new Error(`PNG of type ${type}, ${depth} bits`)
  }
  const step = type === 6 ? 4 : 3
  const bytes = unfiltered(inflateSync(Buffer.concat(data)), height, width * step, step)
  const pixels = Uint32Array.from(
    { length: width * height },
    (_, i) => bytes.readUIntBE(i * step, 3),
  )
  return { width, height, pixels }
}

interface Counted {
  readonly colour: number
  readonly count: number
}

const channels: ReadonlyArray<number> = [16, 8, 0]
const valueOf = (colour: number, shift: number) => (colour >> shift) & 255

/** The colours of a box along its longest side, cut where half of its pixels are on each side. */
const cut = (box: ReadonlyArray<Counted>): ReadonlyArray<ReadonlyArray<Counted>> => {
  const spread = (shift: number) => {
    const values = box.map(({ colour }) => valueOf(colour, shift))
    return Math.max(...values) - Math.min(...values)
  }
  const shift = [...channels].sort((a, b) => spread(b) - spread(a))[0]!
  const sorted = box.toSorted((a, b) => valueOf(a.colour, shift) - valueOf(b.colour, shift))
  const half = sorted.reduce((sum, { count }) => sum + count, 0) / 2
  let seen = 0
  const middle = sorted.findIndex(({ count }) => (seen += count) >= half)
  const at = Math.min(Math.max(middle, 1), sorted.length - 1)
  return [sorted.slice(0, at), sorted.slice(at)]
}

const weightOf = (box: ReadonlyArray<Counted>) =>
  box.length < 2 ? 0 : Math.sqrt(box.reduce((sum, { count }) => sum + count, 0)) * box.length

/** At most `most` colours for all: the half that is most common as it is, and the middles of the rest. */
const paletteOf = (pixels: Uint32Array, most: number): ReadonlyArray<number> => {
  const counts = new Map<number, number>()
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1)
  const colours = [...counts].map(([colour, count]) => ({ colour, count }))
    .sort((a, b) => b.count - a.count || a.colour - b.colour)
  if (colours.length <= most) return colours.map(({ colour }) => colour)
  const kept = colours.slice(0, most / 2)
  let boxes: ReadonlyArray<ReadonlyArray<Counted>> = [colours.slice(most / 2)]
  while (boxes.length < most / 2) {
    const heaviest = boxes.reduce((a, b) => weightOf(b) > weightOf(a) ? b : a)
    boxes = boxes.flatMap((box) => box === heaviest ? cut(box) : [box])
  }
  const middles = boxes.map((box) => {
    const total = box.reduce((sum, { count }) => sum + count, 0)
    return channels.reduce((colour, shift) =>
      colour | Math.round(
          box.reduce((sum, each) => sum + valueOf(each.colour, shift) * each.count, 0) / total,
        ) << shift, 0)
  })
  return [...kept.map(({ colour }) => colour), ...middles]
}

const distance = (a: number, b: number) =>
  channels.reduce((sum, shift) => sum + (valueOf(a, shift) - valueOf(b, shift)) ** 2, 0)

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

/** With a palette, as small as zlib makes it. */
export const encode = ({ height, pixels, width }: Picture, most = 256): Uint8Array => {
  const palette = paletteOf(pixels, most)
  const nearest = new Map(palette.map((colour, i) => [colour, i]))
  const indexOf = (pixel: number): number => {
    const known = nearest.get(pixel)
    if (known !== undefined) return known
    let best = 0
    palette.forEach((colour, i) => {
      if (distance(colour, pixel) < distance(palette[best]!, pixel)) best = i
    })
    nearest.set(pixel, best)
    return best
  }
  const rows = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows[y * (width + 1) + 1 + x] = indexOf(pixels[y * width + x]!)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  const colours = Buffer.from(
    palette.flatMap((colour) => channels.map((shift) => valueOf(colour, shift))),
  )
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("PLTE", colours),
    chunk("IDAT", deflateSync(rows, { level: constants.Z_BEST_COMPRESSION, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ])
}
