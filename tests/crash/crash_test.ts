/** A short series of crashes: each failpoint once, then the cases of the fault matrix. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Context, Effect, Layer } from "effect"
import assert from "node:assert/strict"
import { exitCodes } from "../../pipeline/base/exit.ts"
import { migrations } from "../../pipeline/state/file/migrations.ts"
import type { Failpoint } from "../../sinks/failpoints.ts"
import { exitsOf } from "../faults/matrix.ts"
import { liveWith } from "../testing.ts"
import {
  failpointNames,
  type Scenario,
  scenarioOf,
  type Stop,
  stopPlan,
  type StopSignal,
} from "./plan.ts"
import { type CrashReport, play, signalExits } from "./run.ts"
import { type CrashStand, makeCrashStand } from "./stand.ts"

class TestStand extends Context.Service<TestStand, CrashStand>()("test/Stand") {
  static readonly layer = Layer.effect(TestStand, makeCrashStand()).pipe(
    Layer.provide(NodeServices.layer),
  )
}

const live = liveWith(TestStand.layer)

/** Plays all scenarios. Fails if an invariant is broken. */
const held = Effect.fnUntraced(function* (scenarios: ReadonlyArray<Scenario>) {
  const stand = yield* TestStand
  const reports = yield* Effect.forEach(scenarios, (scenario) => play(stand, scenario), {
    concurrency: 3,
  })
  for (const { broken, scenario } of reports) {
    assert.equal(broken.join("\n"), "", JSON.stringify(scenario))
  }
  return reports
})

const sum = (reports: ReadonlyArray<CrashReport>, of: (report: CrashReport) => number) =>
  reports.reduce((total, report) => total + of(report), 0)

const at = (
  at: Failpoint,
  { hit = 1, signal = "SIGKILL", ...others }: Partial<Stop> & { readonly hit?: number } = {},
): Stop => ({ at, hit, signal, ...others })

/**
 * Every failpoint, in sequences of runs in one data directory. Failpoints of a first run come before those of any run.
 * Few sequences, because each ends with two whole runs.
 */
const lines: ReadonlyArray<ReadonlyArray<readonly [Failpoint, number]>> = [
  [
    ["state.migrating", 1],
    ["folder.made", 2],
    ["file.written", 4],
    ["run.flushed", 1],
    ["lock.taken", 1],
    ["state.migrated", 1],
    ["postgres.connected", 1],
    ["run.ended", 1],
  ],
  [
    ["token.asking", 1],
    ["state.committing", 20],
    ["state.opened", 1],
    ["state.closing", 1],
    ["run.drained", 1],
  ],
  [
    ["token.granted", 1],
    ["token.kept", 1],
    ["request.reserved", 3],
    ["answer.kept", 3],
    ["state.copied", 1],
  ],
  [
    ["batch.taken", 2],
    ["request.answered", 3],
    ["file.renamed", 1],
  ],
  [["postgres.committed", 1], ["postgres.migrated", 1]],
  [
    ["folder.synced", 2],
    ["file.opened", 4],
    ["state.committed", 20],
    ["batch.acknowledged", 1],
    ["state.kept", 1],
  ],
  [["postgres.migrating", 1], ["postgres.written", 1], ["batch.written", 1], ["file.synced", 5]],
]

const linesBy = (signalAt: (index: number) => StopSignal): ReadonlyArray<Scenario> =>
  lines.map((line, i) =>
    stopPlan(line.map(([name, hit], j) => at(name, { hit, signal: signalAt(i + j) })), {
      seed: i + 1,
      rotation: "never",
    })
  )

const missing = (reports: ReadonlyArray<CrashReport>) =>
  failpointNames.filter((name) => !reports.some(({ stoppedAt }) => stoppedAt.includes(name)))

live(
  "fault 1: a kill at any failpoint loses and duplicates nothing, and repeats only requests in flight",
  () =>
    Effect.gen(function* () {
      assert.deepEqual(
        failpointNames.filter((name) => !lines.flat().some(([at]) => at === name)),
        [],
      )
      const reports = yield* held(linesBy(() => "SIGKILL"))
      assert.deepEqual(missing(reports), [])
      assert.equal(sum(reports, ({ kills }) => kills), failpointNames.length)
    }),
)

