/** Requests and responses of the simulated Strava, as plain data independent of the transport. */

import type { ResponsePart } from "./responses/partial.ts"

export interface SimulatedRequest {
  readonly method: string
  /** Absolute address, such as `http://127.0.0.1:1/api/v3/athlete`. */
  readonly url: string
  /** Names in any letter case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Body as text; "" if there is none. */
  readonly body: string
}

/** A body as sent, or one that fails in transit. */
export type SimulatedBody =
  | string
  | Uint8Array<ArrayBuffer>
  /** The connection breaks before a header arrives. */
  | { readonly _tag: "Reset" }
  /** The connection breaks after `sent`. */
  | { readonly _tag: "Truncated"; readonly sent: Uint8Array<ArrayBuffer> }
  /** Nothing follows `sent`, and the connection stays open. */
  | { readonly _tag: "Stalled"; readonly sent: Uint8Array<ArrayBuffer> }
  /** One byte of `sent` per second. */
  | { readonly _tag: "Dripping"; readonly sent: Uint8Array<ArrayBuffer> }
  /** A JSON list of `bytes` bytes, nearly all blanks, which is small when compressed. */
  | { readonly _tag: "Bomb"; readonly bytes: number }

export interface SimulatedResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: SimulatedBody
}

/** A request that the simulator received, for tests. */
export interface SeenRequest {
  /** Time by the caller's clock, in milliseconds since 1970. */
  readonly at: number
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Status of the response; 0 until there is one, and if the connection broke before it. */
  readonly status: number
  /** True if refused with 429 because a limit was reached. */
  readonly refused: boolean
  /** True if counted in the quota. */
  readonly quota: boolean
  /** As sent, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** A fault that replaces or changes the normal response. */
export type FaultResponse =
  | {
    readonly _tag: "Status"
    readonly status: number
    /** By default, Strava's usual body for this status. */
    readonly body?: string
    readonly headers?: Readonly<Record<string, string | undefined>>
  }
  /** The connection breaks before a header arrives. */
  | { readonly _tag: "Reset" }
  /** The connection breaks after `bytes` of the body. */
  | { readonly _tag: "Truncate"; readonly bytes: number }
  /** The body ends half way, without any sign of it. */
  | { readonly _tag: "Cut" }
  /** Headers and half the body arrive, the rest never does. */
  | { readonly _tag: "Stall" }
  /** The body arrives one byte per second. */
  | { readonly _tag: "Drip" }
  /** There is never a response. */
  | { readonly _tag: "Hang" }
  /** A page for humans: 200, `text/html`. */
  | { readonly _tag: "Html" }
  /** A small response that decompresses to `bytes`. */
  | { readonly _tag: "Bomb"; readonly bytes: number }
  | { readonly _tag: "Redirect"; readonly location: string }
  /** The normal response with these headers; undefined removes one. */
  | { readonly _tag: "Headers"; readonly headers: Readonly<Record<string, string | undefined>> }
  /** The normal response with a part of its body. */
  | ({ readonly _tag: "Part" } & ResponsePart)
  /** The normal response's status and headers with this body. */
  | { readonly _tag: "Body"; readonly body: string | Uint8Array<ArrayBuffer> }

export interface FaultRule {
  /** Text or pattern that is searched for in the path and query. */
  readonly path: string | RegExp
  readonly method?: string
  /** Number of requests it applies to; unlimited by default. */
  readonly times?: number
  /** Number of matching requests that pass first; 0 by default. */
  readonly after?: number
  readonly response: FaultResponse
}

/** Returns `headers` with `changes`, with names in lower case; undefined removes a header. */
export const withHeaders = (
  headers: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> => {
  const merged = new Map(Object.entries(headers))
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) merged.delete(name.toLowerCase())
    else merged.set(name.toLowerCase(), value)
  }
  return Object.fromEntries(merged)
}

/** Returns `headers` with names in lower case, without those that have no value. */
export const lowerCase = (
  headers: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> => withHeaders({}, headers)
