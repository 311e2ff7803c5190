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

/** Counts requests, given by path and query. */
const countsOf = (seen: ReadonlyArray<string>) => {
  const streams = seen.filter((url) => url.includes("/streams?"))
  const listed = seen.filter((url) => /^\/api\/v3\/athlete(\/activities.*)?$/.test(url))
  return {
    total: seen.length,
    streams: streams.length,
    repeated: streams.length - new Set(streams).size,
    other: seen.length - streams.length - listed.length,
  }
}

interface History {
  readonly activities: number
  /** Samples of each activity; by default as many as a device records. */
  readonly samples?: number
  /** True if responses with streams are generated before the first request. */
  readonly prepared: boolean
}

/** Starts a simulated Strava for the scope. */
export const startStrava = Effect.fnUntraced(function* ({ prepared, ...history }: History) {
  const simulator = yield* Simulator.pipe(
    Effect.provide(
      Simulator.layer({ ...history, until: Date.now(), limits: "none", anyToken: true }),
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
  if (prepared) world.ids.forEach((id) => [streams(id, streamTypes), streams(id, notebookTypes)])
  const run = Effect.runPromiseWith(yield* Effect.context<never>())
  let seen: Array<string> = []
  const respond = async (request: Request): Promise<Response> => {
    const { pathname, search, searchParams } = new URL(request.url)
    if (pathname.startsWith("/api/")) seen.push(pathname + search)
    const [, id] = /^\/api\/v3\/activities\/(\d+)\/streams$/.exec(pathname) ?? []
    const found = id && streams(id, searchParams.get("keys")?.split(",") ?? [])
    if (found) return new Response(found, { headers })
    const { body, ...rest } = await run(simulator.handle({
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
  return {
    /** Variables of Paceline and of the other programs. */
    env: {
      STRAVA_API_URL: `${base}/api/v3`,
      STRAVA_OAUTH_URL: `${base}/oauth`,
      STRAVA_CLIENT_ID: simulatedClientId,
      STRAVA_CLIENT_SECRET: simulatedClientSecret,
      STRAVA_REFRESH_TOKEN: simulatedRefreshToken,
      STRAVA_ACCESS_TOKEN: "simulated-access-any",
    },
    counts: () => countsOf(seen),
    reset: () => void (seen = []),
    /** Adds an activity that began two hours ago. */
    upload: world.add({ start: Date.now() - 7_200_000 }),
  }
})
