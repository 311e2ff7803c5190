/** What goes into a simulated Strava and what comes out: plain data, whatever carries it. */

import type { ResponsePart } from "./responses/partial.ts"

export interface SimulatedRequest {
  readonly method: string
  /** Absolute, such as `http://127.0.0.1:1/api/v3/athlete`. */
  readonly url: string
  /** In any letter case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The body as text; "" where there is none. */
  readonly body: string
}

/** A body as it is sent, or one that goes wrong on the way. */
export type SimulatedBody =
  | string
  | Uint8Array<ArrayBuffer>
  /** The connection breaks before a header arrives. */
  | { readonly _tag: "Reset" }
  /** The connection breaks after `sent`. */
  | { readonly _tag: "Truncated"; readonly sent: Uint8Array<ArrayBuffer> }
  /** Nothing follows `sent`, and the connection stays. */
  | { readonly _tag: "Stalled"; readonly sent: Uint8Array<ArrayBuffer> }
  /** A byte of `sent` each second. */
  | { readonly _tag: "Dripping"; readonly sent: Uint8Array<ArrayBuffer> }
  /** A JSON list of `bytes` bytes, nearly all of them blanks, that is small while compressed. */
  | { readonly _tag: "Bomb"; readonly bytes: number }

export interface SimulatedResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: SimulatedBody
}

/** A request that was seen, for tests. */
export interface SeenRequest {
  /** The clock of the caller, in milliseconds since 1970. */
  readonly at: number
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** 0 while it has no answer, and for ever when the connection was broken before one. */
  readonly status: number
  /** Answered 429 because a limit was reached. */
  readonly refused: boolean
  /** Counted in the quota. */
  readonly quota: boolean
  /** As sent, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** What is answered in place of, or made of, the true answer. */
export type FaultAnswer =
  | {
    readonly _tag: "Status"
    readonly status: number
    /** Unless told, what Strava says with this status. */
    readonly body?: string
    readonly headers?: Readonly<Record<string, string | undefined>>
  }
  /** The connection breaks before a header arrives. */
  | { readonly _tag: "Reset" }
  /** The connection breaks after `bytes` of the body. */
  | { readonly _tag: "Truncate"; readonly bytes: number }
  /** The body ends half way, and nothing tells. */
  | { readonly _tag: "Cut" }
  /** Headers and half the body come, the rest never. */
  | { readonly _tag: "Stall" }
  /** The body comes a byte a second. */
  | { readonly _tag: "Drip" }
  /** There is never an answer. */
  | { readonly _tag: "Hang" }
  /** A page for people: 200, `text/html`. */
  | { readonly _tag: "Html" }
  /** A small answer that unpacks to `bytes`. */
  | { readonly _tag: "Bomb"; readonly bytes: number }
  | { readonly _tag: "Redirect"; readonly location: string }
  /** The true answer with these headers; undefined takes one away. */
  | { readonly _tag: "Headers"; readonly headers: Readonly<Record<string, string | undefined>> }
  /** The true answer with a part of its body. */
  | ({ readonly _tag: "Part" } & ResponsePart)
  /** The true answer's status and headers with this body. */
  | { readonly _tag: "Body"; readonly body: string | Uint8Array<ArrayBuffer> }

export interface FaultRule {
  /** Compared with the path and the query: a text they contain, or a pattern. */
  readonly path: string | RegExp
  readonly method?: string
  /** How often it strikes; for ever unless told. */
  readonly times?: number
  /** How many matching requests pass first. */
  readonly after?: number
  readonly answer: FaultAnswer
}

/** `headers` with `changes`, names in lower case; undefined takes one away. */
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

/** `headers` with lower-case names, without those that have no value. */
export const lowerCase = (
  headers: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> => withHeaders({}, headers)
