/**
 * Runs the real client under hostile conditions: other users, a local clock that is wrong and set during
 * the run, slow and lost responses, limits that change, a proxy that refuses, a process that is killed.
 * The test clock is Strava's; the local clock is that plus `host.ahead`.
 */
import { Clock, Effect, Fiber, Layer, Schema, Stream } from "effect"
import { HttpClient, HttpClientError, HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import { Progress } from "../../pipeline/base/Progress.ts"
import type { Pair } from "../../pipeline/simulator/Quota.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import {
  type Bucket,
  quarterHour,
  type QuotaHeaders,
  quotaHeaders,
} from "../../pipeline/strava/quota/quotaWindow.ts"
import { stages } from "../../pipeline/stages/all.ts"
import { Strava } from "../../pipeline/strava/Strava.ts"
import { layerRun } from "./client.ts"
import { emptyLedger, kill, type QuotaRows } from "./quota/load.ts"

export const between = (minimum: number, maximum: number) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const few = <S extends Schema.Constraint>(item: S, most: number) =>
  Schema.Array(item).check(Schema.isMaxLength(most))

export const midnight = Date.UTC(2026, 10, 23)
const hours = 3_600_000

const Limits = Schema.Struct({
  read15: between(1, 12),
  readDay: between(8, 60),
  all15: between(1, 24),
  allDay: between(8, 100),
})

/** Returns the schema of an event `after` milliseconds since the previous one. */
const event = <F extends Schema.Struct.Fields>(fields: F) =>
  Schema.Struct({ after: between(0, 1_200_000), ...fields })

export const Spend = event({ _tag: Schema.tag("Spend"), requests: between(1, 8) })
export const Change = event({ _tag: Schema.tag("Change"), limits: Limits })
export const Jump = event({ _tag: Schema.tag("Jump"), by: between(-3 * hours, 3 * hours) })
/**
 * Event that kills the process; the next starts `gap` milliseconds later, on a host whose clock has
 * been set meanwhile.
 */
export const Kill = event({
  _tag: Schema.tag("Kill"),
  gap: between(0, 600_000),
  by: Schema.Union([Schema.Literal(0), between(-3 * hours, 3 * hours)]),
})
/** Event that makes a proxy refuse the next request, with few details. */
export const Refuse = event({
  _tag: Schema.tag("Refuse"),
  details: Schema.Literals(["nothing", "date", "garbled", "retry"]),
})

export const LoadSchedule = Schema.Struct({
  /** Milliseconds since the start of a day. */
  start: between(0, 24 * hours - 1),
  limits: Limits,
  /** Local clock minus Strava's, in milliseconds. */
  ahead: Schema.Union([Schema.Literal(0), between(-2_000, 2_000), between(-3 * hours, 3 * hours)]),
  concurrency: between(1, 32),
  /** Maximum milliseconds each way. */
  latency: between(0, 2_500),
  requests: between(1, 50),
  seed: between(0, 1_000),
})
export type LoadSchedule = typeof LoadSchedule.Type
export const events = <S extends Schema.Constraint>(kind: S) => few(kind, 6)
type Event =
  | typeof Spend.Type
  | typeof Change.Type
  | typeof Jump.Type
  | typeof Kill.Type
  | typeof Refuse.Type

/** Request as the simulated world saw it, with times of Strava's clock. */
export interface WorldRequest {
  readonly process: number
  readonly sent: number
  /** Time when Strava counted it, if it arrived. */
  counted?: number
  /** Time when its response arrived, if it did. */
  received?: number
  status?: number
  reported?: QuotaHeaders
}

/** Wait for a window: Strava's usage and limits at its start, and its end. */
interface Wait {
  readonly began: number
  readonly why: string
  readonly used: Record<Bucket, number>
  readonly caps: Record<Bucket, number>
  ended?: number
}

