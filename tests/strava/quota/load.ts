/**
 * Helpers of the quota's tests: a ledger in memory, and workers that send requests to a simulated
 * Strava like the client.
 */
import { Clock, Context, Effect, Layer, Ref } from "effect"
import { Progress, type ProgressEvent } from "../../../pipeline/base/Progress.ts"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { StateError } from "../../../pipeline/state/StateError.ts"
import type { QuotaRow } from "../../../pipeline/state/ledger/quota.ts"
import { StateFile } from "../../../pipeline/state/StateFile.ts"
import { Quota, type QuotaPolicy } from "../../../pipeline/strava/quota/Quota.ts"
import { type QuotaHeaders, quotaHeaders } from "../../../pipeline/strava/quota/quotaWindow.ts"

/** Rows that a state file stores for the quota. They outlive the layer above them. */
export interface QuotaRows {
  rows: ReadonlyArray<QuotaRow>
  /** Rows that survive a killed process. */
  durable: ReadonlyArray<QuotaRow>
  readonly meta: Map<string, string>
  /** One entry per save: true if it was durable. */
  readonly saves: Array<boolean>
}

export const emptyLedger = (): QuotaRows => ({ rows: [], durable: [], meta: new Map(), saves: [] })

/** Simulates a killed process: discards rows that were not durable. */
export const kill = (ledger: QuotaRows): void => {
  ledger.rows = ledger.durable
}

/** Provides the ledger as a state file whose disk is full while `full` returns true. */
export const layerLedger = (ledger: QuotaRows, full = () => false) =>
  Layer.mock(StateFile)({
    path: "",
    epoch: 1,
    notes: [],
    ledger: {} as StateFile["Service"]["ledger"],
    lists: {} as StateFile["Service"]["lists"],
    optionalItems: {} as StateFile["Service"]["optionalItems"],
    purges: {} as StateFile["Service"]["purges"],
    imports: {} as StateFile["Service"]["imports"],
    quota: Effect.sync(() => ledger.rows),
    saveQuota: (quota, { durable }) =>
      Effect.suspend(() => {
        if (full()) return new StateError({ path: "state.db", reason: "disk", detail: "full" })
        const { facts, rows } = quota()
        ledger.rows = rows
        for (const [key, value] of Object.entries(facts)) ledger.meta.set(key, value)
        if (durable) ledger.durable = ledger.rows
        ledger.saves.push(durable)
        return Effect.void
      }),
    meta: (key) => Effect.sync(() => ledger.meta.get(key)),
  })

export const wait: QuotaPolicy = { onLimit: "wait", deadline: undefined, reserve: 0 }
export const stop: QuotaPolicy = { onLimit: "stop", deadline: undefined, reserve: 0 }

/** Provides the quota of one run over `ledger`. */
export const layerQuota = (ledger: QuotaRows, policy: QuotaPolicy = wait) =>
  Quota.layer(policy).pipe(Layer.provide(layerLedger(ledger)))

/** Kind of a request: responses for the athlete report the usage, those for streams do not. */
export type UsageKind = "withUsage" | "withoutUsage"

const paths: Record<UsageKind, string> = {
  withUsage: "/athlete",
  withoutUsage: "/activities/1/streams?keys=time&key_by_type=true",
}

/** Result of a request that was sent; times in milliseconds since 1970. */
export interface SentRequest {
  /** Times by the local clock. */
  readonly sent: number
  readonly received: number
  /** Time by Strava's clock. */
  readonly counted: number
  readonly status: number
  readonly used: QuotaHeaders["used"] | undefined
  readonly caps: QuotaHeaders["caps"] | undefined
}

const Log = Context.Reference<Array<SentRequest>>("paceline/tests/Log", { defaultValue: () => [] })

/** Empties and returns the log that `sendOne` writes to. */
export const emptyLog = Effect.map(Log, (log) => {
  log.length = 0
  return log
})

/**
 * Sends one request as the client does: reserves it, records its response, and retries after a
 * refusal. The simulator must accept any token.
 */
export const sendOne = Effect.fnUntraced(function* (kind: UsageKind) {
  const quota = yield* Quota
  const simulator = yield* Simulator
  const log = yield* Log
  for (;;) {
    const permit = yield* quota.take
    const sent = yield* Clock.currentTimeMillis
    const response = yield* simulator.handle({
      method: "GET",
      url: `https://www.strava.com/api/v3${paths[kind]}`,
      headers: { authorization: "Bearer simulated-access-token" },
      body: "",
    })
    const { caps, used } = quotaHeaders(response.headers)
    const received = yield* Clock.currentTimeMillis
    const counted = Date.parse(response.headers["date"] ?? "")
    const reported = "read15" in used
    log.push({
      sent,
      received,
      counted,
      status: response.status,
      used: reported ? used : undefined,
      caps: reported ? caps : undefined,
    })
    yield* quota.learn(permit, response)
    if (response.status !== 429) return response
  }
})

/** Sends requests of all `kinds` in order, `concurrency` at a time. */
export const sendAll = Effect.fnUntraced(function* (
  kinds: ReadonlyArray<UsageKind>,
  concurrency: number,
) {
  yield* Effect.forEach(kinds, sendOne, { concurrency, discard: true })
  return yield* Clock.currentTimeMillis
})

/** Runs `self` and collects its progress events. */
export const withEvents = Effect.fnUntraced(function* <A, E, R>(self: Effect.Effect<A, E, R>) {
  const events = yield* Ref.make<ReadonlyArray<ProgressEvent>>([])
  const notify = (event: ProgressEvent) => Ref.update(events, (earlier) => [...earlier, event])
  const value = yield* Effect.provideService(self, Progress, { notify })
  return { value, events: yield* Ref.get(events) }
})
