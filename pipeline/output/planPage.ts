/** A plan as a page for people and as an object for programs. */
import type { Declaration } from "../../schemas/Declaration.ts"
import { isOptionalResource, isPerActivity } from "../../schemas/Item.ts"
import { declarationOf, isResource } from "../../schemas/resources.ts"
import { finishedAt } from "../run/estimate.ts"
import type { Plan } from "../run/Plan.ts"
import { noItems } from "../stages/items/eachActivity.ts"
import type { ItemsAhead } from "../stages/StageAhead.ts"
import type { UndeliveredItems } from "../state/outbox/holdings.ts"
import { countFrom, type Counts } from "../state/ledger/counts.ts"
import type { HeldBack } from "../state/ledger/listing.ts"
import { formatRow, leftOf, right } from "./kit/columns.ts"
import { pageSize } from "../strava/Strava.ts"
import { taskLine } from "./kit/line.ts"
import { formatCell, formatNumber } from "./kit/numbers.ts"
import { quantity } from "./kit/plurals.ts"
import { wrap, wrapList } from "./kit/wrap.ts"
import { describeHeldBack } from "./phrases.ts"
import { describeLacks, describeLost } from "./summary/lacks.ts"
import { describeSync, syncJson } from "./syncPhrases.ts"
import { describePause, describeRateLimit, doneAt, whenDone } from "./whenDone.ts"
import { formatTime } from "../../schemas/time.ts"

export interface Forecast {
  readonly plan: Plan
  /** Number of undelivered items of the sinks of the run. */
  readonly waiting: number
  /** Items that sinks lack because they were fetched before the sinks were added. */
  readonly lacks: ReadonlyArray<UndeliveredItems>
  /** Items that sinks lost and that none keeps. */
  readonly lost?: ReadonlyArray<UndeliveredItems>
  /** Activities that Strava's list lacks and that are kept. */
  readonly heldBack?: HeldBack | undefined
  /** True if the number of activities is an assumption of the user. */
  readonly assumed: boolean
  /** Stored items by source. */
  readonly sources?: Counts["sources"]
  /** True if everything was imported without a sign-in. */
  readonly onlyExport?: boolean
}

/** True if all known activities are from an export, so that Strava's list was never read. */
const isUnlisted = ({ assumed, plan, sources = [] }: Forecast) =>
  !assumed && !plan.activities.whole && countFrom(sources, "activities", "export") > 0 &&
  countFrom(sources, "activities", "api") === 0

const isoOrNull = (at: number) => Number.isFinite(at) ? formatTime(at) : null

/** True if there is a list of activities, or an assumption. */
const isKnown = ({ assumed, plan }: Forecast) =>
  assumed || plan.activities.whole || plan.activities.known > 0

const itemsJson = ({ items }: Plan) =>
  Object.fromEntries(
    Object.entries(items).map(([resource, { ends, on, price, ...counts }]) => [
      resource,
      isOptionalResource(resource) ? { ...counts, on, price, ends: isoOrNull(ends) } : counts,
    ]),
  )

/** Numbers are requests, times are ISO 8601; null if unknown, or if the work is never done. */
export const forecastJson = (forecast: Forecast) => {
  const { assumed, lacks, plan, waiting } = forecast
  const known = isKnown(forecast)
  return {
    known,
    requests: known ? plan.requests : null,
    activities: { ...plan.activities, assumed },
    ...itemsJson(plan),
    windows: known ? plan.windows : null,
    now: isoOrNull(plan.now),
    starts: known ? isoOrNull(plan.starts) : null,
    ends: known ? isoOrNull(plan.ends) : null,
    run: known ? plan.run : null,
    sync: syncJson(plan),
    quota: plan.quota,
    pause: plan.quota.pause === undefined ? null : isoOrNull(plan.quota.pause),
    waiting,
    lacks,
    lost: forecast.lost ?? [],
  }
}

const renderUnknown = (data: string, optional: ReadonlyArray<string>) =>
  [
    ...wrap(`Cannot estimate yet: ${data} has no list of activities.`),
    "",
    ...wrap(
      `A first run needs 1 request for the athlete, 1 per ${pageSize} activities plus 1 for the end ` +
        "of the list, 1 each for zones, stats and every gear item, and 1 per activity for streams unless " +
        `it was entered manually${
          optional.map((noun) => ` (plus 1 per activity for ${noun})`).join("")
        }.`,
    ),
    "",
    "For an estimate:",
    "",
    `  ${taskLine("plan", data)} --list`,
    "      fetches the list now and stores it",
    `  ${taskLine("plan", data)} --activities 700`,
    "      assumes 700 activities",
  ].join("\n")