export interface History {
  readonly seen: ReadonlyArray<WorldRequest>
  readonly waits: ReadonlyArray<Wait>
  /** Requests of other users. */
  readonly others: ReadonlyArray<{ readonly at: number; readonly requests: number }>
  /** Times when the local clock was set, a process started, or a proxy refused. */
  readonly jumps: ReadonlyArray<{ readonly at: number; readonly by: number }>
  readonly begun: ReadonlyArray<number>
  readonly refusals: ReadonlyArray<number>
  readonly ledger: QuotaRows
  readonly end: number
}

const pairs = ({ all15, allDay, read15, readDay }: typeof Limits.Type) => ({
  read: { short: read15, day: readDay },
  overall: { short: all15, day: allDay },
})
const world = World.make({ activities: 1, manual: 0, samples: 2 })
const only = String(world.ids[0] ?? 0)

export const hostileStrava = ({ limits }: LoadSchedule) =>
  Simulator.layer({ world, limits: pairs(limits) })

const bucketsOf = ({ overall, read }: { readonly overall: Pair; readonly read: Pair }) => ({
  read15: read.short,
  readDay: read.day,
  all15: overall.short,
  allDay: overall.day,
})

/** Runs through `happening`, with a new process after each kill, until all requests have a response. */
export const liveThrough = Effect.fnUntraced(function* (
  schedule: LoadSchedule,
  happening: ReadonlyArray<Event>,
  { lost = 0 }: { readonly lost?: number } = {},
) {
  yield* TestClock.setTime(midnight + schedule.start)
  const simulator = yield* Simulator
  const strava = yield* TestClock.testClockWith(Effect.succeed)
  const now = () => strava.currentTimeMillisUnsafe()
  const began = now()
  const host = { ahead: schedule.ahead, process: 0, refuse: [] as Array<typeof Refuse.Type> }
  let caps: Record<Bucket, number> = { ...schedule.limits }
  const seen: Array<WorldRequest> = []
  const waits: Array<Wait> = []
  const others: Array<{ at: number; requests: number }> = []
  const jumps: Array<{ at: number; by: number }> = []
  const refusals: Array<number> = []
  const begun: Array<number> = []
  const ledger = emptyLedger()

  const ours: Clock.Clock = {
    currentTimeMillisUnsafe: () => now() + host.ahead,
    currentTimeMillis: Effect.sync(() => now() + host.ahead),
    currentTimeNanosUnsafe: () => BigInt(Math.floor(now() + host.ahead)) * 1_000_000n,
    currentTimeNanos: Effect.sync(() => BigInt(Math.floor(now() + host.ahead)) * 1_000_000n),
    monotonicTimeNanosUnsafe: () => BigInt(Math.floor(now() - began)) * 1_000_000n,
    monotonicTimeNanos: Effect.sync(() => BigInt(Math.floor(now() - began)) * 1_000_000n),
    sleep: (duration) => strava.sleep(duration),
  }

  let random = schedule.seed * 2_654_435_761 + 1
  const dice = (sides: number) => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
    return random % Math.max(1, Math.floor(sides))
  }

  const http = Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request, url) =>
      Effect.gen(function* () {
        const handle = simulator.handle({
          method: request.method,
          url: url.href,
          headers: request.headers,
          body: request.body._tag === "Uint8Array"
            ? new TextDecoder().decode(request.body.body)
            : "",
        })
        const web = (status: number, headers: Record<string, string>, text: string) => {
          const response = HttpClientResponse.fromWeb(
            request,
            new Response(null, { status, headers }),
          )
          const stream = Stream.make(new TextEncoder().encode(text))
          return Object.defineProperty(response, "stream", { value: stream })
        }
        if (!url.pathname.startsWith("/api/v3/")) {
          const { body, headers, status } = yield* handle
          return web(status, { ...headers }, String(body))
        }
        const one: WorldRequest = { process: host.process, sent: now() }
        seen.push(one)
        const broken = new HttpClientError.HttpClientError({
          reason: new HttpClientError.TransportError({ request, cause: new Error("reset") }),
        })
        const refuse = host.refuse.shift()
        if (refuse !== undefined) {
          refusals.push(now())
          one.received = now()
          one.status = 429
          return web(429, {
            ...(refuse.details === "nothing" ? {} : { date: new Date(now()).toUTCString() }),
            ...(refuse.details === "garbled"
              ? { "x-readratelimit-usage": ",", "x-ratelimit-limit": "x" }
              : {}),
            ...(refuse.details === "retry" ? { "retry-after": "7" } : {}),
          }, "<html>")
        }
        const fate = dice(100)
        yield* Effect.sleep(dice(schedule.latency + 1))
        if (fate < lost / 2) return yield* broken
        one.counted = now()
        const { body, headers, status } = yield* handle
        yield* Effect.sleep(dice(schedule.latency + 1))
        if (fate < lost) return yield* broken
        one.received = now()
        one.status = status
        one.reported = quotaHeaders(headers)
        return web(
          status,
          { ...headers },
          typeof body === "string" ? body : new TextDecoder().decode(body as Uint8Array),
        )
      }).pipe(Effect.provideService(Clock.Clock, strava))
    ),
  )

  const done = new Set<number>()
  const work = Effect.gen(function* () {
    const client = yield* Strava
    const todo = Array.from({ length: schedule.requests }, (_, i) => i).filter((i) => !done.has(i))
    yield* Effect.forEach(todo, (i) => {
      const request: Effect.Effect<unknown, { readonly _tag: string }> =
        i % (1 + schedule.seed % 4) === 0
          ? client.athlete
          : client.item(stages.streams.request(only))
      return Effect.andThen(Effect.ignore(request), Effect.sync(() => void done.add(i)))
    }, { concurrency: schedule.concurrency, discard: true })
  }).pipe(
    Effect.provideService(Progress, {
      notify: (event) =>
        Effect.provideService(simulator.usage, Clock.Clock, strava).pipe(Effect.map((used) => {
          if (event._tag === "Waiting") {
            waits.push({ began: now(), why: event.why, used: bucketsOf(used), caps: { ...caps } })
          }
          const last = waits.at(-1)
          if (event._tag === "Resumed" && last !== undefined) last.ended = now()
        })),
    }),
  )
  const begin = Effect.suspend(() => {
    begun.push(now())
    return work.pipe(
      Effect.provide(layerRun({ ledger, http })),
      Effect.provideService(Clock.Clock, ours),
      Effect.forkScoped,
    )
  })
  let running = yield* begin

  const restart = Effect.fnUntraced(function* ({ by, gap }: typeof Kill.Type) {
    if (running.pollUnsafe() !== undefined) return
    yield* Fiber.interrupt(running)
    kill(ledger)
    host.process++
    yield* Effect.sleep(gap)
    host.ahead += by
    if (by !== 0) jumps.push({ at: now(), by })
    running = yield* begin
  })

  const happen = Effect.fnUntraced(function* (event: Event) {
    yield* Effect.sleep(event.after)
    switch (event._tag) {
      case "Spend":
        others.push({ at: now(), requests: event.requests })
        return yield* simulator.spend(event.requests)
      case "Change":
        caps = event.limits
        return yield* simulator.limit(pairs(event.limits))
      case "Jump":
        jumps.push({ at: now(), by: event.by })
        host.ahead += event.by
        return
      case "Refuse":
        host.refuse.push(event)
        return
      case "Kill":
        return yield* restart(event)
    }
  })

  const happens = yield* Effect.forkChild(Effect.forEach(happening, happen, { discard: true }))
  for (let turns = 0; happens.pollUnsafe() === undefined || running.pollUnsafe() === undefined;) {
    yield* TestClock.adjust(quarterHour / 3)
    if (++turns > 20 * 96 * 3) return yield* Effect.die(new Error("it never ends"))
  }
  yield* Fiber.join(running)
  return { seen, waits, others, jumps, begun, refusals, ledger, end: now() } satisfies History
})
