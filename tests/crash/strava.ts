/** The simulated Strava of a scenario: what it was asked in each run, and which tokens it gave last. */
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

/** What one run asked for. */
export interface RunRequests {
  /** Requests to the API that were let in, also those whose answer nobody waited for. */
  readonly asked: ReadonlyArray<ServedRequest>
  /** Requests for tokens. */
  readonly exchanges: number
  /** Whether anything was asked for with the newest tokens. */
  readonly used: boolean
}

const makeWorld = ({ activities, samples, seed }: Scenario) =>
  World.make({ seed, activities, samples, manual: 0.2, years: 1 })

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
    const answer = { _tag: "Status", status: 404 } as const
    yield* simulator.fault({ path: `/activities/${id}/streams`, answer })
  }
  /** The last good answer of each path. */
  const bodies = new Map<string, string>()
  /** The newest refresh token, and the code that may still be exchanged. */
  let newest = simulatedRefreshToken
  let code: string | undefined
  let codeIsUsed = true
  /** What is deleted at Strava, and so is asked for once more before it goes. */
  let removed: number | undefined
  /** No access token is any good until new ones are asked for. */
  let expired = false

  /** Listen on a port of its own for one run: whatever comes in belongs to that run. */
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
    const watched = Simulator.of({
      ...simulator,
      handle: Effect.fnUntraced(function* (request) {
        const { pathname, searchParams } = new URL(request.url)
        const own = { path: pathname, query: Object.fromEntries(searchParams) }
        const isToken = pathname.endsWith("/oauth/token")
        if (isToken) exchanges++
        else asked.add(own)
        const response = yield* simulator.handle(request)
        for (const { until } of holds.filter(({ path }) => path.test(pathname))) {
          while (timesPassed(passed(), until) < until.hit) yield* Effect.sleep("5 millis")
        }
        const { body } = response
        if (response.status === 200) {
          const text = typeof body === "string"
            ? body
            : new TextDecoder().decode(body as Uint8Array)
          bodies.set(pathname.slice("/api/v3".length), text)
        }
        // Not let in, so nothing was asked for.
        if (response.status === 401) asked.delete(own)
        else if (!isToken) used = true
        if (isToken && response.status === 200 && typeof response.body === "string") {
          used = false
          expired = false
          newest = JSON.parse(response.body).refresh_token
          if (new URLSearchParams(request.body).has("code")) codeIsUsed = true
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

  /** The user agrees in a browser: a new code is given with every run from now on. */
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

  /** Some activities are new, one is not what it was, and one is gone. */
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
    /** Whether this asks for what is deleted, to be sure that it is. */
    isDoubt: ({ path }: ServedRequest) =>
      removed !== undefined && path.endsWith(`/activities/${removed}`),
    /** Whether a run that has `stored` can go on without the user. */
    canGoOn: (stored: string | undefined) =>
      !codeIsUsed || newest === (stored ?? simulatedRefreshToken),
  }
})
