/** `paceline status`: stored and missing items, rate limit and the next command, without a request. */
import { Clock, Effect, Path } from "effect"
import { Command } from "effect/cli"
import type { SinkSource } from "../../sinks/Sink.ts"
import { print } from "../base/runMain.ts"
import { taskLine } from "../output/kit/line.ts"
import { nextCommandOf, renderStatus, type StatusReport } from "../output/statusPage.ts"
import { renderShortStatus } from "../output/statusLine.ts"
import { configuredSinks } from "../run/layers.ts"
import { makePlan } from "../run/Plan.ts"
import { workLeft } from "../run/work.ts"
import { defaultOptions, RunOptions } from "../stages/RunOptions.ts"
import { findLosses } from "../state/outbox/glance.ts"
import type { UndeliveredItems } from "../state/outbox/holdings.ts"
import { StateFile } from "../state/StateFile.ts"
import { GrantedScope, grantedScopeIn } from "../strava/auth/GrantedScope.ts"
import { Quota } from "../strava/quota/Quota.ts"
import { buckets, defaultCaps, windowStart } from "../strava/quota/quotaWindow.ts"
import { isDemo } from "./process/demoFolder.ts"
import { countOriginals, hasOnlyExport } from "./import/exportFolder.ts"
import { databaseUrl } from "./flags/databaseUrl.ts"
import { dataFlag, jsonFlag, verbose } from "./process/flags.ts"
import { stateFileIn } from "./process/stateFileMissing.ts"

const policy = { onLimit: "wait", deadline: undefined, reserve: 0 } as const

const planned = Effect.fnUntraced(
  function* (lost: ReadonlyArray<UndeliveredItems>) {
    const work = yield* workLeft(yield* (yield* StateFile).owner)
    const { activities: _, items: { streams: __, ...items }, run: ___, ...made } = yield* makePlan(
      () => true,
      policy,
      0,
      lost,
    )
    return { plan: { ...made, ...items }, work }
  },
  Effect.provide(Quota.layer(policy)),
  Effect.provideService(RunOptions, defaultOptions),
)

const gather = Effect.fnUntraced(function* (folder: string, sources: ReadonlyArray<SinkSource>) {
  const state = yield* StateFile
  const counts = yield* state.counts
  const used = new Set(counts.sinks.map(({ sink }) => sink))
  const now = yield* Clock.currentTimeMillis
  const { lost, short } = yield* findLosses(sources)
  const { plan, work } = yield* planned(lost)
  const onlyExport = yield* hasOnlyExport(folder, counts)
  const stored = new Map((yield* state.quota).map((row) => [row.bucket, row]))
  return {
    counts,
    shortfalls: short,
    lost,
    lacks: (yield* state.missingInSinks).filter(({ sink }) => used.has(sink)),
    quota: buckets.map((bucket) => {
      const row = stored.get(bucket)
      const current = row?.start === windowStart(bucket, now)
      return { bucket, used: current ? row.used : 0, cap: row?.cap ?? defaultCaps[bucket] }
    }),
    plan,
    work,
    originals: yield* countOriginals(folder),
    onlyExport,
    next: nextCommandOf({ counts, onlyExport, work }, folder, yield* isDemo(folder)),
  } satisfies StatusReport
})

export const status = Command.make(
  "status",
  { data: dataFlag, json: jsonFlag, verbose },
  Effect.fnUntraced(function* ({ data, json, verbose }) {
    const file = (yield* Path.Path).join(data, "state.db")
    if (!(yield* stateFileIn(data))) {
      const next = taskLine("pipeline", data)
      return yield* print(
        json ? JSON.stringify({ counts: null, quota: null, next }) : [
          `No data in ${data} yet. To fetch it:`,
          "",
          `  ${next}`,
          "",
          `Without an account: ${taskLine("demo")}`,
        ].join("\n"),
      )
    }
    const settings = { data, databaseUrl: yield* databaseUrl }
    const report = yield* gather(data, yield* configuredSinks(settings)).pipe(
      Effect.provide(StateFile.layerReadOnly(data)),
      Effect.provideService(GrantedScope, yield* grantedScopeIn(data)),
    )
    yield* print(
      json
        ? JSON.stringify(report)
        : verbose
        ? renderStatus(report, data, file)
        : renderShortStatus(report, data),
    )
  }),
).pipe(
  Command.withDescription(
    "Show stored and missing data, quota, and the next command",
  ),
  Command.withExamples([
    {
      command: "paceline status",
      description: "Show if something needs attention, and how to fix it",
    },
    { command: "paceline status --verbose", description: "Show all items, sinks, runs and quota" },
  ]),
)
