/** Lines that the summary of a run and `status` have in common: work over days, what is withheld or new. */
import { Effect } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { isExtra, isPerActivity, type PerActivityResource, Resource } from "../../schemas/Item.ts"
import { isAnotherType } from "../../schemas/fields/unknown.ts"
import { resources } from "../../schemas/resources.ts"
import { finishedAt, weekdayTime } from "../run/estimate.ts"
import { taskLine } from "./kit/line.ts"
import type { Over } from "../base/Progress.ts"
import { stageNames } from "../stages/all.ts"
import { isOn } from "../stages/items/optional.ts"
import { workAhead } from "../stages/items/eachActivity.ts"
import type { UnknownSink } from "../state/ledger/counts.ts"
import type { UnknownField } from "../state/ledger/unknownFields.ts"
import type { Withheld } from "../state/ledger/optional.ts"
import type { PurgeCounts } from "../state/outbox/purge.ts"
import type { HeldBack } from "../state/ledger/listing.ts"
import type { QuotaSnapshot } from "../strava/quota/Quota.ts"
import { day } from "../strava/quota/quotaWindow.ts"
import { printable } from "./kit/table.ts"

/** How far the samples or the details have come, in activities. */
export interface Progressing extends Over {
  readonly resource: PerActivityResource
}

/** What there is still to do of the samples, and of the details where they are turned on. */
export const workLeft = Effect.fnUntraced(function* (owner: AthleteId | undefined) {
  if (owner === undefined) return []
  const fetched = yield* Effect.filter(
    stageNames.filter(isPerActivity),
    (resource) => isExtra(resource) ? isOn(resource) : Effect.succeed(true),
  )
  const all = yield* Effect.forEach(
    fetched,
    (resource) =>
      Effect.map(workAhead(owner, resource), (work): Progressing => ({ resource, ...work })),
  )
  return all.filter(({ before, total }) => before < total)
})

const figure = (count: number) => count.toLocaleString("en")
const dayOf = (at: number) => Math.floor(at / day)

/**
 * `day 2 of about 4: 1,203 of 5,000 samples, done about Thursday 00:14 UTC`; undefined where all is done.
 * Which days are Strava's, in UTC.
 */
export const overDays = (
  works: ReadonlyArray<Progressing>,
  quota: QuotaSnapshot,
  now: number,
): string | undefined => {
  if (works.length === 0) return undefined
  const left = works.reduce((sum, { before, total }) => sum + total - before, 0)
  const began = Math.min(...works.map(({ began }) => began))
  const end = finishedAt(left, quota, now)
  const days = dayOf(end) - dayOf(began) + 1
  const counts = works.map(({ before, resource, total }) =>
    `${figure(before)} of ${figure(total)} ${resources[resource].noun}`
  )
  const which = days > 1 && end !== Infinity
    ? `day ${dayOf(now) - dayOf(began) + 1} of about ${days}: `
    : ""
  const done = end === Infinity
    ? ""
    : end <= now
    ? ", the rest can come at once"
    : `, done about ${weekdayTime(end, now)}`
  return `${which}${counts.join(" and ")}${done}`
}

/** What Strava does not give us, once each. */
export const describeWithheld = (
  withheld: ReadonlyArray<Withheld>,
  folder: string,
): ReadonlyArray<string> =>
  withheld.length === 0 ? [] : [
    "  withheld, and asked for again after 30 days; to try now:",
    `    ${taskLine("pipeline", folder)} --retry-quarantined`,
    ...withheld.map(({ count, reason, resource }) =>
      `    ${resource}${count > 1 ? ` (${figure(count)})` : ""}: ${printable(reason).slice(0, 160)}`
    ),
  ]

const some = (count: number) => `${figure(count)} item${count === 1 ? "" : "s"}`

/** What Strava sent that is new to us. */
export const describeDrift = (
  drift: ReadonlyArray<UnknownField>,
  most: number,
): ReadonlyArray<string> => [
  ...drift.slice(0, most).map(({ items, name, resource }) =>
    `  ${
      isAnotherType(name) ? "another type" : name.includes(": ") ? "new value" : "new field"
    } \`${printable(name).slice(0, 80)}\` ` +
    `first seen in ${
      resource === "activities"
        ? `${figure(items)} ${items === 1 ? "activity" : "activities"}`
        : `${some(items)} of ${resource}`
    }; kept in every sink`
  ),
  ...(drift.length > most ? [`  and ${drift.length - most} more`] : []),
]

/** `12 activities, 11 sets of samples`, after `before`, on lines of eighty columns; else nothing. */
export const describePurged = (counts: PurgeCounts, before: string): ReadonlyArray<string> => {
  const parts = Resource.literals.flatMap((resource) => {
    const count = counts[resource] ?? 0
    const [one, more] = resources[resource].counted
    return count === 0 ? [] : [`${figure(count)} ${count === 1 ? one : more}`]
  })
  return parts.reduce<ReadonlyArray<string>>((lines, part) => {
    const last = lines.at(-1)
    if (last === undefined) return [before + part]
    const longer = `${last}, ${part}`
    return longer.length < 80
      ? [...lines.slice(0, -1), longer]
      : [...lines.slice(0, -1), `${last},`, `    ${part}`]
  }, [])
}

/** Lines for each sink that the state file mentions and this version does not know. */
export const describeUnknownSinks = (
  sinks: ReadonlyArray<UnknownSink>,
): ReadonlyArray<string> =>
  sinks.flatMap(({ landed, pending, sink }) => [
    `  ${printable(sink).slice(0, 30)}: a sink that this version of Paceline does not know. It is`,
    `    neither written to nor verified. ${some(landed)} stored there, ${some(pending)} kept`,
    "    for it in the state file. To use it, run the version that wrote it.",
  ])

const activities = (count: number) => `${figure(count)} ${count === 1 ? "activity" : "activities"}`

/** Breaks `text` between words, so that it fits 80 columns after `first` and then `others`. */
const wrap = (text: string, first: string, others: string): ReadonlyArray<string> =>
  text.split(" ").reduce<ReadonlyArray<string>>((lines, word) => {
    const last = lines.at(-1)
    if (last === undefined) return [first + word]
    const longer = `${last} ${word}`
    return longer.length > 80 ? [...lines, others + word] : [...lines.slice(0, -1), longer]
  }, [])

/** Returns a warning about activities that Strava's list lacks, with the command that deletes them. */
export const describeHeldBack = (
  held: HeldBack | undefined,
  folder: string,
): ReadonlyArray<string> => {
  if (held === undefined) return []
  const { count, ids, known, listed, whole, why } = held
  const list = whole === false ? "Strava's list of the last weeks" : "Strava's list"
  const what = listed === 0
    ? `Warning: ${list} is empty. It had ${activities(count)} before.`
    : `Warning: ${figure(count)}${known === undefined ? "" : ` of ${figure(known)}`} activit${
      count === 1 ? "y is" : "ies are"
    } missing from ${list}: ${printable(why).slice(0, 200)}.`
  return [
    ...wrap(what, "  ", "    "),
    "    None of them was deleted: what was stored is kept, here and in every sink.",
    ...(ids === undefined
      ? []
      : wrap(`${ids.join(", ")}${count > ids.length ? ", …" : ""}`, "    ", "    ")),
    "    If they are deleted at Strava, confirm their number:",
    `      ${taskLine("pipeline", folder)} --allow-deletions ${count}`,
  ]
}
