/** `paceline status`: what is stored, what is left, what it costs, what to run next. Asks nobody. */
import { Clock, Console, Effect, Path } from "effect"
import { Command } from "effect/cli"
import type { Resource } from "../../schemas/Item.ts"
import { SinkName } from "../../sinks/Sink.ts"
import { exitCodes } from "../exit.ts"
import { type Plan, plan } from "../Plan.ts"
import { defaultOptions, RunOptions } from "../RunOptions.ts"
import type { Counts, Status } from "../state/counts.ts"
import type { Lack } from "../state/holdings.ts"
import { StateFile } from "../state/StateFile.ts"
import { Quota } from "../strava/Quota.ts"
import { describeLacks, describeSetAside, setAsideOf } from "../summary.ts"
import { buckets, defaultCaps, windowStart } from "../strava/quotaWindow.ts"
import { isDemo } from "./demoFolder.ts"
import { data, json } from "./flags.ts"
import { taskLine } from "./line.ts"
import { stateFileIn } from "./lost.ts"
import { whenDone } from "./planPage.ts"

const statuses: ReadonlyArray<Status> = [
  "delivered",
  "staged",
  "listed",
  "absent",
  "skipped",
  "quarantined",
]

const headings: Readonly<Record<Status, string>> = {
  delivered: "stored",
  staged: "on its way",
  listed: "to fetch",
  absent: "absent",
  skipped: "by hand",
  quarantined: "set aside",
  deleted: "deleted",
}

interface Report {
  readonly counts: Counts
  readonly lacks: ReadonlyArray<Lack>
  readonly quota: ReadonlyArray<
    { readonly bucket: string; readonly used: number; readonly cap: number }
  >
  /** What a run would ask for that does all there is to do. */
  readonly plan: Pick<Plan, "requests" | "windows" | "starts" | "ends" | "now">
  readonly next: string
}

const countOf = ({ items }: Counts, resource: Resource, status: Status) =>
  items.find((row) => row.resource === resource && row.status === status)?.count ?? 0

/** The command that does what is left to do. */
const nextOf = (counts: Counts, folder: string, ofDemo: boolean): string => {
  if (ofDemo) return "deno task demo   (makes the demo anew)"
  const pending = counts.sinks.reduce((sum, row) => sum + row.pending, 0)
  const left = countOf(counts, "streams", "listed")
  const what = pending > 0
    ? `delivers first what waits: ${pending}`
    : left > 0
    ? `goes on with the samples of ${left} activities`
    : "looks for what is new"
  return `${taskLine("pipeline", folder)}   (${what})`
}

const policy = { onLimit: "wait", deadline: undefined, reserve: 0 } as const

const planned = Effect.map(
  plan(() => true, policy),
  ({ ends, now, requests, starts, windows }): Report["plan"] => ({
    requests,
    windows,
    now,
    starts,
    ends,
  }),
).pipe(
  Effect.provide(Quota.layer(policy)),
  Effect.provideService(RunOptions, defaultOptions),
)

const gather = Effect.fnUntraced(function* (folder: string) {
  const state = yield* StateFile
  const counts = yield* state.counts
  const used = new Set(counts.sinks.map(({ sink }) => sink))
  const now = yield* Clock.currentTimeMillis
  const stored = new Map((yield* state.quota).map((row) => [row.bucket, row]))
  return {
    counts,
    lacks: (yield* state.lacks).filter(({ sink }) => used.has(sink)),
    quota: buckets.map((bucket) => {
      const row = stored.get(bucket)
      const current = row?.start === windowStart(bucket, now)
      return { bucket, used: current ? row.used : 0, cap: row?.cap ?? defaultCaps[bucket] }
    }),
    plan: yield* planned,
    next: nextOf(counts, folder, yield* isDemo(folder)),
  } satisfies Report
})

const render = ({ counts, lacks, next, plan, quota }: Report, path: string): string => {
  const row = (name: string, cells: ReadonlyArray<string | number>) =>
    `  ${name.padEnd(11)}${cells.map((cell) => String(cell).padStart(11)).join("")}`
  const dot = (count: number) => count === 0 ? "·" : count
  const resources: ReadonlyArray<Resource> = ["athlete", "activities", "streams"]
  const usage = (bucket: string) => {
    const found = quota.find((one) => one.bucket === bucket)
    return `${found?.used.toLocaleString("en")} of ${found?.cap.toLocaleString("en")}`
  }
  const run = counts.lastRun
  return [
    `${path}`,
    "",
    row("", statuses.map((status) => headings[status])),
    ...resources.map((resource) =>
      row(resource, statuses.map((status) => dot(countOf(counts, resource, status))))
    ),
    "",
    ...counts.sinks.map(({ landed, pending, refused, resource, sink }) =>
      `  ${sink.padEnd(9)} ${resource.padEnd(11)} ${landed} stored` +
      (pending > 0 ? `, ${pending} waiting` : "") + (refused > 0 ? `, ${refused} refused` : "")
    ),
    ...describeLacks(lacks),
    ...describeSetAside(counts.quarantined, setAsideOf(counts), 20, plan.now),
    "",
    `  reads used  ${usage("read15")} this quarter of an hour, ${usage("readDay")} today (UTC)`,
    ...(run === undefined ? [] : [
      `  last run    ${new Date(run.started).toISOString().slice(0, 19)}Z, ` +
      (run.ended === null
        ? "not ended: running, stopped or killed"
        : `exit ${run.exit}${run.exit === exitCodes.again ? " (to be gone on with)" : ""}`),
    ]),
    `  to do       ${plan.requests.total} request${plan.requests.total === 1 ? "" : "s"}, ` +
    `${whenDone(plan)}`,
    `  next        ${next}`,
  ].join("\n")
}

export const status = Command.make(
  "status",
  { data, json },
  Effect.fnUntraced(function* ({ data, json }) {
    const file = (yield* Path.Path).join(data, "state.db")
    if (!(yield* stateFileIn(data))) {
      const next = taskLine("pipeline", data)
      return yield* Console.log(
        json
          ? JSON.stringify({ counts: null, quota: null, next })
          : `Nothing is stored in ${data} yet. Run: ${next} (or, with no account: deno task demo)`,
      )
    }
    const report = yield* gather(data).pipe(
      Effect.provide(StateFile.layerReadOnly(data, SinkName.literals)),
    )
    yield* Console.log(json ? JSON.stringify(report) : render(report, file))
  }),
).pipe(
  Command.withDescription(
    "Show what is stored, what is left, the quota used, and what to run next",
  ),
)
