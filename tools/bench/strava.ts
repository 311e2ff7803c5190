/** The simulated Strava behind a port: no limits, responses prepared in memory, requests counted. */
import { Effect } from "effect"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../../pipeline/simulator/Tokens.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"

/** Types of the notebook: all but the last three. */
const notebookTypes = streamTypes.filter((type) => !/^(temp|moving|grade)/.test(type))

const headers = { "content-type": "application/json; charset=utf-8" }

/** Returns the numbers of requests by kind, from the requests since the last reset. */
const countsOf = (seen: ReadonlyMap<string, number>) => {
  const counts = { athlete: 0, list: 0, streams: 0, other: 0, repeated: 0, total: 0 }
  for (const [url, times] of seen) {
    const path = url.replace(/\?.*/, "")
    if (path.startsWith("/oauth/")) continue
    counts.total += times
    if (path === "/api/v3/athlete") counts.athlete += times
    else if (path === "/api/v3/athlete/activities") counts.list += times
    else if (path.endsWith("/streams")) {
      counts.streams += times
      counts.repeated += times - 1
    } else counts.other += times
  }
  return counts
}

interface History {
  readonly activities: number
  /** Samples of each activity. */
  readonly samples: number
  /** True if responses with streams are generated before the first request. */
  readonly prepared: boolean
}

/** Starts a simulated Strava for the scope. */
export const startStrava = Effect.fnUntraced(function* ({ prepared, ...history }: History) {
  const simulator = yield* Simulator.pipe(
    Effect.provide(
      Simulator.layer({ ...history, until: Date.now(), limits: "none", rotation: "never" }),
    ),
  )
  const { world } = simulator
  const bodies = new Map<string, Uint8Array<ArrayBuffer>>()
  const streams = (id: number | string, types: ReadonlyArray<string>) => {
    const key = `${id} ${types.toSorted()}`
    const body = bodies.get(key) ?? world.streams(id, new Set(types), true)
    if (prepared && body !== undefined) bodies.set(key, body)
    return body
  }
  for (const types of prepared ? [streamTypes, notebookTypes] : []) {
    for (const id of world.ids) streams(id, types)
  }
  let seen = new Map<string, number>()
  const respond = async (request: Request): Promise<Response> => {
    const { pathname, search, searchParams } = new URL(request.url)
    seen.set(pathname + search, (seen.get(pathname + search) ?? 0) + 1)
    const [, id] = /^\/api\/v3\/activities\/(\d+)\/streams$/.exec(pathname) ?? []
    const found = id && streams(id, searchParams.get("keys")?.split(",") ?? [])
    if (found) return new Response(found, { headers })
    const { body, ...rest } = await Effect.runPromise(simulator.handle({
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    }))
    return typeof body === "object" && "_tag" in body
      ? new Response(null, { status: 500 })
      : new Response(body, rest)
  }
  const server = yield* Effect.acquireRelease(
    Effect.sync(() => Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, respond)),
    (server) => Effect.promise(() => server.shutdown()),
  )
  const base = `http://127.0.0.1:${server.addr.port}`
  const token = yield* Effect.promise(async () => {
    const response = await fetch(`${base}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({
        client_id: simulatedClientId,
        client_secret: simulatedClientSecret,
        grant_type: "refresh_token",
        refresh_token: simulatedRefreshToken,
      }),
    })
    return String((await response.json()).access_token)
  })
  return {
    /** Variables of Paceline and of the other programs. */
    env: {
      STRAVA_API_URL: `${base}/api/v3`,
      STRAVA_OAUTH_URL: `${base}/oauth`,
      STRAVA_CLIENT_ID: simulatedClientId,
      STRAVA_CLIENT_SECRET: simulatedClientSecret,
      STRAVA_REFRESH_TOKEN: simulatedRefreshToken,
      STRAVA_ACCESS_TOKEN: token,
    },
    counts: () => countsOf(seen),
    reset: () => void (seen = new Map()),
    /** Adds an activity that began two hours ago. */
    upload: world.add({ start: Date.now() - 7_200_000 }),
  }
})
