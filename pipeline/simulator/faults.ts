/** Faults between the simulated Strava and its client. */
import { Effect } from "effect"
import { partialResponse } from "./responses/partial.ts"
import { maintenancePage, usualResponse } from "./responses/common.ts"
import type { FaultResponse, FaultRule, SimulatedResponse } from "./protocol.ts"
import { withHeaders } from "./protocol.ts"

/** Active rules. The oldest one that matches and is not used up applies. */
export class Faults {
  private rules: Array<{ readonly rule: FaultRule; seen: number }> = []

  add(rule: FaultRule): void {
    this.rules.push({ rule, seen: 0 })
  }

  clear(): void {
    this.rules = []
  }

  /** Returns the fault for this request, if any, and counts it. */
  match(method: string, target: string): FaultResponse | undefined {
    for (const entry of this.rules) {
      const { after = 0, method: only, path, response, times = Infinity } = entry.rule
      const matches = typeof path === "string" ? target.includes(path) : target.search(path) >= 0
      if (!matches || (only !== undefined && only.toUpperCase() !== method)) continue
      if (entry.seen >= after + times) continue
      if (entry.seen++ < after) continue
      return response
    }
    return undefined
  }
}

/** True if the fault occurs in front of Strava, so that Strava does not count the request. */
export const isInFront = ({ _tag }: FaultResponse): boolean =>
  _tag === "Reset" || _tag === "Html" || _tag === "Redirect"

const bytesOf = ({ body }: SimulatedResponse): Uint8Array<ArrayBuffer> =>
  typeof body === "string"
    ? new TextEncoder().encode(body)
    : body instanceof Uint8Array
    ? body
    : new Uint8Array()

/** Returns the distorted response; never completes for `Hang`. */
export const distort = (
  fault: FaultResponse,
  response: SimulatedResponse,
): Effect.Effect<SimulatedResponse> => {
  const bytes = () => bytesOf(response)
  const half = () => bytes().subarray(0, Math.ceil(bytes().length / 2) - 1)
  const body = (changed: SimulatedResponse["body"]) =>
    Effect.succeed({ ...response, body: changed })
  switch (fault._tag) {
    case "Status": {
      const standard = usualResponse(fault.status)
      return Effect.succeed({
        status: fault.status,
        headers: withHeaders(
          withHeaders(response.headers, standard.headers),
          fault.headers ?? {},
        ),
        body: fault.body ?? standard.body,
      })
    }
    case "Reset":
      return body({ _tag: "Reset" })
    case "Truncate":
      return body({ _tag: "Truncated", sent: bytes().subarray(0, fault.bytes) })
    case "Cut":
      return body(half())
    case "Stall":
      return body({ _tag: "Stalled", sent: half() })
    case "Drip":
      return body({ _tag: "Dripping", sent: bytes() })
    case "Hang":
      return Effect.never
    case "Html":
      return Effect.succeed(maintenancePage)
    case "Bomb":
      return body({ _tag: "Bomb", bytes: fault.bytes })
    case "Redirect":
      return Effect.succeed({ status: 302, headers: { location: fault.location }, body: "" })
    case "Headers":
      return Effect.succeed({ ...response, headers: withHeaders(response.headers, fault.headers) })
    case "Part":
      return body(
        response.status === 200
          ? partialResponse(new TextDecoder().decode(bytes()), fault)
          : response.body,
      )
    case "Body":
      return body(fault.body)
  }
}
