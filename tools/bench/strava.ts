/**
 * A simulated Strava in a process of its own, for benchmarks: no limits, samples prepared before it is
 * ready, and a count of the requests. It ends with the process that started it.
 */
import { Effect, ManagedRuntime } from "effect"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../../pipeline/simulator/Tokens.ts"
import { Copies } from "./Copies.ts"

interface History {
  readonly activities: number
  /** Of each activity. */
  readonly samples: number
  /** Lists of stream types whose responses are prepared before it is ready. */
  readonly prepared: ReadonlyArray<ReadonlyArray<string>>
}

/** Requests that were answered. */
export interface RequestCounts {
  readonly token: number
  readonly athlete: number
  readonly list: number
  readonly streams: number
  readonly other: number
  /** Requests for streams that had been answered before. */
  readonly repeated: number
}

export interface BenchStrava extends AsyncDisposable {
  /** Settings of Paceline that reach it. */
  readonly variables: Readonly<Record<string, string>>
  accessToken(): Promise<string>
  counts(): Promise<RequestCounts>
  /** Starts the counts at zero. */
  reset(): Promise<void>
  /** Adds activities that begin now. */
  upload(activities: number): Promise<void>
}

/** Every request that Strava would count. */
export const reads = ({ athlete, list, other, streams }: RequestCounts): number =>
  athlete + list + other + streams

const firstLine = async (stream: ReadableStream<Uint8Array>): Promise<string> => {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader()
  let text = ""
  while (!text.includes("\n")) {
    const { done, value } = await reader.read()
    if (done) throw new Error("the simulated Strava did not start")
    text += value
  }
  reader.releaseLock()
  return text.slice(0, text.indexOf("\n"))
}

/** Starts it and resolves once every response that `history` names is prepared. */
export const startStrava = async (history: History): Promise<BenchStrava> => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-all", import.meta.url, JSON.stringify(history)],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn()
  const base = `http://127.0.0.1:${await firstLine(child.stdout)}`
  const control = async (path: string) => await (await fetch(`${base}/bench/${path}`)).json()
  return {
    variables: {
      STRAVA_API_URL: `${base}/api/v3`,
      STRAVA_OAUTH_URL: `${base}/oauth`,
      STRAVA_CLIENT_ID: simulatedClientId,
      STRAVA_CLIENT_SECRET: simulatedClientSecret,
      STRAVA_REFRESH_TOKEN: simulatedRefreshToken,
    },
    accessToken: async () => {
      const response = await fetch(`${base}/oauth/token`, {
        method: "POST",
        body: new URLSearchParams({
          client_id: simulatedClientId,
          client_secret: simulatedClientSecret,
          grant_type: "refresh_token",
          refresh_token: simulatedRefreshToken,
        }),
      })
      return (await response.json()).access_token
    },
    counts: () => control("counts"),
    reset: () => control("reset"),
    upload: (activities) => control(`upload?activities=${activities}`),
    [Symbol.asyncDispose]: async () => {
      await child.stdin.close()
      await child.status
    },
  }
}

/** Activities that are generated; a longer history repeats them. */
const mostOriginals = 300

type Kind = Exclude<keyof RequestCounts, "repeated">

const kindOf = (path: string): Kind =>
  path.startsWith("/oauth/")
    ? "token"
    : path === "/api/v3/athlete"
    ? "athlete"
    : path === "/api/v3/athlete/activities"
    ? "list"
    : path.endsWith("/streams")
    ? "streams"
    : "other"

const serve = async ({ activities, prepared, samples }: History): Promise<void> => {
  const runtime = ManagedRuntime.make(
    Simulator.layer({
      activities: Math.min(activities, mostOriginals),
      samples,
      until: Date.now(),
      limits: "none",
      rotation: "never",
    }),
  )
  const { handle, world } = await runtime.runPromise(Simulator)
  const copies = new Copies(world, activities)
  for (const types of prepared) copies.prepare(types)

  let seen = new Map<string, number>()
  const counts = (): RequestCounts => {
    const found = { token: 0, athlete: 0, list: 0, streams: 0, other: 0, repeated: 0 }
    for (const [path, times] of seen) {
      const kind = kindOf(path.replace(/\?.*/, ""))
      found[kind] += times
      if (kind === "streams") found.repeated += times - 1
    }
    return found
  }
  const control = (path: string, query: URLSearchParams): Response => {
    if (path === "/bench/counts") return Response.json(counts())
    if (path === "/bench/reset") seen = new Map()
    copies.upload(Number(query.get("activities") ?? 0))
    return Response.json({})
  }
  const answer = async (request: Request): Promise<Response> => {
    const { pathname, search, searchParams } = new URL(request.url)
    if (pathname.startsWith("/bench/")) return control(pathname, searchParams)
    seen.set(pathname + search, (seen.get(pathname + search) ?? 0) + 1)
    const id = /^\/api\/v3\/activities\/(\d+)\/streams$/.exec(pathname)?.[1]
    const body = id !== undefined
      ? copies.streams(id, (searchParams.get("keys") ?? "").split(","))
      : pathname === "/api/v3/athlete/activities"
      ? copies.list(searchParams)
      : undefined
    if (body !== undefined) {
      return new Response(body, { headers: { "content-type": "application/json; charset=utf-8" } })
    }
    const response = await Effect.runPromise(handle({
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    }))
    const { headers, status } = response
    return typeof response.body === "object" && "_tag" in response.body
      ? new Response(null, { status: 500 })
      : new Response(response.body, { status, headers })
  }
  const { addr } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer)
  Deno.stdout.writeSync(new TextEncoder().encode(`${addr.port}\n`))
  // Standard input ends with the process that holds its other end.
  for await (const _ of Deno.stdin.readable);
  Deno.exit()
}

if (import.meta.main) await serve(JSON.parse(Deno.args[0] ?? "{}") as History)
