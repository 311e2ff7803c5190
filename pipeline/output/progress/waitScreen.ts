/** Lines on a terminal while a run waits for the rate limit. */
import type { Frontier } from "../../base/Progress.ts"
import { finishedAt } from "../../run/estimate.ts"
import type { QuotaSnapshot } from "../../strava/quota/Quota.ts"
import { day } from "../../strava/quota/quotaWindow.ts"
import { parseTime } from "../../../schemas/time.ts"
import { isPerActivity } from "../../../schemas/Item.ts"
import { formatNumber } from "../kit/numbers.ts"
import { localDate, localDay, localTime } from "../kit/times.ts"
import { wrap } from "../kit/wrap.ts"
import { fitParts, progressBar } from "./Screen.ts"
import { describeDays, inAllRuns, itemsLeft, type StageProgress } from "./StageProgress.ts"

export interface Wait {
  /** Time of the next request, in milliseconds since 1970. */
  readonly until: number
  readonly why: string
}

/** Returns the local day as the start of that day in UTC, in milliseconds since 1970. */
const dayOf = (at: number, timeZone: string | undefined) =>
  parseTime(`${localDay(at, timeZone)}T00:00:00Z`)

/** Returns the first day from which on all activities are done; undefined if there is none. */
const completeSince = (
  { newest, next, oldest }: Frontier,
  timeZone: string | undefined,
): number | undefined => {
  const reached = dayOf(oldest, timeZone)
  // After the last new activity, older responses are fetched again.
  const isRest = next === undefined || next > oldest
  const since = isRest || reached > dayOf(next, timeZone) ? reached : reached + day
  return since > dayOf(newest, timeZone) ? undefined : since
}

/** Describes the days that are complete in all stages that fetch newest first. */
const describeComplete = (
  stages: ReadonlyArray<StageProgress>,
  timeZone: string | undefined,
): ReadonlyArray<string> => {
  const frontiers = stages.filter(({ name }) => isPerActivity(name))
    .map(({ frontier }) => frontier)
  const since = frontiers.map((one) => one && completeSince(one, timeZone))
  const last = Math.max(...since.map((at) => at ?? Infinity))
  if (frontiers.length === 0 || last === Infinity) return []
  const except = frontiers.reduce((sum, one) => sum + (one?.except ?? 0), 0)
  return [
    `complete back to ${localDate(last, "UTC")}` +
    (except === 0 ? "" : `, except ${formatNumber(except)} to retry`),
  ]
}

/** Joins parts with a dot between them, on as many lines as they need. */
const joined = (parts: ReadonlyArray<string>, room: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const part of parts) {
    const longer = `${lines.at(-1) ?? " "} · ${part}`
    if (lines.length > 0 && longer.length <= room) lines[lines.length - 1] = longer
    else lines.push(`  ${part}`)
  }
  return lines
}

const describeUsage = (
  { day, quarter }: QuotaSnapshot,
  now: number,
  timeZone: string | undefined,
): ReadonlyArray<string> => [
  `requests: ${formatNumber(quarter.used)} of ${formatNumber(quarter.cap)} in this window`,
  `${formatNumber(day.used)} of ${formatNumber(day.cap)} today, until ` +
  localTime(day.end, now, timeZone),
]

/** Returns the lines: the reason, the progress, the end of the wait and of the work, and the usage. */
export const renderWait = (
  { until, why }: Wait,
  running: ReadonlyArray<StageProgress>,
  quota: QuotaSnapshot | undefined,
  now: number,
  { columns, timeZone }: { readonly columns: number; readonly timeZone: string | undefined },
): ReadonlyArray<string> => {
  const room = Math.min(columns - 1, 79)
  const stages = running.filter(({ total = 0 }) => total > 0)
  const sums = stages.map(inAllRuns)
  const done = sums.reduce((sum, { done }) => sum + done, 0)
  const total = sums.reduce((sum, { total }) => sum + total, 0)
  const share = done / Math.max(1, total)
  const end = quota === undefined ? Infinity : finishedAt(itemsLeft(stages), quota, now)
  const days = quota && describeDays(stages, quota, now)?.split(":")[0]
  const names = stages.map(({ name }) => name).join("+").padEnd(10)
  return [
    ...wrap(`${why}.`, { first: "  ", width: room }),
    ...(total === 0 ? [] : [
      fitParts([`  ${names}`, `${progressBar(share)} ${Math.floor(share * 100)} %`], room),
    ]),
    ...joined([
      ...(total === 0 ? [] : [`${formatNumber(done)} of ${formatNumber(total)}`]),
      ...(days === undefined ? [] : [days]),
      `resumes ${localTime(until, now, timeZone)}`,
      ...(total === 0 || end === Infinity ? [] : [
        `done about ${localTime(Math.max(end, until), now, timeZone)}`,
      ]),
    ], room),
    ...joined(describeComplete(stages, timeZone), room),
    ...(quota === undefined ? [] : joined(describeUsage(quota, now, timeZone), room)),
    "  Ctrl-C stops; nothing is lost.",
  ].map((line) => line.slice(0, room))
}
