/** Finds the simulator's secrets by their canary: as plain text, and in other encodings. */
import { Buffer } from "node:buffer"
import { canary } from "../pipeline/simulator/Tokens.ts"

/** Returns `text` within a longer text in base64, for each position in a group of three bytes. */
const inBase64 = (text: string): ReadonlyArray<string> =>
  [0, 1, 2].map((before) => {
    const whole = Buffer.from("\0".repeat(before) + text).toString("base64").replace(/=+$/, "")
    // The first and last characters also encode the neighboring bytes.
    const end = (before + text.length) % 3 === 0 ? undefined : -1
    return whole.slice(before === 0 ? 0 : before + 1, end)
  })

const hex = Buffer.from(canary).toString("hex")

/** Encodings of the canary. It has only letters and digits, so that URLs do not change it. */
const spellings: ReadonlyArray<string> = [
  canary,
  ...inBase64(canary),
  hex,
  hex.replaceAll(/../g, "%$&"),
  canary.replaceAll(/./g, "\0$&"),
]

const pattern = new RegExp(spellings.join("|"))

/** Returns the position of a secret in `bytes`, or -1. Searching Latin-1 text reaches 1 GB/s. */
export const canaryIn = (bytes: Uint8Array): number =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1").search(pattern)

/** Returns the numbers, from 1, of the lines that contain a secret. */
export const linesWithCanary = (text: string): ReadonlyArray<number> =>
  text.split("\n").flatMap((line, i) => canaryIn(new TextEncoder().encode(line)) < 0 ? [] : [i + 1])
