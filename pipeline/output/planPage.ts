/** A plan as a page for people and as an object for programs. */
import type { Declaration } from "../../schemas/Declaration.ts"
import { isExtra, isPerActivity, Resource } from "../../schemas/Item.ts"
import { resources } from "../../schemas/resources.ts"
import type { ItemsAhead } from "../stages/StageAhead.ts"
import { stageNames } from "../stages/all.ts"
import { doneAt, duration, finishedAt, weekdayTime } from "../run/estimate.ts"
import { describeLacks, describeLost, wrapWords } from "./summary/lacks.ts"
import { taskLine } from "./kit/line.ts"
import type { Plan } from "../run/Plan.ts"
import type { UndeliveredItems } from "../state/outbox/holdings.ts"
import type { HeldBack } from "../state/ledger/listing.ts"
import { describeHeldBack } from "./phrases.ts"
import { syncJson, syncWords } from "./syncPhrases.ts"

export interface Forecast {
  readonly plan: Plan
  /** Items that the sinks of the run have yet to take. */
  readonly waiting: number
  /** What they lack because it was fetched before they were added. */
  readonly lacks: ReadonlyArray<UndeliveredItems>
  /** Items that sinks lost and that none keeps. */
  readonly lost?: ReadonlyArray<UndeliveredItems>
  /** Activities that Strava's list lacks and that are kept. */
  readonly heldBack?: HeldBack | undefined
  /** Whether the number of activities is the user's word. */
  readonly assumed: boolean
}

const figure = (count: number) => count.toLocaleString("en")
const some = (count: number, one: string, more = `${one}s`) =>
  `${figure(count)} ${count === 1 ? one : more}`

const isoTime = (at: number) => Number.isFinite(at) ? new Date(at).toISOString() : null

/** Whether there is anything to plan from. */
const isKnown = ({ assumed, plan }: Forecast) =>
  assumed || plan.activities.whole || plan.activities.known > 0

const itemsJson = ({ items }: Plan) =>
  Object.fromEntries(
    Object.entries(items).map(([resource, { ends, on, price, ...counts }]) => [
      resource,
      isExtra(resource) ? { ...counts, on, price, ends: isoTime(ends) } : counts,
    ]),
  )

/** Numbers are requests, times are ISO 8601; null where nothing is known, or where it is never done. */
export const forecastJson = (forecast: Forecast) => {
  const { assumed, lacks, plan, waiting } = forecast
  const known = isKnown(forecast)
  return {
    known,
    requests: known ? plan.requests : null,
    activities: { ...plan.activities, assumed },
    ...itemsJson(plan),
    windows: known ? plan.windows : null,
    now: isoTime(plan.now),
    starts: known ? isoTime(plan.starts) : null,
    ends: known ? isoTime(plan.ends) : null,
    run: known ? plan.run : null,
    sync: syncJson(plan),
    quota: plan.quota,
    pause: plan.quota.pause === undefined ? null : isoTime(plan.quota.pause),
    waiting,
    lacks,
    lost: forecast.lost ?? [],
  }
}

const nothingKnown = (data: string, optional: ReadonlyArray<string>) =>
  `Nothing is known yet of what there is to fetch: no list of activities is in
${data}.

A first run asks for the profile (1 request), the list (1 for each 200
activities, and 1 to find its end), the zones, the totals and the gear (1 each)
and the samples (1 for each activity that was not typed in by hand)${
    optional.map((noun) => `,\nand for the ${noun} (1 for each activity)`).join("")
  }.

To know more:

  ${taskLine("plan", data)} --list
      reads the list now and keeps it
  ${taskLine("plan", data)} --activities 700
      plans as if there were so many`

const sum = (counts: ReadonlyArray<number>) => counts.reduce((total, count) => total + count, 0)

const optionalNouns = ({ items }: Plan) =>
  Resource.literals.filter(isPerActivity).flatMap((name) =>
    isExtra(name) && items[name].on ? [resources[name].noun] : []
  )

const listWords = ({ activities: { known, whole }, requests }: Plan, assumed: boolean) =>
  requests.activities === 0
    ? "the list has just been read, or is not asked for"
    : assumed
    ? `a list of ${some(known, "activity", "activities")}`
    : whole
    ? `the list, ${some(known, "activity", "activities")} long when last read`
    : `the rest of the list, at least: ${figure(known)} are known so far`

const eachWords = (
  what: string,
  requests: number,
  { again: incomplete, due, listed, narrower }: ItemsAhead,
) => {
  const waiting = listed + due + incomplete + narrower
  const reasons = [
    ...(due > 0 ? [`${figure(due)} quarantined, due`] : []),
    ...(incomplete > 0 ? [`${figure(incomplete)} incomplete`] : []),
    ...(narrower > 0 ? [`${figure(narrower)} again, with more permissions`] : []),
  ]
  const again = reasons.length > 0 ? ` (${reasons.join(", ")})` : ""
  return requests === 0
    ? `no ${what} to ask for`
    : requests < waiting
    ? `${what}: so many of ${figure(waiting)}, as --limit says`
    : requests > waiting
    ? `${what}: all again, as --force says`
    : `${what} of so many activities${again}`
}

