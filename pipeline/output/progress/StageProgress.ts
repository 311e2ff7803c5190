/** Progress of stages that are running, and the lines that show it. */
import { isPerActivity } from "../../../schemas/Item.ts"
import type { Frontier, MultiRunProgress } from "../../base/Progress.ts"
import { finishedAt } from "../../run/estimate.ts"
import type { WorkProgress } from "../../run/work.ts"
import type { QuotaSnapshot } from "../../strava/quota/Quota.ts"
import { formatDuration } from "../kit/durations.ts"
import { formatSize } from "../kit/sizes.ts"
import { clockTime, localTime } from "../kit/times.ts"
import { overDays } from "../phrases.ts"
import { RecentRate } from "./RecentRate.ts"
import { fitParts, progressBar } from "./Screen.ts"

/** Times are in milliseconds since 1970. */
export interface StageProgress {
  readonly name: string
  readonly startedAt: number
  done: number
  total: number | undefined
  /** Progress of work over several runs that this stage is a part of. */
  over: MultiRunProgress | undefined
  /** Bytes read, and in total, if the stage reads files. */
  bytes: { readonly done: number; readonly total: number } | undefined
  /** Days that are complete, of a stage with an item for each activity. */
  frontier: Frontier | undefined
  /** Rates of items and of bytes, for the time left. */
  readonly rates: { readonly items: RecentRate; readonly bytes: RecentRate }
  /** Milliseconds spent waiting for a window, which do not count for the rate. */
  waited: number
  drawnAt: number
}

export const startStage = (name: string, now: number, drawnAt: number): StageProgress => ({
  name,
  startedAt: now,
  done: 0,
  total: undefined,
  over: undefined,
  bytes: undefined,
  frontier: undefined,
  rates: { items: new RecentRate(), bytes: new RecentRate() },
  waited: 0,
  drawnAt,
})

const perSecond = ({ done, startedAt, waited }: StageProgress, now: number) =>
  done / Math.max(0.001, (now - startedAt - waited) / 1_000)

const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((all, one) => all + one, 0)

/** Items done and in total, including earlier runs of the same work. */
export const inAllRuns = ({ done, over, total = 0 }: StageProgress) =>
  over === undefined
    ? { done, total }
    : { done: Math.min(over.total, over.before + done), total: Math.max(over.total, total) }

/** Number of items of these stages that this run has to do. */
export const itemsLeft = (stages: ReadonlyArray<StageProgress>): number =>
  sum(stages.map(({ done, total = 0 }) => total - done))

/** The end under the rate limit, in local time; if nothing limits the run, the time left at its recent rate. */
const describeEnd = (
  stages: ReadonlyArray<StageProgress>,
  quota: QuotaSnapshot,
  now: number,
  timeZone: string | undefined,
): string => {
  const done = sum(stages.map(({ done }) => done))
  if (done === 0 || stages.some(({ total }) => total === undefined)) return ""
  const end = finishedAt(itemsLeft(stages), quota, now)
  if (end > now) return `done about ${localTime(end, now, timeZone)}`
  const times = stages.map(({ done, rates, total = 0 }) =>
    rates.items.timeFor(total - done, done, now)
  )
  const known = times.filter((time) => time !== undefined)
  return known.length < stages.length ? "" : `${formatDuration(Math.max(...known))} left`
}

/** Describes the time left at the recent rate, and the bytes read; empty for stages that read no files. */
const describeBytes = (
  { bytes, rates }: StageProgress,
  now: number,
): ReadonlyArray<string> => {
  if (bytes === undefined || bytes.total === 0) return []
  const left = rates.bytes.timeFor(bytes.total - bytes.done, bytes.done, now)
  const read = `${formatSize(bytes.done)} of ${formatSize(bytes.total)}`
  return left === undefined ? [read] : [`${formatDuration(left)} left`, read]
}

/** Describes work that takes several days; undefined for other work. */
export const describeDays = (
  stages: Iterable<StageProgress>,
  quota: QuotaSnapshot,
  now: number,
): string | undefined => {
  const works = [...stages].flatMap(({ done, name, over }): ReadonlyArray<WorkProgress> =>
    over === undefined || !isPerActivity(name)
      ? []
      : [{ ...over, before: Math.min(over.total, over.before + done), resource: name }]
  )
  const words = overDays(works, quota, now)
  return words?.startsWith("day ") ? words : undefined
}

/** Returns one line for all stages that are running; only those that can be counted, if there are any. */
export const renderTerminalLine = (
  stages: ReadonlyArray<StageProgress>,
  quota: QuotaSnapshot | undefined,
  now: number,
  room: number,
  timeZone?: string,
): string => {
  const counted = stages.filter(({ total = 0 }) => total > 0)
  const shown = counted.length > 0 ? counted : stages.slice(-1)
  const done = sum(shown.map((stage) => inAllRuns(stage).done))
  const total = sum(shown.map((stage) => inAllRuns(stage).total))
  const share = shown.some(({ total }) => total === undefined)
    ? undefined
    : done / Math.max(1, total)
  const rate = sum(shown.map((stage) => perSecond(stage, now)))
  // Room for the bytes on a terminal of 80 columns.
  const hasBytes = shown.some(({ bytes }) => bytes !== undefined)
  const parts = [
    `  ${shown.map(({ name }) => name).join("+").padEnd(10)}`,
    share === undefined
      ? `${done}`
      : `${progressBar(share, hasBytes ? 10 : 20)} ${Math.floor(share * 100)} %`,
    share === undefined ? "" : `${done}/${total}`,
    quota === undefined ? "" : describeDays(shown, quota, now)?.split(":")[0] ?? "",
    quota === undefined ? "" : describeEnd(shown, quota, now, timeZone),
    ...shown.flatMap((stage) => describeBytes(stage, now)),
    rate > 0 ? `${rate.toFixed(1)}/s` : "",
    quota === undefined ? "" : `${quota.quarter.cap - quota.quarter.used} reads left`,
  ].filter((part) => part !== "")
  return fitParts(parts, room)
}

/** Returns the line of one stage for a log. */
export const renderLogLine = (
  stage: StageProgress,
  quota: QuotaSnapshot | undefined,
  now: number,
): string => {
  const total = stage.total === undefined ? "" : `/${stage.total}`
  const limit = quota === undefined
    ? ""
    : ` limit=${quota.quarter.used}/${quota.quarter.cap} day=${quota.day.used}/${quota.day.cap}`
  const days = quota && describeDays([stage], quota, now)
  const bytes = describeBytes(stage, now)
  return `${clockTime(now)} ${stage.name} ${stage.done}${total}${limit}` +
    bytes.map((part) => ` ${part}`).join("") +
    (days === undefined ? "" : `; ${days}`)
}
