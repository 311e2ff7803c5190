/** Decides which saved responses are stored: only what is not stored yet, because a file might be older. */
import { Option, Schema } from "effect"
import { SummaryActivity } from "../../schemas/Activity.ts"
import type { AthleteId } from "../../schemas/Athlete.ts"
import {
  type Amounts,
  claimsOf,
  contentOf,
  contentOfScan,
  shortfall,
} from "../../schemas/content/content.ts"
import { type Source, sourceOf } from "../../schemas/export/source.ts"
import { itemFromBytes } from "../../schemas/json/itemFromBytes.ts"
import { bytesOf } from "../../schemas/json/utf8.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import { readPage } from "../stages/lists/activityPage.ts"
import { quarantineDay } from "../state/ledger/quarantine.ts"
import type { LedgerMark } from "../state/outbox/checkpoint.ts"
import type { Arrival } from "../state/outbox/stage.ts"
import type { KnownActivity } from "../state/sources/imports.ts"
import type { SavedResponse } from "./responses/SavedResponse.ts"

/** Changes of the state file by one response. */
export interface ResponseAddition {
  readonly resource: "activities" | "streams"
  readonly arrival: Arrival
  readonly marks: ReadonlyArray<LedgerMark>
}

/** `unlisted`: streams whose activity is not known yet; `known`: stored before; `empty`: without samples. */
type NotAdded = "unlisted" | "known" | "empty" | { readonly problem: string }

interface MergeOptions {
  readonly athlete: AthleteId
  readonly known: ReadonlyMap<string, KnownActivity>
  /** Source that the user prefers for streams; the stored ones stay if undefined. */
  readonly prefer: Source | undefined
  /** Time of the import, in milliseconds since 1970. */
  readonly now: number
}

/** An activity that is stored, or that this import adds. */
interface MergedActivity extends Pick<KnownActivity, "activities" | "streams" | "deletedAt"> {
  readonly claims?: Amounts
}

/** True if an item stays as it is: it is stored, deleted or purged. */
const isSettled = (item: MergedActivity["streams"], replacesExport: boolean): boolean =>
  item !== undefined &&
  (["purged", "deleted"].includes(item.status) ||
    (item.hash !== null && (item.source === "api" || !replacesExport)))

/** Claims about the types that the streams contain: others were not requested, so that they are not missing. */
const claimsAbout = (has: Amounts, claims: Amounts): Amounts =>
  Object.fromEntries(
    Object.entries(claims).filter(([name]) =>
      has[name] !== undefined || !streamTypes.some((type) => type === name)
    ),
  )

const decode = Schema.decodeUnknownOption(SummaryActivity)

/** Returns a function that takes the responses in the order of their files, and decides about each. */
export const makeMerge = ({ athlete, known, now, prefer }: MergeOptions) => {
  const activities = new Map<string, MergedActivity>(known)
  const update = (id: string, part: MergedActivity) =>
    activities.set(id, { ...activities.get(id), ...part })

  const addActivity = (
    { id, json, text }: SavedResponse,
    receivedAt: number,
  ): ResponseAddition | NotAdded => {
    const before = activities.get(id)
    const activity = Option.getOrUndefined(decode(json))
    const owner = activity?.athlete?.id
    if (typeof owner === "number" && owner !== athlete) {
      return { problem: `activity ${id} is of athlete ${owner}` }
    }
    if (before?.deletedAt !== undefined || isSettled(before?.activities, true)) {
      if (activity !== undefined) update(id, { claims: claimsOf(activity) })
      return "known"
    }
    const page = readPage(athlete, { text: `[${text}]`, json: [json], receivedAt }, 0, false)
    const [arrival] = page.arrivals
    if (arrival === undefined || activity === undefined) {
      return { problem: `activity ${id} cannot be read: ${page.marks[0]?.reason ?? "unknown"}` }
    }
    const { item: { hash }, start } = arrival
    update(id, {
      activities: { source: "api", status: "staged", hash, start },
      claims: claimsOf(activity),
    })
    return { resource: "activities", arrival, marks: page.marks }
  }

  const addStreams = (
    { id, json, text }: SavedResponse,
    receivedAt: number,
  ): ResponseAddition | NotAdded => {
    const before = activities.get(id)
    if (before?.deletedAt !== undefined) return "known"
    if (before?.activities === undefined || before.activities.hash === null) return "unlisted"
    if (isSettled(before.streams, prefer === "api")) return "known"
    const item = itemFromBytes({ athlete, id }, bytesOf(text), receivedAt)
    if (sourceOf(item) === "export") {
      return { problem: `the streams of activity ${id} are from an export. Import that instead` }
    }
    const has = item.scan === undefined ? contentOf("streams", json) : contentOfScan(item.scan)
    if (Object.keys(has).length === 0) return "empty"
    const lacks = shortfall("streams", claimsAbout(has, before.claims ?? {}), has)
    const { start = 0 } = before.activities
    update(id, { streams: { source: "api", status: "staged", hash: item.hash, start } })
    const recheck = lacks.length === 0 ? null : now + quarantineDay
    return {
      resource: "streams",
      arrival: { item, start, judged: { has, lacks, checks: 0, recheck } },
      marks: [],
    }
  }

  /** Decides about a response of a file that was last changed at `modified`. */
  return (response: SavedResponse, modified: number): ResponseAddition | NotAdded =>
    response.resource === "activities"
      ? addActivity(response, modified)
      : addStreams(response, modified)
}
