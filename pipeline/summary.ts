/** What a run did, as figures for programs and as a page for people. */
import { Clock, Effect } from "effect"
import type { Resource } from "../schemas/Item.ts"
import { type SinkName, Sinks } from "../sinks/Sink.ts"
import { Delivery } from "./Delivery.ts"
import { type Figures, RunTally } from "./RunTally.ts"
import { duration } from "./estimate.ts"
import type { Counts, SetAside } from "./state/counts.ts"
import type { Lack } from "./state/holdings.ts"
import { StateFile } from "./state/StateFile.ts"
import { Quota, type QuotaSnapshot } from "./strava/Quota.ts"
import { printable } from "./table.ts"
import { Strava } from "./strava/Strava.ts"

export interface Summary {
  readonly resources: Readonly<Partial<Record<Resource, Figures>>>
  readonly requests: number
  readonly bytes: number
  readonly quota: QuotaSnapshot
  /** Samples that are listed and not yet asked for. */
  readonly left: number
  /** When this was so, in milliseconds since 1970. */
  readonly at: number
  readonly quarantined: Counts["quarantined"]
  /** How many are set aside, also beyond those. */
  readonly setAside: number
  /** What sinks lack because it was fetched before they were added. */
  readonly lacks: ReadonlyArray<Lack>
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

export const summarize = Effect.gen(function* () {
  const state = yield* StateFile
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
    left: counts.items.find(({ resource, status }) =>
      resource === "streams" && status === "listed"
    )?.count ?? 0,
    at: yield* Clock.currentTimeMillis,
    quarantined: counts.quarantined,
    setAside: setAsideOf(counts),
    lacks: yield* state.lacks,
    sinks: (yield* Sinks).map(({ location, name }) => ({
      sink: name,
      location,
      pending: waiting(name),
      error: down.find(({ sink }) => sink === name)?.detail,
    })),
  } satisfies Summary
})

const size = (bytes: number): string =>
  bytes < 100_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`

const columns = ["fresh", "changed", "known", "absent", "skipped", "quarantined"] as const
const headings = {
  fresh: "new",
  changed: "changed",
  known: "known",
  absent: "absent",
  skipped: "by hand",
  quarantined: "set aside",
} as const

const table = (resources: Summary["resources"]): ReadonlyArray<string> => {
  const row = (name: string, cells: ReadonlyArray<string>) =>
    `  ${name.padEnd(11)}${cells.map((cell) => cell.padStart(10)).join("")}`
  return [
    row("", columns.map((column) => headings[column])),
    ...Object.entries(resources).map(([resource, figures]) =>
      row(resource, columns.map((column) => figures[column] === 0 ? "·" : String(figures[column])))
    ),
  ]
}

const words: Readonly<Record<Resource, string>> = {
  athlete: "the profile",
  zones: "the zones",
  stats: "the totals",
  gear: "gear",
  activities: "activities",
  details: "details of activities",
  streams: "samples of activities",
}

/** What sinks lack, and the command that brings it. */
export const describeLacks = (lacks: ReadonlyArray<Lack>): ReadonlyArray<string> =>
  lacks.flatMap(({ count, resource, sink }) => [
    `  ${sink} lacks ${words[resource]} (${count}), fetched without it`,
    `    out of the other sinks, without a request:  deno task verify --repair`,
    `    or fetched again, for ${count} requests or more:`,
    `      deno task pipeline --only ${resource} --force --sink ${sink}`,
  ])

/** What is set aside, an item a line, at most `most` of them; and how to try it now. */
export const describeSetAside = (
  quarantined: ReadonlyArray<SetAside>,
  all: number,
  most: number,
  now: number,
): ReadonlyArray<string> => {
  if (all === 0) return []
  const shown = quarantined.slice(0, most)
  return [
    `  ${all} set aside (to try now: deno task pipeline --retry-quarantined)`,
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

/** The page: what came, what it cost, where it is, what is wrong. */
export const renderSummary = (summary: Summary): string => {
  const { at, bytes, lacks, left, quarantined, quota, requests, resources, setAside, sinks } =
    summary
  const lines = [
    ...(Object.keys(resources).length === 0 ? [] : ["", ...table(resources)]),
    "",
    `  ${requests} request${requests === 1 ? "" : "s"}, ${size(bytes)}. Strava's limits: ` +
    `${quota.quarter.used} of ${quota.quarter.cap} this quarter of an hour, ` +
    `${quota.day.used} of ${quota.day.cap} today`,
    ...sinks.map(({ error, location, pending, sink }) =>
      `  ${sink.padEnd(9)} ${location}` +
      (pending === 0 ? "" : `  (${pending} waiting in the state file)`) +
      (error === undefined ? "" : `\n            down: ${printable(error)}`)
    ),
    ...(left === 0 ? [] : [`  ${left} to fetch: the samples of so many activities`]),
    ...describeLacks(lacks),
    ...describeSetAside(quarantined, setAside, 10, at),
  ]
  return lines.join("\n")
}
