/** `paceline status`: what is stored, what is left, what it costs, what to run next. Asks nobody. */
import { Clock, Effect, Path } from "effect"
import { Command } from "effect/cli"
import type { Declaration } from "../../schemas/Declaration.ts"
import { isExtra, isPerActivity, type PerActivityResource, Resource } from "../../schemas/Item.ts"
import { resources } from "../../schemas/resources.ts"
import type { SinkSource } from "../../sinks/Sink.ts"
import { configuredSinks } from "../run/layers.ts"
import { exitCodes } from "../base/exit.ts"
import { makePlan, type Plan, type PlannedItems } from "../run/Plan.ts"
import { defaultOptions, RunOptions } from "../stages/RunOptions.ts"
import { isoTime } from "../base/isoTime.ts"
import type { Counts, Status } from "../state/ledger/counts.ts"
import { findLosses } from "../state/outbox/glance.ts"
import type { ShortSink } from "../state/outbox/shortfall.ts"
import type { UndeliveredItems } from "../state/outbox/holdings.ts"
import { StateFile } from "../state/StateFile.ts"
import { GrantedScope, grantedScopeIn } from "../strava/auth/GrantedScope.ts"
import { Quota } from "../strava/quota/Quota.ts"
import { describeIncomplete } from "../output/summary/incomplete.ts"
import { describeLacks } from "../output/summary/lacks.ts"
import { describeShort, storedWords } from "../output/summary/lost.ts"
import { describeSetAside, setAsideOf } from "../output/summary/summary.ts"
import {
  describeDrift,
  describeHeldBack,
  describeUnknownSinks,
  describeWithheld,
  overDays,
  type Progressing,
  workLeft,
} from "../output/phrases.ts"
import { buckets, defaultCaps, windowStart } from "../strava/quota/quotaWindow.ts"
import { isDemo } from "./process/demoFolder.ts"
import { databaseUrl, dataFlag, jsonFlag } from "./process/flags.ts"
import { taskLine } from "../output/kit/line.ts"
import { print } from "../base/runMain.ts"
import { stateFileIn } from "./process/stateFileMissing.ts"
import { pauseWords, whenDone } from "../output/planPage.ts"
import { nextFullSync } from "../output/syncPhrases.ts"

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
  skipped: "skipped",
  quarantined: "set aside",
  deleted: "deleted",
  purged: "purged",
}

interface Report {
  readonly counts: Counts
  /** Items that sinks lack, compared with the state file. */
  readonly shortfalls: ReadonlyArray<ShortSink>
  /** Items that sinks lost and that none keeps. */
  readonly lost: ReadonlyArray<UndeliveredItems>
  readonly lacks: ReadonlyArray<UndeliveredItems>
  readonly quota: ReadonlyArray<
    { readonly bucket: string; readonly used: number; readonly cap: number }
  >
  /** What a run would ask for that does all there is to do. */
  readonly plan:
    & Pick<
      Plan,
      "requests" | "sync" | "windows" | "starts" | "ends" | "now" | "quota"
    >
    & Readonly<Partial<Record<PerActivityResource, PlannedItems>>>
  /** How far the samples, and the details, have come where there is more to do. */
  readonly work: ReadonlyArray<Progressing>
  readonly next: string
}

const countOf = ({ items }: Counts, resource: Resource, status: Status) =>
  items.find((row) => row.resource === resource && row.status === status)?.count ?? 0

/** The command that does what is left to do. */
const nextOf = (
  counts: Counts,
  work: ReadonlyArray<Progressing>,
  folder: string,
  ofDemo: boolean,
): string => {
  if (ofDemo) return "deno task demo   (makes the demo anew)"
  const pending = counts.sinks.reduce((sum, row) => sum + row.pending, 0)
  const left = work.find(({ resource }) => resource === "streams")
  const what = pending > 0
    ? `delivers first what waits: ${pending}`
    : left !== undefined
    ? `goes on with the samples of ${left.total - left.before} activities`
    : work.length > 0
    ? "goes on with the details of activities"
    : "looks for what is new"
  return `${taskLine("pipeline", folder)}   (${what})`
}

/** Offers a resource that is off, with what it would cost. */
const offer = (
  name: PerActivityResource,
  { [name]: items, now }: Report["plan"],
): ReadonlyArray<string> => {
  const { optional }: Declaration = resources[name]
  if (items === undefined || items.price === 0 || optional?.contents === undefined) return []
  return [
    `  ${name.padEnd(11)} off; with them (--with ${name}) ${
      items.price.toLocaleString("en")
    } requests more,\n              ${whenDone({ ends: items.ends, now })}`,
  ]
}

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
    next: nextOf(counts, work, folder, yield* isDemo(folder)),
  } satisfies Report
})