/** Offers resources that are off, with what they would cost. */
const priceWords = ({ items, now }: Plan): ReadonlyArray<string> =>
  Object.entries(items).flatMap(([name, { ends, on, price }]) => {
    const declared: Declaration | undefined = isExtra(name) ? resources[name] : undefined
    const contents = declared?.optional?.contents
    if (on || price === 0 || contents === undefined) return []
    const title = name.slice(0, 1).toUpperCase() + name.slice(1)
    return [
      `  ${title} (${contents}) are off. --with ${name}: ${some(price, "request")} more,`,
      `  ${whenDone({ ends, now })}.`,
    ]
  })

/** When all is done, in words: `done soon after Thursday 00:00 UTC, in 5 h 3 min`. */
export const whenDone = ({ ends, now }: Pick<Plan, "ends" | "now">): string => {
  const done = doneAt(ends, now)
  return ends === Infinity || ends <= now ? done : `${done}, in ${duration(ends - now)}`
}

/** The pause that Strava asked for, if it is not over. */
export const pauseWords = ({ now, quota: { pause } }: Pick<Plan, "now" | "quota">) =>
  pause === undefined ? [] : [`no request before ${weekdayTime(pause, now)}`]

const runWords = ({ requests, run }: Plan): ReadonlyArray<string> =>
  run.stops === "nothing" ? [] : [
    `  This run sends ${figure(run.requests)} of them, then stops ${
      run.stops === "limit" ? "at Strava's limit" : "at its deadline"
    } with exit 75;`,
    `  the same command again sends more of the ${figure(requests.total)}.`,
  ]

const lostWords = (lost: ReadonlyArray<UndeliveredItems>): ReadonlyArray<string> => {
  const words = describeLost(lost)
  return words === undefined
    ? []
    : ["  Lost, and kept by no sink, so included above:", ...wrapWords(words.split(", "))]
}

type Row = (name: string, cost: number, words: string) => string

/** Rows of what changes seldom, if it is requested. */
const seldomRows = ({ requests }: Plan, row: Row): ReadonlyArray<string> =>
  Resource.literals.flatMap((name) => {
    const { planned }: Declaration = resources[name]
    return planned === undefined || requests[name] === 0 ? [] : [row(name, requests[name], planned)]
  })

/** Rows of the resources with a request for each activity, unless they are off. */
const itemRows = ({ items, requests }: Plan, row: Row): ReadonlyArray<string> =>
  stageNames.filter(isPerActivity).flatMap((name) =>
    items[name].on
      ? [row(name, requests[name], eachWords(resources[name].noun, requests[name], items[name]))]
      : []
  )

/** The page, within eighty columns. */
export const renderForecast = (forecast: Forecast, data: string): string => {
  const { assumed, lacks, plan, waiting } = forecast
  if (!isKnown(forecast)) return nothingKnown(data, optionalNouns(plan))
  const { activities, items, quota, requests, windows } = plan
  const { purged } = items.streams
  const fetched = Object.values(items).filter(({ on }) => on)
  const later = sum(fetched.map(({ later }) => later))
  const incomplete = sum(fetched.map(({ againLater }) => againLater))
  const most = Math.max(...Resource.literals.filter(isPerActivity).map((name) => requests[name]))
  const row = (name: string, cost: number, words: string) =>
    `  ${name.padEnd(11)}${(cost === 0 ? "·" : figure(cost)).padStart(8)}  ${words}`.trimEnd()
  return [
    `${some(most, "activity", "activities")}, ` +
    `${some(requests.total, "request")}, ` +
    `${some(windows, "quarter")} of an hour:`,
    `${whenDone(plan)}.`,
    "",
    row(
      "athlete",
      requests.athlete,
      `the profile, ${requests.athlete === 0 ? "not asked for" : "asked for once a week"}`,
    ),
    row("activities", requests.activities, listWords(plan, assumed)),
    ...seldomRows(plan, row),
    ...itemRows(plan, row),
    ...(requests.sweep === 0
      ? []
      : [row("sweep", requests.sweep, "the full list again, for a full sync")]),
    ...syncWords(plan),
    "",
    `  Strava allows ${figure(quota.quarter.cap)} a quarter of an hour and ${
      figure(quota.day.cap)
    } a day (UTC).`,
    `  Of these, ${figure(quota.quarter.used)} and ${figure(quota.day.used)} are used.`,
    ...pauseWords(plan).map((words) => `  Strava asked for a pause: ${words}.`),
    ...runWords(plan),
    ...(waiting === 0
      ? []
      : [`  Before that, ${figure(waiting)} undelivered items are delivered, for 0 requests.`]),
    ...(later === 0 ? [] : [
      `  Quarantined and not due: ${figure(later)}; --retry-quarantined fetches them too.`,
    ]),
    ...(incomplete === 0 ? [] : [
      `  Incomplete and not due: ${figure(incomplete)}; one request each, when they are due.`,
    ]),
    ...(purged === 0 ? [] : [
      `  Purged, and not asked for: the samples of ${figure(purged)}; --force asks for all again.`,
    ]),
    ...lostWords(forecast.lost ?? []),
    ...describeHeldBack(forecast.heldBack, data),
    ...priceWords(plan),
    ...describeLacks(
      lacks,
      data,
      (requests) => doneAt(finishedAt(requests, quota, plan.now), plan.now),
    ),
    ...(activities.whole || assumed ? [] : [
      "  More may be listed. To read the rest of the list now:",
      `    ${taskLine("plan", data)} --list`,
    ]),
  ].join("\n")
}
