/** Finds the simulator's secrets by the canary in them: in plain text, and as they get written otherwise. */
import { Buffer } from "node:buffer"
import { canary } from "../pipeline/simulator/Tokens.ts"

/** What base64 makes of `text` wherever it stands in a longer one: by where it begins in a group of three. */
const inBase64 = (text: string): ReadonlyArray<string> =>
  [0, 1, 2].map((before) => {
    const whole = Buffer.from("\0".repeat(before) + text).toString("base64").replace(/=+$/, "")
    // The first and last letters mix with what stands beside it.
    return whole.slice(
      before === 0 ? 0 : before + 1,
      (before + text.length) % 3 === 0 ? undefined : -1,
    )
  })

const eachByte = (text: string, write: (hex: string) => string) =>
  [...Buffer.from(text)].map((byte) => write(byte.toString(16).padStart(2, "0"))).join("")

/** The canary as it may be written. Of letters and digits only, it looks the same in a URL. */
const spellings: ReadonlyArray<string> = [
  canary,
  ...inBase64(canary),
  eachByte(canary, (hex) => hex),
  eachByte(canary, (hex) => `%${hex}`),
  eachByte(canary, (hex) => `\0${String.fromCharCode(parseInt(hex, 16))}`),
]

/** All of them at once; none has a letter that is special here. */
const any = new RegExp(spellings.join("|"))

/** Where a secret begins in `bytes`, or -1. As a pattern over Latin-1 it is found at 1 GB/s. */
export const canaryIn = (bytes: Uint8Array): number =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1").search(any)

/** The numbers, from 1, of the lines that show a secret. */
export const linesWithCanary = (text: string): ReadonlyArray<number> =>
  canaryIn(new TextEncoder().encode(text)) < 0
    ? []
    : text.split("\n").flatMap((line, i) =>
      canaryIn(new TextEncoder().encode(line)) < 0 ? [] : [i + 1]
    )
