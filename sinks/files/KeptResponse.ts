/** A response that a sink keeps whole, whose text is decoded only if it is read. Never spread it. */
import { hashOf } from "../../schemas/json/hash.ts"
import { textOf } from "../../schemas/json/utf8.ts"
import type { StoredResponse } from "../Sink.ts"

export class KeptResponse implements StoredResponse {
  readonly id: string
  readonly bytes: Uint8Array
  readonly hash: string
  readonly fetchedAt: number

  constructor({ bytes, fetchedAt, hash = hashOf(bytes), id }: {
    readonly id: string
    readonly bytes: Uint8Array
    readonly fetchedAt: number
    readonly hash?: string
  }) {
    this.id = id
    this.bytes = bytes
    this.hash = hash
    this.fetchedAt = fetchedAt
  }

  get text(): string {
    return textOf(this.bytes)
  }
}
