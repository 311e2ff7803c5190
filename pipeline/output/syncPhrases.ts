/** Phrases about incremental and full syncs, for `plan` and `status`. */
import type { Plan } from "../run/Plan.ts"
import type { FullSyncSchedule } from "../stages/lists/fullSync.ts"
import { day } from "../strava/quota/quotaWindow.ts"
import { formatDuration } from "./kit/durations.ts"
import { formatNumber } from "./kit/numbers.ts"
import { quantity } from "./kit/plurals.ts"
import { weekdayTime } from "./kit/times.ts"
import { wrap } from "./kit/wrap.ts"
import { formatTime } from "../../schemas/time.ts"

/** Returns `once a day`, `once a week` or `every 2 h`. */
const describeInterval = (every: number): string =>
  every === day
    ? "once a day"
    : every === 7 * day
    ? "once a week"
    : `every ${formatDuration(every)}`

/** The interval with its reason, as a sentence. */
const describeSchedule = ({ auto, cost, every, reads }: FullSyncSchedule): string =>
  every === Infinity
    ? "--sweep never: old edits, old deletions and late uploads are not found."
    : every === 0
    ? "Every run is a full sync (--sweep)."
    : auto
    ? `Full syncs come ${describeInterval(every)}: the full list costs ` +
      `${quantity(cost, "request")}, ${every === day ? "at most" : "more than"} 1 % of ${
        formatNumber(reads)
      } reads a ` +
      "day."
    : `Full syncs come ${describeInterval(every)} (--sweep).`

const describeKind = ({ now, requests, sync }: Plan): ReadonlyArray<string> => {
  if (sync === undefined) return []
  const { kind, postponed, schedule } = sync
  if (kind === "full") {
    return ["This run is a full sync: it also finds old edits, deletions and late uploads."]
  }
  if (postponed) return ["A full sync is due. It starts when the rate limit allows it."]
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

/** Returns the lines of a plan, after an empty one; empty if no selected stage reads the list. */
export const describeSync = (plan: Plan): ReadonlyArray<string> => {
  const { sync } = plan
  if (sync === undefined) return []
  const sentences = [
    ...describeKind(plan),
    ...sync.schedule === undefined ? [] : [describeSchedule(sync.schedule)],
  ]
  const lines = sentences.flatMap((sentence) => wrap(sentence, { first: "  " }))
  return lines.length === 0 ? [] : ["", ...lines]
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
      due: Number.isFinite(schedule.due) ? formatTime(schedule.due) : null,
    },
  }
}

/** Returns the next full sync and the interval, for `status`; undefined before the first full sync. */
export const nextFullSync = ({ now, sync }: Pick<Plan, "now" | "sync">): string | undefined => {
  const schedule = sync?.schedule
  if (schedule === undefined) return undefined
  const when = schedule.due <= now
    ? "due in the next run"
    : `${weekdayTime(schedule.due, now)} or later`
  return `${when}, ${describeInterval(schedule.every)} (--sweep auto)`
}