const render = (report: Report, folder: string, path: string): string => {
  const { counts, lacks, lost, next, plan, quota, shortfalls, work } = report
  const row = (name: string, cells: ReadonlyArray<string | number>) =>
    `  ${name.padEnd(11)}${cells.map((cell) => String(cell).padStart(11)).join("")}`
  const dot = (count: number) => count === 0 ? "·" : count
  const resources = Resource.literals.filter((resource) =>
    !isExtra(resource) || counts.items.some((row) => row.resource === resource)
  )
  const seldom = (["deleted", "purged"] as const).filter((seldom) =>
    counts.items.some(({ status }) => status === seldom)
  )
  // What is nowhere makes room for them.
  const isSomewhere = (status: Status) =>
    status === "delivered" || status === "listed" ||
    resources.some((resource) => countOf(counts, resource, status) > 0)
  const columns = seldom.length === 0 ? statuses : [...statuses.filter(isSomewhere), ...seldom]
  const days = overDays(work, plan.quota, plan.now)
  const usage = (bucket: string) => {
    const found = quota.find((one) => one.bucket === bucket)
    return `${found?.used.toLocaleString("en")} of ${found?.cap.toLocaleString("en")}`
  }
  const run = counts.lastRun
  const fullSync = nextFullSync(plan)
  return [
    `${path}`,
    "",
    row("", columns.map((status) => headings[status])),
    ...resources.map((resource) =>
      row(resource, columns.map((status) => dot(countOf(counts, resource, status))))
    ),
    "",
    ...counts.sinks.map(({ landed, pending, refused, resource, sink }) =>
      `  ${sink.padEnd(9)} ${resource.padEnd(11)} ${
        storedWords(shortfalls, sink, resource, landed)
      }` +
      (pending > 0 ? `, ${pending} waiting` : "") + (refused > 0 ? `, ${refused} refused` : "")
    ),
    ...describeShort(shortfalls, folder, lost),
    ...describeUnknownSinks(counts.unknownSinks),
    ...describeLacks(lacks, folder),
    ...describeSetAside(counts.quarantined, setAsideOf(counts), 20, plan.now, folder),
    ...describeIncomplete(counts.incomplete, 20, plan.now),
    ...describeWithheld(counts.withheld, folder),
    ...describeHeldBack(counts.heldBack, folder),
    ...describeDrift(counts.unknownFields, 20),
    "",
    `  reads used  ${usage("read15")} this quarter of an hour, ${usage("readDay")} today (UTC)`,
    ...pauseWords(plan).map((words) => `  pause       ${words}, as Strava asked`),
    ...(run === undefined ? [] : [
      `  last run    ${isoTime(run.started)}, ` +
      (run.ended === null
        ? "not ended: running, stopped or killed"
        : `exit ${run.exit}${run.exit === exitCodes.again ? " (to be gone on with)" : ""}`),
    ]),
    ...(days === undefined ? [] : [`  so far      ${days}`]),
    `  to do       ${plan.requests.total} request${plan.requests.total === 1 ? "" : "s"}, ` +
    `${whenDone(plan)}`,
    ...Resource.literals.filter(isPerActivity).flatMap((name) => offer(name, plan)),
    ...(fullSync === undefined ? [] : [`  full sync   ${fullSync}`]),
    `  next        ${next}`,
  ].join("\n")
}

export const status = Command.make(
  "status",
  { data: dataFlag, json: jsonFlag },
  Effect.fnUntraced(function* ({ data, json }) {
    const file = (yield* Path.Path).join(data, "state.db")
    if (!(yield* stateFileIn(data))) {
      const next = taskLine("pipeline", data)
      return yield* print(
        json
          ? JSON.stringify({ counts: null, quota: null, next })
          : `Nothing is stored in ${data} yet. Run: ${next} (or, with no account: deno task demo)`,
      )
    }
    const settings = { data, databaseUrl: yield* databaseUrl }
    const report = yield* gather(data, yield* configuredSinks(settings)).pipe(
      Effect.provide(StateFile.layerReadOnly(data)),
      Effect.provideService(GrantedScope, yield* grantedScopeIn(data)),
    )
    yield* print(json ? JSON.stringify(report) : render(report, data, file))
  }),
).pipe(
  Command.withDescription(
    "Show what is stored, what is left, the quota used, and what to run next",
  ),
)