live(
  "fault 2: a kill at any time costs no more than a kill at a failpoint",
  () =>
    Effect.gen(function* () {
      const after = (...times: ReadonlyArray<number>) =>
        times.map((after): Stop => ({ after, signal: "SIGKILL" }))
      const reports = yield* held([
        stopPlan(after(20, 90, 40), { seed: 21, latency: 20 }),
        stopPlan(after(120, 60, 10), { seed: 22, activities: 20 }),
        stopPlan(after(70, 150, 30), { seed: 23, warm: true, rotation: "with-access-token" }),
      ])
      assert.ok(sum(reports, ({ kills }) => kills) >= 5)
    }),
)

live(
  "fault 3: a run that recovers from a kill can be killed again",
  () =>
    Effect.gen(function* () {
      const thrice = (name: Failpoint, hit: number) =>
        Array.from({ length: 3 }, () => at(name, { hit }))
      const reports = yield* held([
        stopPlan([at("answer.kept", { hit: 5 }), ...thrice("batch.written", 1).slice(1)]),
        stopPlan(thrice("postgres.committed", 1), { concurrency: 1 }),
        stopPlan(thrice("file.renamed", 1), { warm: true }),
        stopPlan(thrice("postgres.written", 1).slice(1), { postgres: "embedded" }),
      ])
      assert.equal(sum(reports, ({ kills }) => kills), 11)
    }),
)

live(
  "fault 5: a kill during a migration of the state file leaves the previous version intact",
  () =>
    Effect.gen(function* () {
      const stops = migrations.map((_, i) => at("state.migrating", { hit: i + 1 }))
      const reports = yield* held([
        stopPlan(stops),
        stopPlan([at("state.migrating"), at("state.migrated"), at("postgres.migrating")]),
      ])
      assert.ok(reports.every(({ kills }) => kills > 0))
    }),
)

live(
  "fault 6: only a refresh token that was replaced and not yet stored requires a sign-in",
  () =>
    Effect.gen(function* () {
      const granted = at("token.granted")
      const signIns = Effect.fnUntraced(
        function* (stops: ReadonlyArray<Stop>, others: Partial<Scenario>) {
          const reports = yield* held([stopPlan(stops, { postgres: "none", ...others })])
          return reports.map((report) => report.signIns)
        },
      )
      assert.deepEqual(exitsOf(6), [exitCodes.credentials])
      const all = yield* Effect.all([
        signIns([granted], { rotation: "always" }),
        signIns([granted, granted, granted], { rotation: "with-access-token" }),
        signIns([{ ...granted, expired: true }], { rotation: "always", warm: true }),
        signIns([granted, granted], { rotation: "never" }),
        signIns([at("token.asking"), at("token.kept")], { rotation: "always" }),
      ], { concurrency: 3 })
      assert.deepEqual(all.flat(), [1, 2, 1, 0, 0])
    }),
)

live(
  "fault 51: Ctrl-C or SIGTERM at any failpoint ends with its exit code, and no request is repeated",
  () =>
    Effect.gen(function* () {
      assert.deepEqual(exitsOf(51).filter((code) => code !== 0), Object.values(signalExits))
      const scenarios = linesBy((index) => index % 2 === 0 ? "SIGINT" : "SIGTERM")
      const reports = yield* held(scenarios)
      assert.deepEqual(missing(reports), [])
      assert.equal(sum(reports, ({ signals }) => signals), failpointNames.length)
    }),
)

live(
  "a seed always returns the same scenario, and many seeds cover all failpoints",
  () =>
    Effect.sync(() => {
      const scenarios = Array.from({ length: 300 }, (_, i) => scenarioOf(i))
      assert.deepEqual(scenarioOf(7), scenarios[7])
      const stops = scenarios.flatMap(({ stops }) =>
        stops.map((stop) => "at" in stop ? stop.at : "")
      )
      assert.deepEqual(failpointNames.filter((name) => !stops.includes(name)), [])
    }),
)
