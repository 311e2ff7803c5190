/** Hashes of responses. */
import { createHash } from "node:crypto"
import { bytesOf } from "./utf8.ts"

/** Returns the SHA-256 of a text or its bytes, in hexadecimal: an item's `hash`. */
export const hashOf = (sent: string | Uint8Array): string =>
  createHash("sha256").update(typeof sent === "string" ? bytesOf(sent) : sent).digest("hex")
