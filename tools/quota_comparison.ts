/**
 * First syncs in virtual time, by Paceline's quota and by Effect's own rate limiter, under Strava's rules.
 * Rewrites the measured part of docs/quota.md: deno run -A tools/quota_comparison.ts
 */
import { Clock, Context, Effect, Fiber, Layer } from "effect"
import { HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import { RateLimiter } from "effect/persistence"
import { TestClock } from "effect/testing"
import { duration } from "../pipeline/run/estimate.ts"
import { SimulatedQuota as Rules } from "../pipeline/simulator/Quota.ts"
import type { QuotaRow } from "../pipeline/state/ledger/quota.ts"
import { StateFile } from "../pipeline/state/StateFile.ts"
import { Quota } from "../pipeline/strava/quota/Quota.ts"
import { day, quarter, windowStart } from "../pipeline/strava/quota/quotaWindow.ts"
import { firstRunRequests } from "./docs.ts"

/** Five minutes into a day of Strava's. */
const begin = Date.UTC(2026, 10, 23, 0, 5)
const latency = 200
const concurrency = 8
const longest = 60 * day

interface Scenario {
  readonly name: string
  readonly activities: number
  /** What another user of the application takes of each quarter of an hour, a second after it began. */
  readonly others?: number
  /** The process is killed and begins anew after so many answers. */
  readonly restart?: number
}

interface Outcome {
  readonly sent: number
  readonly refused: number
  /** Of the other user's, within the time of the run. */
  readonly othersRefused: number
  readonly windows: number
  /** Milliseconds to the last answer; undefined if that took longer than sixty days. */
  readonly took: number | undefined
}

/** Sends a request by its number; the answer is as Strava gives it. */
type Send = (which: number) => Effect.Effect<HttpClientResponse.HttpClientResponse>
/** What a process builds as it begins: it sends a request, with all patience, until it is not refused. */
type Process = (send: Send) => Effect.Effect<(which: number) => Effect.Effect<unknown>>

/** The state file as far as the quota needs it; it outlives processes. */
const layerState = () => {
  const meta = new Map<string, string>()
  let kept: ReadonlyArray<QuotaRow> = []
  return Layer.mock(StateFile)({
    path: "",
    epoch: 1,
    notes: [],
    ledger: {} as StateFile["Service"]["ledger"],
    lists: {} as StateFile["Service"]["lists"],
    optionalItems: {} as StateFile["Service"]["optionalItems"],
    purges: {} as StateFile["Service"]["purges"],
    quota: Effect.sync(() => kept),
    saveQuota: (quota) =>
      Effect.sync(() => {
        const { facts, rows } = quota()
        for (const [key, value] of Object.entries(facts)) meta.set(key, value)
        kept = rows
      }),
    meta: (key) => Effect.sync(() => meta.get(key)),
  })
}

const paceline = (reserve: number) =>
  Effect.sync((): Process => {
    const state = layerState()
    return Effect.fnUntraced(
      function* (send) {
        const layer = Quota.layer({ onLimit: "wait", deadline: undefined, reserve })
        const context = yield* Layer.build(Layer.provide(layer, state))
        const quota = Context.get(context, Quota)
        return Effect.fnUntraced(function* (which) {
          for (let status = 429; status === 429;) {
            const permit = yield* quota.take
            const answer = yield* send(which)
            status = answer.status
            yield* quota.learn(permit, answer)
          }
        }, Effect.orDie)
      },
      Effect.scoped,
      Effect.orDie,
    )
  })

type Options = Omit<HttpClient.WithRateLimiter.Options, "limiter" | "key">

const inMemory = Effect.scoped(
  Layer.build(Layer.provide(RateLimiter.layer, RateLimiter.layerStoreMemory)),
).pipe(Effect.map(Context.get(RateLimiter.RateLimiter)))

/** Effect's limiters, the first one outermost; `lasting` keeps their store over a restart, as Redis does. */
const builtIn = ([first, second]: readonly [Options, Options?], lasting = false) =>
  Effect.gen(function* () {
    const kept = lasting ? yield* inMemory : undefined
    return Effect.fnUntraced(function* (send): Effect.fn.Return<
      (which: number) => Effect.Effect<unknown>
    > {
      const limiter = kept ?? (yield* inMemory)
      const client = HttpClient.make((_, { pathname }) => send(Number(pathname.slice(1))))
      const outer = { ...first, limiter, key: "first" }
      const limited = second === undefined
        ? HttpClient.withRateLimiter(client, outer)
        : HttpClient.withRateLimiter(
          HttpClient.withRateLimiter(client, { ...second, limiter, key: "second" }),
          outer,
        )
      return (which) =>
        Effect.orDie(limited.execute(HttpClientRequest.get(`http://strava/${which}`)))
    }) satisfies Process
  })

const short = { window: "15 minutes", limit: 100, disableResponseInspection: true } as const
const whole = { window: "1 day", limit: 1_000, disableResponseInspection: true, times: 0 } as const

export const limiters: Readonly<Record<string, Effect.Effect<Process>>> = {
  "Paceline": paceline(0),
  "fixed window, as it comes": builtIn([{ window: "15 minutes", limit: 100 }]),
  "fixed window, headers off": builtIn([short]),
  "token bucket, headers off": builtIn([{ ...short, algorithm: "token-bucket" }]),
  "fixed windows, 15 min and day": builtIn([short, whole]),
  "the same, store kept": builtIn([short, whole], true),
  "Paceline, `--reserve 30`": paceline(30),
}

export const scenarios: ReadonlyArray<Scenario> = [
  { name: "700 activities", activities: 700 },
  { name: "700, another user takes 30", activities: 700, others: 30 },
  { name: "700, restarted after 50", activities: 700, restart: 50 },
  { name: "3,000 activities", activities: 3_000 },
]

/** Live through one scenario with one limiter. */
export const measureScenario = Effect.fnUntraced(
  function* (
    { activities, others = 0, restart = Infinity }: Scenario,
    limiter: Effect.Effect<Process>,
  ) {
    yield* TestClock.setTime(begin)
    const rules = new Rules({})
    const process = yield* limiter
    const requests = firstRunRequests(activities, activities)
    const told = 2 + Math.ceil(activities / 200)
    const outcome = { sent: 0, refused: 0, othersRefused: 0, last: begin }
    const windows = new Set<number>()
    const done = new Set<number>()
    const send = Effect.fnUntraced(function* (which: number) {
      yield* Effect.sleep(latency / 2)
      const now = yield* Clock.currentTimeMillis
      const refused = rules.spend(now) !== undefined
      outcome.sent++
      if (refused) outcome.refused++
      else windows.add(windowStart("read15", now))
      outcome.last = now
      const headers = {
        date: new Date(now).toUTCString(),
        ...(which < told ? rules.headers(now) : {}),
      }
      yield* Effect.sleep(latency / 2)
      if (!refused) done.add(which)
      const request = HttpClientRequest.get("https://www.strava.com/")
      return HttpClientResponse.fromWeb(
        request,
        new Response(null, { status: refused ? 429 : 200, headers }),
      )
    })
    const neighbour = yield* Effect.forkChild(Effect.gen(function* () {
      for (;;) {
        const now = yield* Clock.currentTimeMillis
        const at = windowStart("read15", now) + 1_000
        yield* Effect.sleep((at > now ? at : at + quarter) - now)
        const then = yield* Clock.currentTimeMillis
        for (let i = 0; i < others; i++) {
          if (rules.spend(then) !== undefined) outcome.othersRefused++
        }
      }
    }))
    const life = Effect.gen(function* () {
      const ask = yield* process(send)
      const todo = Array.from({ length: requests }, (_, i) => i).filter((i) => !done.has(i))
      yield* Effect.forEach(todo, ask, { concurrency, discard: true })
    })
    let killed = restart === Infinity
    let running = yield* Effect.forkChild(life)
    while (running.pollUnsafe() === undefined) {
      const now = yield* Clock.currentTimeMillis
      if (now - begin > longest) break
      if (!killed && done.size >= restart) {
        killed = true
        yield* Fiber.interrupt(running)
        running = yield* Effect.forkChild(life)
      }
      yield* TestClock.adjust(killed ? "5 minutes" : "100 millis")
    }
    const ended = running.pollUnsafe() !== undefined
    yield* Fiber.interrupt(neighbour)
    yield* Fiber.interrupt(running)
    const { last, othersRefused, refused, sent } = outcome
    return {
      sent,
      refused,
      othersRefused,
      windows: windows.size,
      took: ended ? last - begin : undefined,
    } satisfies Outcome
  },
  (effect) => Effect.provide(effect, TestClock.layer(), { local: true }),
)

/** A row of the table in docs/quota.md. */
export const comparisonRow = (
  limiter: string,
  { othersRefused, refused, sent, took, windows }: Outcome,
): string =>
  `| ${
    [
      limiter,
      sent.toLocaleString("en"),
      refused.toLocaleString("en"),
      othersRefused.toLocaleString("en"),
      windows.toLocaleString("en"),
      took === undefined ? "over 60 days" : duration(took),
    ].join(" | ")
  } |`

/** `text` with the part between the marks of `name` replaced. */
const withPart = (text: string, name: string, part: string): string => {
  const [begin, end] = [`<!-- measured: ${name} -->`, "<!-- end -->"]
  const from = text.indexOf(begin) + begin.length
  return `${text.slice(0, from)}\n\n${part}\n\n${text.slice(text.indexOf(end, from))}`
}

if (import.meta.main) {
  const path = "docs/quota.md"
  const sections: Array<string> = []
  for (const scenario of scenarios) {
    const rows: Array<string> = []
    for (const [name, limiter] of Object.entries(limiters)) {
      if (name.includes("reserve") && scenario.others === undefined) continue
      const row = comparisonRow(name, await Effect.runPromise(measureScenario(scenario, limiter)))
      rows.push(row)
      await Deno.stderr.write(new TextEncoder().encode(`${scenario.name}: ${row}\n`))
    }
    sections.push(
      `**${scenario.name}**\n\n| limiter | sent | refused | refused to the other | windows | takes |\n| - | -: | -: | -: | -: | - |\n` +
        rows.join("\n"),
    )
  }
  await Deno.writeTextFile(
    path,
    withPart(await Deno.readTextFile(path), "limiters", sections.join("\n\n")),
  )
}