const describeList = (forecast: Forecast) => {
  const { assumed, plan: { activities: { known, whole }, requests } } = forecast
  return requests.activities === 0
    ? "list is up to date or not selected"
    : isUnlisted(forecast)
    ? `first list, at least (${quantity(known, "activity", "activities")} in your export)`
    : assumed
    ? `list of ${quantity(known, "activity", "activities")}`
    : whole
    ? `list (${quantity(known, "activity", "activities")} when last fetched)`
    : `rest of the list, at least (${formatNumber(known)} known so far)`
}

const describeEach = (
  what: string,
  requests: number,
  { again: incomplete, due, listed, narrower, preferred }: ItemsAhead,
) => {
  const waiting = listed + due + incomplete + narrower + preferred
  const reasons = [
    ...(due > 0 ? [`${formatNumber(due)} quarantined and due`] : []),
    ...(incomplete > 0 ? [`${formatNumber(incomplete)} incomplete`] : []),
    ...(narrower > 0 ? [`${formatNumber(narrower)} again, with more permissions`] : []),
    ...(preferred > 0 ? [`${formatNumber(preferred)} in place of your export's`] : []),
  ]
  const again = reasons.length > 0 ? ` (${reasons.join(", ")})` : ""
  return requests === 0
    ? `no ${what} to fetch`
    : requests < waiting
    ? `${what}: of ${formatNumber(waiting)} pending, limited by --limit`
    : requests > waiting
    ? `${what}: all again (--force)`
    : `${what}, one ${isPerActivity(what) ? "per activity" : "each"}${again}`
}

/** Offers resources that are off, with the requests that they would add. */
const describePrices = ({ items, now }: Plan): ReadonlyArray<string> =>
  Object.entries(items).flatMap(([name, { ends, on, price }]) => {
    const declared: Declaration | undefined = isOptionalResource(name)
      ? declarationOf(name)
      : undefined
    const contents = declared?.optional?.contents
    if (on || price === 0 || contents === undefined) return []
    const title = name.slice(0, 1).toUpperCase() + name.slice(1)
    return wrap(
      `${title} (${contents}) are off. --with ${name} adds ${quantity(price, "request")}, ` +
        `${whenDone({ ends, now })}.`,
      { first: "  " },
    )
  })

/** Names the cost of the API's streams where those of an export are stored. */
const describeImported = ({ items }: Plan): ReadonlyArray<string> => {
  const imported = items.streams?.imported ?? 0
  return imported === 0 ? [] : wrap(
    `${quantity(imported, "activity has", "activities have")} streams from your export, ` +
      `which cost no request. --prefer api would fetch them: ${quantity(imported, "request")}.`,
    { first: "  " },
  )
}

/** Returns the command that reads the list or the rest of it; empty if all is known. */
const describeListCommand = (forecast: Forecast, data: string): ReadonlyArray<string> => {
  const { assumed, onlyExport = false, plan: { activities: { whole } } } = forecast
  if (whole || assumed) return []
  const first = onlyExport ? [`    ${taskLine("setup", data)}`] : []
  const words = isUnlisted(forecast)
    ? "Strava's list was not read yet: it can have more activities than your export. Read it" +
      (onlyExport ? ", after a sign-in:" : " now:")
    : "The list is incomplete. Fetch the rest now:"
  return [...wrap(words, { first: "  " }), ...first, `    ${taskLine("plan", data)} --list`]
}

const describeRun = ({ requests, run }: Plan): ReadonlyArray<string> =>
  run.stops === "nothing" ? [] : wrap(
    `This run sends ${formatNumber(run.requests)} of ${quantity(requests.total, "request")}, ` +
      `then stops at ${run.stops === "limit" ? "the rate limit" : "its deadline"} with exit 75. ` +
      "Run the same command again to continue.",
    { first: "  " },
  )

const describeLostItems = (lost: ReadonlyArray<UndeliveredItems>): ReadonlyArray<string> => {
  const words = describeLost(lost)
  return words === undefined ? [] : [
    "  Lost, kept by no sink, and included above:",
    ...wrapList(words.split(", "), { first: "    " }),
  ]
}

