/** What a run did, as figures for programs and as a page for people. */
import { Clock, Effect } from "effect"
import { Resource } from "../../../schemas/Item.ts"
import { type SinkName, Sinks } from "../../../sinks/Sink.ts"
import { Delivery } from "../../delivery/Delivery.ts"
import type { Filled } from "../../run/backfill.ts"
import { type Figures, RunTally } from "../../stages/RunTally.ts"
import { describeIncomplete } from "./incomplete.ts"
import { doneAt, duration, finishedAt } from "../../run/estimate.ts"
import { describeLacks } from "./lacks.ts"
import { taskLine } from "../kit/line.ts"
import type { Counts, QuarantinedItem } from "../../state/ledger/counts.ts"
import type { UndeliveredItems } from "../../state/outbox/holdings.ts"
import type { PurgeCounts } from "../../state/outbox/purge.ts"
import type { Shortfall } from "../../state/outbox/shortfall.ts"
import { StateFile } from "../../state/StateFile.ts"
import { Quota, type QuotaSnapshot } from "../../strava/quota/Quota.ts"
import { printable } from "../kit/table.ts"
import {
  describeDrift,
  describeHeldBack,
  describePurged,
  describeUnknownSinks,
  describeWithheld,
  overDays,
  type Progressing,
  workLeft,
} from "../phrases.ts"
import { Strava } from "../../strava/Strava.ts"

export interface Summary {
  readonly resources: Readonly<Partial<Record<Resource, Figures>>>
  readonly requests: number
  readonly bytes: number
  readonly quota: QuotaSnapshot
  /** Samples that are listed and not yet asked for. */
  readonly left: number
  /** What there is still to do of what was chosen, and how far it has come. */
  readonly work: ReadonlyArray<Progressing>
  readonly incomplete: Counts["incomplete"]
  readonly withheld: Counts["withheld"]
  /** What this run was the first to see. */
  readonly drift: Counts["unknownFields"]
  readonly heldBack: Counts["heldBack"] | null
  /** When this was so, in milliseconds since 1970. */
  readonly at: number
  readonly quarantined: Counts["quarantined"]
  /** How many are set aside, also beyond those. */
  readonly setAside: number
  /** What sinks were given of what others keep, without a request. */
  readonly filled: ReadonlyArray<Filled>
  /** Items that sinks lacked, compared with the state file; those that another sink keeps were restored. */
  readonly shortfalls: ReadonlyArray<Shortfall>
  /** What was purged for its age, by resource. */
  readonly purged: PurgeCounts
  /** What sinks lack because it was fetched before they were added. */
  readonly lacks: ReadonlyArray<UndeliveredItems>
  readonly unknownSinks: Counts["unknownSinks"]
  readonly sinks: ReadonlyArray<{
    readonly sink: SinkName
    readonly location: string
    readonly pending: number
    /** Why the sink is behind, where it failed. */
    readonly error: string | undefined
  }>
}

/** How many items are set aside. */
export const setAsideOf = ({ items }: Counts): number =>
  items.filter(({ status }) => status === "quarantined")
    .reduce((sum, { count }) => sum + count, 0)

export const summarize = Effect.fn("summarize")(function* (
  filled: ReadonlyArray<Filled>,
  purged: PurgeCounts,
) {
  const state = yield* StateFile
  const owner = yield* state.owner
  const at = yield* Clock.currentTimeMillis
  const { bytes, requests } = yield* (yield* Strava).traffic
  const counts = yield* state.counts
  const down = yield* (yield* Delivery).down
  const waiting = (name: SinkName) =>
    counts.sinks.filter(({ sink }) => sink === name).reduce((sum, { pending }) => sum + pending, 0)
  return {
    resources: yield* (yield* RunTally).all,
    requests,
    bytes,
    quota: yield* (yield* Quota).snapshot,
    left: owner === undefined ? 0 : (yield* state.pendingCounts(owner, "streams", at)).listed,
    work: yield* workLeft(owner),
    incomplete: counts.incomplete,
    withheld: counts.withheld,
    drift: counts.unknownFields.filter(({ epoch }) => epoch === state.epoch),
    heldBack: counts.heldBack ?? null,
    at,
    quarantined: counts.quarantined,
    setAside: setAsideOf(counts),
    filled,
    shortfalls: yield* (yield* Delivery).shortfalls,
    purged,
    lacks: yield* state.missingInSinks,
    unknownSinks: counts.unknownSinks,
    sinks: (yield* Sinks).map(({ location, name }) => ({
      sink: name,
      location,
      pending: waiting(name),
      error: down.find(({ sink }) => sink === name)?.detail,
    })),
  } satisfies Summary
})

const figure = (count: number): string => count.toLocaleString("en")

