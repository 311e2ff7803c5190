/** Phrases that the summary of a run, `status` and `plan` share. */

import { allResources, declarationOf } from "../../schemas/resources.ts"
import { isAnotherType } from "../../schemas/fields/unknown.ts"
import { finishedAt } from "../run/estimate.ts"
import type { WorkProgress } from "../run/work.ts"
import type { UnknownSink } from "../state/ledger/counts.ts"
import type { HeldBack } from "../state/ledger/listing.ts"
import type { Withheld } from "../state/ledger/optional.ts"
import type { UnknownField } from "../state/ledger/unknownFields.ts"
import type { PurgeCounts } from "../state/outbox/purge.ts"
import type { QuotaSnapshot } from "../strava/quota/Quota.ts"
import { day } from "../strava/quota/quotaWindow.ts"
import { taskLine } from "./kit/line.ts"
import { formatNumber } from "./kit/numbers.ts"
import { nounFor, quantity } from "./kit/plurals.ts"
import { printable } from "./kit/terminal.ts"
import { weekdayTime } from "./kit/times.ts"
import { wrap, wrapList } from "./kit/wrap.ts"

const dayOf = (at: number) => Math.floor(at / day)

/**
 * Returns `day 2 of about 4: 1,203 of 5,000 streams, done around Thursday 00:14 UTC`; undefined if all is
 * done. Days are Strava's, in UTC.
 */
export const overDays = (
  works: ReadonlyArray<WorkProgress>,
  quota: QuotaSnapshot,
  now: number,
): string | undefined => {
  if (works.length === 0) return undefined
  const left = works.reduce((sum, { before, total }) => sum + total - before, 0)
  const began = Math.min(...works.map(({ began }) => began))
  const end = finishedAt(left, quota, now)
  const days = dayOf(end) - dayOf(began) + 1
  const counts = works.map(({ before, resource, total }) =>
    `${formatNumber(before)} of ${formatNumber(total)} ${resource}`
  )
  const which = days > 1 && end !== Infinity
    ? `day ${dayOf(now) - dayOf(began) + 1} of about ${days}: `
    : ""
  const done = end === Infinity
    ? ""
    : end <= now
    ? ", the rest fits in this window"
    : `, done around ${weekdayTime(end, now)}`
  return `${which}${counts.join(" and ")}${done}`
}

/** Describes resources that Strava withholds, each reason once. */
export const describeWithheld = (
  withheld: ReadonlyArray<Withheld>,
  folder: string,
): ReadonlyArray<string> =>
  withheld.length === 0 ? [] : [
    "  Withheld by Strava, retried after 30 days. Retry now:",
    `    ${taskLine("pipeline", folder)} --retry-quarantined`,
    ...withheld.flatMap(({ count, reason, resource }) =>
      wrap(
        `${resource}${count > 1 ? ` (${formatNumber(count)})` : ""}: ` +
          printable(reason).slice(0, 160),
        { first: "    ", rest: "      " },
      )
    ),
  ]

/** Describes fields, types and values that Strava sent and that the schemas do not know. */
export const describeDrift = (
  drift: ReadonlyArray<UnknownField>,
  most: number,
): ReadonlyArray<string> => [
  ...drift.slice(0, most).flatMap(({ items, name, resource }) => {
    const kind = isAnotherType(name)
      ? "another type"
      : name.includes(": ")
      ? "new value"
      : "new field"
    const where = resource === "activities"
      ? quantity(items, "activity", "activities")
      : `${quantity(items, "item")} of ${resource}`
    return wrap(
      `${kind} \`${printable(name).slice(0, 80)}\` in ${where}, stored in every sink`,
      { first: "  ", rest: "    " },
    )
  }),
  ...(drift.length > most ? [`  and ${drift.length - most} more`] : []),
]

/** Returns `12 activities, 11 sets of streams` after `before`; empty if nothing was purged. */
export const describePurged = (counts: PurgeCounts, before: string): ReadonlyArray<string> => {
  const parts = allResources().flatMap((resource) => {
    const count = counts[resource] ?? 0
    const [one, more] = declarationOf(resource).counted
    return count === 0 ? [] : [quantity(count, one, more)]
  })
  return wrapList(parts, { first: before, rest: "    " })
}

/** Describes the sinks that the state file mentions and this version does not know. */
export const describeUnknownSinks = (sinks: ReadonlyArray<UnknownSink>): ReadonlyArray<string> =>
  sinks.flatMap(({ landed, pending, sink }) =>
    wrap(
      `${
        printable(sink).slice(0, 30)
      }: a sink that this version of Paceline does not know. It is ` +
        `neither written to nor verified. It holds ${quantity(landed, "item")}; ` +
        `${
          quantity(pending, "undelivered item")
        } for it are kept in the state file. To use it, run ` +
        "the version that wrote it.",
      { first: "  ", rest: "    " },
    )
  )

/** Describes activities that Strava's list lacks, with the command that deletes them. */
export const describeHeldBack = (
  held: HeldBack | undefined,
  folder: string,
): ReadonlyArray<string> => {
  if (held === undefined) return []
  const { count, ids, known, listed, whole, why } = held
  const list = whole === false ? "Strava's list of the last weeks" : "Strava's list"
  const what = listed === 0
    ? `Warning: ${list} is empty. It had ${quantity(count, "activity", "activities")} before.`
    : `Warning: ${formatNumber(count)}${known === undefined ? "" : ` of ${formatNumber(known)}`} ` +
      `${nounFor(count, "activity is", "activities are")} missing from ${list}: ` +
      `${printable(why).slice(0, 200)}.`
  return [
    ...wrap(what, { first: "  ", rest: "    " }),
    "    None of them was deleted: the stored data is kept, here and in every sink.",
    ...(ids === undefined ? [] : wrapList(
      [...ids.map(String), ...(count > ids.length ? ["…"] : [])],
      { first: "    " },
    )),
    "    If they are deleted at Strava, confirm their number:",
    `      ${taskLine("pipeline", folder)} --allow-deletions ${count}`,
  ]
}
