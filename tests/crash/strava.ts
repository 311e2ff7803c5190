/** The simulated Strava of a scenario: the requests of each run, and the newest tokens. */
import { Effect, Layer, type Scope } from "effect"
import { serve } from "../../pipeline/simulator/serve.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import {
  fullScope,
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../../pipeline/simulator/Tokens.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import type { ServedRequest } from "./ledger.ts"
import { type Hold, type Scenario, timesPassed } from "./plan.ts"

/** Requests of one run. */
export interface RunRequests {
  /** Requests that the API accepted, including those whose response no process received. */
  readonly asked: ReadonlyArray<ServedRequest>
  /** Number of requests for tokens. */
  readonly exchanges: number
  /** True if a request was sent with the newest tokens. */
  readonly used: boolean
}

const makeWorld = ({ activities, samples, seed }: Scenario) =>
  World.make({ seed, activities, samples, manual: 0.2, years: 1 })

/** Waits until the run has passed the moments that the response to `pathname` waits for. */
const waitForHolds = Effect.fnUntraced(function* (
  holds: ReadonlyArray<Hold>,
  passed: () => ReadonlyArray<string>,
  pathname: string,
) {
  for (const { until } of holds.filter(({ path }) => path.test(pathname))) {
    while (timesPassed(passed(), until) < until.hit) yield* Effect.sleep("5 millis")
  }
})

export const makeStrava = Effect.fnUntraced(function* (scenario: Scenario) {
  const world = makeWorld(scenario)
  const { latency, rotation } = scenario
  const context = yield* Layer.build(
    Simulator.layer({ world, latency, rotation, limits: "none", shortPages: false }),
  )
  const simulator = yield* Effect.provideContext(Simulator, context)
  const without = new Set(
    world.outlines.filter(({ manual }, i) => !manual && i % 7 === 3).map(({ id }) => id),
  )
  for (const id of without) {
    const response = { _tag: "Status", status: 404 } as const
    yield* simulator.fault({ path: `/activities/${id}/streams`, response })
  }
  /** Last successful response of each path. */
  const bodies = new Map<string, string>()
  /** Newest refresh token, and the code that can still be exchanged. */
  let newest = simulatedRefreshToken
  let code: string | undefined
  let codeIsUsed = true
  /** Activity that is deleted at Strava. It is requested once more before the program deletes it. */
  let removed: number | undefined
  /** True if every access token is expired until new ones are requested. */
  let expired = false

  /** Listens on a new port for one run, so that its requests are known. */
  const served = Effect.fnUntraced(function* (
    holds: ReadonlyArray<Hold>,
    passed: () => ReadonlyArray<string>,
  ): Effect.fn.Return<
    { readonly env: Readonly<Record<string, string>>; readonly seen: Effect.Effect<RunRequests> },
    never,
    Scope.Scope
  > {
    const asked = new Set<ServedRequest>()
    let exchanges = 0
    let used = false
    /** Records new tokens. */
    const recordTokens = (response: string, request: string | undefined) => {
      used = false
      expired = false
      newest = JSON.parse(response).refresh_token
      if (new URLSearchParams(request).has("code")) codeIsUsed = true
    }
    const watched = Simulator.of({
      ...simulator,
      handle: Effect.fnUntraced(function* (request) {
        const { pathname, searchParams } = new URL(request.url)
        const own = { path: pathname, query: Object.fromEntries(searchParams) }
        const isToken = pathname.endsWith("/oauth/token")
        if (isToken) exchanges++
        else asked.add(own)
        const response = yield* simulator.handle(request)
        yield* waitForHolds(holds, passed, pathname)
        const { body } = response
        if (response.status === 200) {
          const text = typeof body === "string"
            ? body
            : new TextDecoder().decode(body as Uint8Array)
          bodies.set(pathname.slice("/api/v3".length), text)
        }
        // A rejected request does not count.
        if (response.status === 401) asked.delete(own)
        else if (!isToken) used = true
        if (isToken && response.status === 200 && typeof body === "string") {
          recordTokens(body, request.body)
        }
        return response
      }),
    })
    const { apiUrl, oauthUrl } = yield* serve({ port: 0 }).pipe(
      Effect.provideService(Simulator, watched),
      Effect.orDie,
    )
    return {
      env: {
        STRAVA_API_URL: apiUrl,
        STRAVA_OAUTH_URL: oauthUrl,
        STRAVA_CLIENT_ID: simulatedClientId,
        STRAVA_CLIENT_SECRET: simulatedClientSecret,
        STRAVA_REFRESH_TOKEN: simulatedRefreshToken,
        ...(code === undefined ? {} : { STRAVA_AUTHORIZATION_CODE: code }),
      },
      seen: Effect.sync(() => ({ asked: [...asked], exchanges, used })),
    }
  })

  /** Signs the user in with a browser: every later run has a new code. */
  const authorize = Effect.gen(function* () {
    const query = new URLSearchParams({
      client_id: simulatedClientId,
      redirect_uri: "http://localhost/",
      response_type: "code",
      scope: fullScope,
    })
    const { headers } = yield* simulator.handle({
      method: "GET",
      url: `http://localhost/oauth/authorize?${query}`,
      headers: {},
      body: "",
    })
    code = new URL(headers["location"] ?? "").searchParams.get("code") ?? undefined
    codeIsUsed = false
  })

  /** Adds activities, edits one and deletes one. */
  const goOn = Effect.gen(function* () {
    const [latest = 0] = world.ids
    const start = world.outline(latest)?.start ?? 0
    yield* world.add({ start: start + 3_600_000 })
    yield* world.add({ start: start - 86_400_000 })
    yield* world.edit(latest, { name: "=1+1, edited", kudos_count: 4 })
    removed = world.ids.at(-1) ?? 0
    yield* world.remove(removed)
  })

  return {
    world,
    without,
    bodies,
    served,
    authorize,
    goOn,
    expire: Effect.map(simulator.expire, () => {
      expired = true
    }),
    isExpired: () => expired,
    /** True if the request confirms a deletion: it requests the deleted activity. */
    isDoubt: ({ path }: ServedRequest) =>
      removed !== undefined && path.endsWith(`/activities/${removed}`),
    /** True if a run with the token `stored` can continue without the user. */
    canGoOn: (stored: string | undefined) =>
      !codeIsUsed || newest === (stored ?? simulatedRefreshToken),
  }
})
