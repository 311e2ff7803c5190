/** The kind of sync that a run does, when the next full one comes, and why: for `plan` and `status`. */
import { duration, weekdayTime } from "../run/estimate.ts"
import type { Plan } from "../run/Plan.ts"
import type { FullSyncSchedule } from "../stages/lists/fullSync.ts"
import { day } from "../strava/quota/quotaWindow.ts"

const figure = (count: number) => count.toLocaleString("en")

/** `once a day`, `once a week`, `every 2 h`. */
const intervalWords = (every: number): string =>
  every === day ? "once a day" : every === 7 * day ? "once a week" : `every ${duration(every)}`

/** The interval with its reason, as a sentence. */
const reasonWords = ({ auto, cost, every, reads }: FullSyncSchedule): ReadonlyArray<string> =>
  every === Infinity
    ? ["--sweep never: old edits, old deletions and late uploads are not found."]
    : every === 0
    ? ["Every run is a full sync, as --sweep says."]
    : auto
    ? [
      `Full syncs come ${intervalWords(every)}: the full list costs ${figure(cost)} requests,`,
      `${every === day ? "at most" : "more than"} 1 % of ${figure(reads)} reads a day.`,
    ]
    : [`Full syncs come ${intervalWords(every)}, as --sweep says.`]

const kindWords = ({ now, requests, sync }: Plan): ReadonlyArray<string> => {
  if (sync === undefined) return []
  const { kind, postponed, schedule } = sync
  if (kind === "full") {
    return ["This run is a full sync: it also finds old edits, deletions and late uploads."]
  }
  if (postponed) {
    return ["A full sync is due; it starts when Strava's limit leaves requests for it."]
  }
  const due = schedule?.due ?? Infinity
  return [
    requests.activities > 0 ? "This run is an incremental sync." : "This run reads no list.",
    ...(due === Infinity
      ? []
      : due <= now
      ? ["The next run is a full sync."]
      : [`Next full sync: ${weekdayTime(due, now)} or later.`]),
  ]
}

/** The lines of a plan, with an empty one before them; none if no selected stage reads the list. */
export const syncWords = (plan: Plan): ReadonlyArray<string> => {
  const { sync } = plan
  if (sync === undefined) return []
  const lines = [
    ...kindWords(plan),
    ...sync.schedule === undefined ? [] : reasonWords(sync.schedule),
  ]
  return lines.length === 0 ? [] : ["", ...lines.map((line) => `  ${line}`)]
}

const milliseconds = (value: number) => Number.isFinite(value) ? value : null

/** The same for programs: `every` is in milliseconds, `due` is ISO 8601; null means never. */
export const syncJson = ({ sync }: Pick<Plan, "sync">) => {
  if (sync === undefined) return null
  const { kind, postponed, schedule } = sync
  return {
    kind,
    postponed,
    schedule: schedule === undefined ? null : {
      ...schedule,
      every: milliseconds(schedule.every),
      due: Number.isFinite(schedule.due) ? new Date(schedule.due).toISOString() : null,
    },
  }
}

/** The line of `status`: the next full sync and its interval; undefined before the first. */
export const nextFullSync = ({ now, sync }: Pick<Plan, "now" | "sync">): string | undefined => {
  const schedule = sync?.schedule
  if (schedule === undefined) return undefined
  const when = schedule.due <= now
    ? "due with the next run"
    : `${weekdayTime(schedule.due, now)} or later`
  return `${when}, ${intervalWords(schedule.every)} (--sweep auto)`
}