export const size = (bytes: number): string =>
  bytes < 100_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`

const always = ["fresh", "changed", "known", "absent", "skipped", "quarantined"] as const
const headings = {
  fresh: "new",
  changed: "changed",
  known: "known",
  absent: "absent",
  skipped: "skipped",
  quarantined: "set aside",
  deleted: "deleted",
} as const

const table = (resources: Summary["resources"]): ReadonlyArray<string> => {
  const row = (name: string, cells: ReadonlyArray<string>) =>
    `  ${name.padEnd(11)}${cells.map((cell) => cell.padStart(10)).join("")}`
  const found = Object.values(resources)
  // What is nowhere makes room for it.
  const columns = found.some(({ deleted }) => deleted > 0)
    ? [...always.filter((one) => found.some((figures) => figures[one] > 0)), "deleted"] as const
    : always
  return [
    row("", columns.map((column) => headings[column])),
    ...Resource.literals.flatMap((resource) => {
      const figures = resources[resource]
      return figures === undefined
        ? []
        : [row(resource, columns.map((one) => figures[one] === 0 ? "·" : String(figures[one])))]
    }),
  ]
}

/** After a run: a sink that is up was brought what another could give. */
const lacksAfter = ({ lacks, sinks }: Summary): ReadonlyArray<UndeliveredItems> =>
  lacks.map((lack) =>
    sinks.some(({ error, sink }) => sink === lack.sink && error === undefined)
      ? { ...lack, kept: 0 }
      : lack
  )

/** What sinks were given at no cost, a line each. */
const describeFilled = (filled: Summary["filled"]): ReadonlyArray<string> =>
  [...Map.groupBy(filled, ({ sink }) => sink)].map(([sink, parts]) =>
    `  ${sink} was filled with what was kept: ${
      parts.map(({ count, resource }) => `${figure(count)} ${resource}`).join(", ")
    }; 0 requests`
  )

/** What is set aside, an item a line, at most `most` of them; and how to try it now. */
export const describeSetAside = (
  quarantined: ReadonlyArray<QuarantinedItem>,
  all: number,
  most: number,
  now: number,
  folder: string,
): ReadonlyArray<string> => {
  if (all === 0) return []
  const shown = quarantined.slice(0, most)
  return [
    `  ${all} set aside (to try now: ${taskLine("pipeline", folder)} --retry-quarantined)`,
    ...shown.map(({ id, nextTry, reason, resource, tries }) =>
      `    ${resource} ${id}: ${printable(reason).slice(0, 160)} (${tries} ${
        tries === 1 ? "try" : "tries"
      }, next ${
        nextTry === null
          ? "with the next list"
          : nextTry <= now
          ? "with the next run"
          : `in ${duration(nextTry - now)}`
      })`
    ),
    ...(all > shown.length ? [`    and ${all - shown.length} more`] : []),
  ]
}

/** How far what was chosen has come, and what else there is to fetch. */
const workWords = ({ at, left, quota, work }: Summary): ReadonlyArray<string> => {
  const words = overDays(work, quota, at)
  const chosen = work.find(({ resource }) => resource === "streams")
  const others = left - (chosen === undefined ? 0 : chosen.total - chosen.before)
  return [
    ...(words === undefined ? [] : [`  ${words}`]),
    ...(others <= 0 ? [] : [`  ${figure(others)} more to fetch, of activities not chosen now`]),
  ]
}

/** The page: what came, what it cost, where it is, what is wrong, for whoever runs it in `folder`. */
export const renderSummary = (summary: Summary, folder: string): string => {
  const {
    at,
    bytes,
    drift,
    filled,
    heldBack,
    incomplete,
    purged,
    quarantined,
    quota,
    requests,
    resources,
    setAside,
    sinks,
    unknownSinks,
    withheld,
  } = summary
  const lines = [
    ...(Object.keys(resources).length === 0 ? [] : ["", ...table(resources)]),
    "",
    `  ${requests} request${requests === 1 ? "" : "s"}, ${size(bytes)}`,
    `  Strava's limits: ${figure(quota.quarter.used)} of ${figure(quota.quarter.cap)} ` +
    `this quarter of an hour, ${figure(quota.day.used)} of ${figure(quota.day.cap)} today`,
    ...sinks.map(({ error, location, pending, sink }) =>
      `  ${sink.padEnd(9)} ${location}` +
      (pending === 0 ? "" : `  (${pending} waiting in the state file)`) +
      (error === undefined ? "" : `\n            down: ${printable(error)}`)
    ),
    ...describeUnknownSinks(unknownSinks),
    ...workWords(summary),
    ...describeFilled(filled),
    ...describePurged(purged, "  purged for their age: "),
    ...describeLacks(
      lacksAfter(summary),
      folder,
      (requests) => doneAt(finishedAt(requests, quota, at), at),
    ),
    ...describeSetAside(quarantined, setAside, 10, at, folder),
    ...describeIncomplete(incomplete, 10, at),
    ...describeWithheld(withheld, folder),
    ...describeHeldBack(heldBack ?? undefined, folder),
    ...describeDrift(drift, 10),
  ]
  return lines.join("\n")
}
