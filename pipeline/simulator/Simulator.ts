/**
 * Strava on this machine: the same responses, limits and irregularities, for a simulated athlete or
 * with recorded responses. `client.ts` and `serve.ts` deliver requests to it.
 */
import { Clock, Context, Duration, Effect, Layer } from "effect"
import { faultResponse } from "./responses/common.ts"
import { distort, Faults, isInFront } from "./faults.ts"
import { oauth } from "./oauth.ts"
import {
  type FaultRule,
  lowerCase,
  type SeenRequest,
  type SimulatedRequest,
  type SimulatedResponse,
  withHeaders,
} from "./protocol.ts"
import { type Pair, type SimulatedLimits, SimulatedQuota } from "./Quota.ts"
import { loadRecordings } from "./recorded.ts"
import { isStreams, respond, type RouteOptions } from "./routes.ts"
import { SimulatedTokens, type TokenOptions } from "./Tokens.ts"
import { World, type WorldOptions } from "./world/World.ts"

interface CarrierOptions {
  /** Delay of every response. */
  readonly latency?: Duration.Input
  /** The server's clock minus the caller's. */
  readonly skew?: Duration.Input
}

export interface SimulatorOptions extends WorldOptions, TokenOptions, RouteOptions, CarrierOptions {
  /** An existing world; by default, one is made from these options. */
  readonly world?: World
  /** Rate limits; by default 200/2,000 overall and 100/1,000 for reads. */
  readonly limits?: SimulatedLimits
  /** The counts of an application that several athletes share. */
  readonly quota?: SimulatedQuota
}

/** A response at the server's time `now`; true if it was counted or refused. */
interface HandledRequest {
  readonly response: SimulatedResponse
  readonly quota: boolean
  readonly refused: boolean
}

/** Responds to a request that no fault intercepted. */
type Responder = (request: SimulatedRequest, url: URL, now: number) => HandledRequest

/** Formats a time for an HTTP header. */
const httpDate = (at: number) => new Date(at).toUTCString()

export class Simulator extends Context.Service<Simulator, {
  /** Responds to one request. Never fails: errors are in the body of the response. */
  handle(request: SimulatedRequest): Effect.Effect<SimulatedResponse>
  /** All requests received, oldest first. */
  readonly requests: Effect.Effect<ReadonlyArray<SeenRequest>>
  /** Adds a rule for the responses to matching requests. */
  fault(rule: FaultRule): Effect.Effect<void>
  readonly clearFaults: Effect.Effect<void>
  /** The athlete's history, which tests can change; empty with recorded responses. */
  readonly world: World
  /** Changes the limits. */
  limit(limits: SimulatedLimits): Effect.Effect<void>
  /** Counts requests of other users of the same application. */
  spend(requests: number): Effect.Effect<void>
  /** Usage of both limits. */
  readonly usage: Effect.Effect<{ readonly overall: Pair; readonly read: Pair }>
  /** Expires all access tokens. */
  readonly expire: Effect.Effect<void>
  /** Withdraws access: access and refresh tokens become invalid. */
  readonly revoke: Effect.Effect<void>
  /**
   * Grants these scopes (comma-separated) with the next access token; current tokens become invalid.
   */
  grant(scope: string): Effect.Effect<void>
}>()("paceline/pipeline/simulator/Simulator") {
  /** Provides Strava with a simulated athlete. */
  static readonly layer = (options: SimulatorOptions = {}): Layer.Layer<Simulator> =>
    Layer.effect(
      Simulator,
      Effect.sync(() => {
        const parts = partsOf(options)
        return make(parts, options, strava(parts, options))
      }),
    )

  /**
   * Provides recorded responses from `folder`, whatever the token and the limits; see `recorded.ts`.
   */
  static readonly layerRecorded = (folder: string, options: CarrierOptions = {}) =>
    Layer.effect(
      Simulator,
      Effect.map(loadRecordings(folder), (replay) => {
        const parts = partsOf({ activities: 0, limits: "none" })
        return make(parts, options, (request, url, now) => ({
          response: replay(request, url, now),
          quota: false,
          refused: false,
        }))
      }),
    )
}

