/** Shared by the quota's tests: a ledger in memory, and workers that ask a simulated Strava by its rules. */
import { Clock, Context, Effect, Layer, Ref } from "effect"
import { Progress, type ProgressEvent } from "../../../pipeline/base/Progress.ts"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { StateError } from "../../../pipeline/state/StateError.ts"
import type { QuotaRow } from "../../../pipeline/state/ledger/quota.ts"
import { StateFile } from "../../../pipeline/state/StateFile.ts"
import { Quota, type QuotaPolicy } from "../../../pipeline/strava/quota/Quota.ts"
import { type QuotaHeaders, quotaHeaders } from "../../../pipeline/strava/quota/quotaWindow.ts"

/** What a state file keeps of the quota, surviving the layer over it. */
export interface QuotaRows {
  rows: ReadonlyArray<QuotaRow>
  /** Those that outlive a process that is killed. */
  durable: ReadonlyArray<QuotaRow>
  readonly meta: Map<string, string>
  /** Whether the counters were made durable, or only noted, at each save. */
  readonly saves: Array<boolean>
}

export const emptyLedger = (): QuotaRows => ({ rows: [], durable: [], meta: new Map(), saves: [] })

/** The process is killed: what was not durable is gone. */
export const kill = (ledger: QuotaRows): void => {
  ledger.rows = ledger.durable
}

/** The ledger as a state file, whose disk is full whenever `full` says so. */
export const layerLedger = (ledger: QuotaRows, full = () => false) =>
  Layer.mock(StateFile)({
    path: "",
    epoch: 1,
    notes: [],
    ledger: {} as StateFile["Service"]["ledger"],
    lists: {} as StateFile["Service"]["lists"],
    optionalItems: {} as StateFile["Service"]["optionalItems"],
    purges: {} as StateFile["Service"]["purges"],
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

/** The quota of one run over `ledger`. */
export const layerQuota = (ledger: QuotaRows, policy: QuotaPolicy = wait) =>
  Quota.layer(policy).pipe(Layer.provide(layerLedger(ledger)))

/** Which requests tell their usage: those for the athlete do, those for streams do not. */
export type UsageKind = "told" | "silent"

const paths: Record<UsageKind, string> = {
  told: "/athlete",
  silent: "/activities/1/streams?keys=time&key_by_type=true",
}

/** What came of a request that was sent; times in milliseconds since 1970. */
export interface Told {
  /** By our clock. */
  readonly sent: number
  readonly received: number
  /** By Strava's. */
  readonly counted: number
  readonly status: number
  readonly used: QuotaHeaders["used"] | undefined
  readonly caps: QuotaHeaders["caps"] | undefined
}

const Log = Context.Reference<Array<Told>>("paceline/tests/Log", { defaultValue: () => [] })

/** The log that `ask` writes to from now on, emptied. */
export const logged = Effect.map(Log, (log) => {
  log.length = 0
  return log
})

/**
 * One request by the rules of the client: reserved, sent, learnt from, again after a refusal. The
 * simulator must take any token.
 */
export const ask = Effect.fnUntraced(function* (kind: UsageKind) {
  const quota = yield* Quota
  const simulator = yield* Simulator
  const log = yield* Log
  for (;;) {
    const permit = yield* quota.take
    const sent = yield* Clock.currentTimeMillis
    const answer = yield* simulator.handle({
      method: "GET",
      url: `https://www.strava.com/api/v3${paths[kind]}`,
      headers: { authorization: "Bearer simulated-access-token" },
      body: "",
    })
    const { caps, used } = quotaHeaders(answer.headers)
    const received = yield* Clock.currentTimeMillis
    const counted = Date.parse(answer.headers["date"] ?? "")
    const told = "read15" in used
    log.push({
      sent,
      received,
      counted,
      status: answer.status,
      used: told ? used : undefined,
      caps: told ? caps : undefined,
    })
    yield* quota.learn(permit, answer)
    if (answer.status !== 429) return answer
  }
})

/** Ask for all `kinds`, so many at once, in order. */
export const askAll = Effect.fnUntraced(function* (
  kinds: ReadonlyArray<UsageKind>,
  concurrency: number,
) {
  yield* Effect.forEach(kinds, ask, { concurrency, discard: true })
  return yield* Clock.currentTimeMillis
})

/** Run with somebody who listens; gives what they heard. */
export const listening = Effect.fnUntraced(function* <A, E, R>(self: Effect.Effect<A, E, R>) {
  const heard = yield* Ref.make<ReadonlyArray<ProgressEvent>>([])
  const notify = (event: ProgressEvent) => Ref.update(heard, (events) => [...events, event])
  const value = yield* Effect.provideService(self, Progress, { notify })
  return { value, heard: yield* Ref.get(heard) }
})