/** One row per stage with its requests. */
const stageRows = (forecast: Forecast): ReadonlyArray<string> => {
  const { items, requests } = forecast.plan
  const each = Object.keys(items).filter((name) => items[name]?.on === true)
  const widths = [leftOf(each, 11), right(8)]
  const row = (name: string, cost: number, words: string) =>
    formatRow([name, formatCell(cost), `  ${words}`], widths)
  return [
    row("athlete", requests.athlete, `athlete, ${requests.athlete === 0 ? "not due" : "weekly"}`),
    row("activities", requests.activities, describeList(forecast)),
    ...Object.keys(requests).filter(isResource).flatMap((name) => {
      const { planned }: Declaration = declarationOf(name)
      return planned === undefined || (requests[name] ?? 0) === 0
        ? []
        : [row(name, requests[name] ?? 0, planned)]
    }),
    ...each.map((name) =>
      row(
        name,
        requests[name] ?? 0,
        describeEach(name, requests[name] ?? 0, items[name] ?? noItems),
      )
    ),
    ...(requests.sweep === 0
      ? []
      : [row("sweep", requests.sweep, "the full list again, for a full sync")]),
  ]
}

const sum = (counts: ReadonlyArray<number>) => counts.reduce((total, count) => total + count, 0)

/** Numbers of items that the plan does not include, each with the flag that includes them. */
const describeOthers = ({ items }: Plan): ReadonlyArray<string> => {
  const fetched = Object.values(items).filter(({ on }) => on)
  const later = sum(fetched.map(({ later }) => later))
  const incomplete = sum(fetched.map(({ againLater }) => againLater))
  const purged = items.streams?.purged ?? 0
  return [
    ...(later === 0 ? [] : [
      `  Quarantined and not due: ${formatNumber(later)}. Include them: --retry-quarantined`,
    ]),
    ...(incomplete === 0 ? [] : [
      `  Incomplete and not due: ${formatNumber(incomplete)}. One request each, when they are due.`,
    ]),
    ...(purged === 0 ? [] : [
      `  Purged and not fetched again: ${formatNumber(purged)} streams. ` +
      "Fetch all again: --force",
    ]),
  ]
}

/** Names of optional resources that are on and cost a request per activity. */
const optionalNames = ({ items, requests }: Plan): ReadonlyArray<string> =>
  Object.keys(requests).filter(isPerActivity).filter((name) =>
    isOptionalResource(name) && items[name]?.on === true
  )

/** Number of activities to fetch; empty if all that are known were imported. */
const describeMost = (forecast: Forecast): string => {
  const { requests } = forecast.plan
  const most = Math.max(
    ...Object.keys(requests).filter(isPerActivity).map((name) => requests[name] ?? 0),
  )
  return most === 0 && isUnlisted(forecast) ? "" : `${quantity(most, "activity", "activities")}, `
}

/** The page, within 80 columns. */
export const renderForecast = (forecast: Forecast, data: string): string => {
  const { lacks, plan, waiting } = forecast
  if (!isKnown(forecast)) return renderUnknown(data, optionalNames(plan))
  const { quota, requests, windows } = plan
  return [
    `${describeMost(forecast)}${quantity(requests.total, "request")}, ` +
    `${quantity(windows, "window")} of 15 minutes:`,
    `${whenDone(plan)}.`,
    "",
    ...stageRows(forecast),
    ...describeSync(plan),
    "",
    ...describeRateLimit(quota),
    ...describePause(plan).map((words) => `  Strava asked to wait: ${words}.`),
    ...describeRun(plan),
    ...(waiting === 0
      ? []
      : [`  First, ${quantity(waiting, "undelivered item")} will be delivered (0 requests).`]),
    ...describeOthers(plan),
    ...describeLostItems(forecast.lost ?? []),
    ...describeHeldBack(forecast.heldBack, data),
    ...describeImported(plan),
    ...describePrices(plan),
    ...describeLacks(lacks, data, {
      doneAt: (requests) => doneAt(finishedAt(requests, quota, plan.now), plan.now),
      onlyExport: forecast.onlyExport === true,
    }),
    ...describeListCommand(forecast, data),
  ].join("\n")
}