interface Parts {
  readonly world: World
  readonly quota: SimulatedQuota
  readonly tokens: SimulatedTokens
}

const partsOf = (options: SimulatorOptions): Parts => {
  const world = options.world ?? World.make(options)
  return {
    world,
    quota: options.quota ?? new SimulatedQuota(options.limits ?? {}),
    tokens: new SimulatedTokens(options, () => world.athlete(false)),
  }
}

const prefix = "/api/v3"

/** Applies Strava's rules: authorization, rate limits, and routes. */
const strava = ({ quota, tokens, world }: Parts, options: RouteOptions): Responder => {
  const uncounted = (response: SimulatedResponse): HandledRequest => ({
    response,
    quota: false,
    refused: false,
  })
  return (request, { pathname, searchParams }, now) => {
    const seconds = Math.floor(now / 1000)
    const token = pathname.replace(/^\/api\/v3(?=\/oauth\/)/, "")
    if (token.startsWith("/oauth/")) {
      return uncounted(oauth(tokens, token.slice("/oauth".length), searchParams, request, seconds))
    }
    if (!pathname.startsWith(`${prefix}/`)) return uncounted(faultResponse(404, "resource", "path"))
    const scopes = tokens.scopes(request.headers["authorization"], seconds)
    if (scopes === undefined) return uncounted(faultResponse(401, "Athlete", "access_token"))
    const path = pathname.slice(prefix.length)
    const exceeded = quota.spend(now)
    const response = exceeded !== undefined
      ? faultResponse(429, "Application", `${exceeded} rate limit`, "exceeded")
      : request.method === "GET"
      ? respond(world, options, { path, query: searchParams, scopes, now })
      : faultResponse(404, "resource", "path")
    return {
      response: isStreams(path)
        ? response
        : { ...response, headers: withHeaders(response.headers, quota.headers(now)) },
      quota: true,
      refused: exceeded !== undefined,
    }
  }
}

const make = (
  { quota, tokens, world }: Parts,
  { latency = 0, skew = 0 }: CarrierOptions,
  responder: Responder,
): Simulator["Service"] => {
  const faults = new Faults()
  const seen: Array<SeenRequest> = []
  const ahead = Duration.toMillis(skew)
  const wait = Duration.toMillis(latency)
  const now = Effect.map(Clock.currentTimeMillis, (millis) => millis + ahead)

  const handle = Effect.fnUntraced(function* (request: SimulatedRequest) {
    const url = new URL(request.url)
    const headers = lowerCase(request.headers)
    const method = request.method.toUpperCase()
    const at = yield* Clock.currentTimeMillis
    const index = seen.push({
      at,
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      status: 0,
      refused: false,
      quota: false,
      headers,
    }) - 1
    const note = (changes: Partial<SeenRequest>) => {
      seen[index] = { ...seen[index]!, ...changes }
    }
    if (wait > 0) yield* Effect.sleep(wait)

    const fault = faults.match(method, url.pathname + url.search)
    const noResponse: SimulatedResponse = { status: 0, headers: {}, body: "" }
    const handled = fault !== undefined && isInFront(fault)
      ? { response: noResponse, quota: false, refused: false }
      : responder({ ...request, headers, method }, url, at + wait + ahead)
    note({ quota: handled.quota, refused: handled.refused })
    const dated: SimulatedResponse = {
      ...handled.response,
      headers: withHeaders(handled.response.headers, {
        date: httpDate(at + wait + ahead),
      }),
    }
    const response = fault === undefined ? dated : yield* distort(fault, dated)
    note({ status: response.status })
    return response
  })

  return Simulator.of({
    handle,
    requests: Effect.sync(() => [...seen]),
    fault: (rule) => Effect.sync(() => faults.add(rule)),
    clearFaults: Effect.sync(() => faults.clear()),
    world,
    limit: (limits) => Effect.sync(() => quota.change(limits)),
    spend: (requests) => Effect.map(now, (at) => void quota.spend(at, requests)),
    usage: Effect.map(now, (at) => quota.usage(at)),
    expire: Effect.sync(() => tokens.expire()),
    revoke: Effect.sync(() => tokens.revoke()),
    grant: (scope) => Effect.sync(() => tokens.grant(scope)),
  })
}
