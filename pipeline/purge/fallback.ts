/**
 * Falls back to the export: where the API's response of an imported activity was purged, the export's version takes
 * its place. A separate step that can be repeated, so that the next run completes it if this one is killed.
 */
import { Effect, FileSystem, Option, Path, Schema, Stream } from "effect"
import { dirname } from "node:path"
import { startOf, SummaryActivity } from "../../schemas/Activity.ts"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Item } from "../../schemas/Item.ts"
import { membersOf } from "../../schemas/json/Json.ts"
import { itemFrom } from "../../schemas/json/ParsedItem.ts"
import { itemFromBytes } from "../../schemas/json/itemFromBytes.ts"
import { resources } from "../../schemas/resources.ts"
import { parseTime } from "../../schemas/time.ts"
import { concat, readFile } from "../../sinks/files/atomic.ts"
import { advanced } from "../base/CommandProgress.ts"
import { Delivery } from "../delivery/Delivery.ts"
import { originalName, originalsFolder } from "../export/archive/originalNames.ts"
import { importedStreams } from "../export/recording/importedStreams.ts"
import { readActivityFile } from "../export/recording/readActivityFile.ts"
import { importedFacts } from "../state/ledger/activityFacts.ts"
import type { Arrival } from "../state/outbox/stage.ts"
import type { Fallback } from "../state/sources/imports.ts"
import { StateFile } from "../state/StateFile.ts"
import { textsOf } from "../delivery/responses.ts"

/** Streams of a checkpoint: some MB in memory. */
const streamsAtOnce = 10

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(SummaryActivity))

/** Returns the activity in a row of the export; none if it has no activity. */
const activityIn = (
  athlete: AthleteId,
  { fetchedAt, id, text }: Item,
): Option.Option<Arrival> => {
  const activity = membersOf(text).get("activity")
  return activity === undefined ? Option.none() : Option.map(decode(activity), (summary) => ({
    item: itemFrom({ athlete, resource: "activities", id }, activity, fetchedAt),
    start: startOf(summary),
    facts: importedFacts(summary),
  }))
}

/** Returns the streams of a kept original file; none if it is not kept or has none. */
const streamsIn = Effect.fnUntraced(function* (
  athlete: AthleteId,
  { id, text }: Item,
  { exported, file }: Fallback,
) {
  const { join } = yield* Path.Path
  const folder = dirname((yield* StateFile).path)
  const activity = Option.getOrUndefined(decode(membersOf(text).get("activity")))
  if (file === null || activity === undefined) return Option.none<Arrival>()
  const path = join(folder, originalsFolder, originalName(file))
  const bytes = yield* Stream.runCollect(readFile(path)).pipe(
    Effect.map(concat),
    Effect.orElseSucceed(() => new Uint8Array(0)),
  )
  if (bytes.length === 0) return Option.none<Arrival>()
  const started = parseTime(activity.start_date ?? "")
  const streams = importedStreams(readActivityFile(bytes), {
    start: Number.isNaN(started) ? undefined : started,
    elapsed: activity.elapsed_time ?? undefined,
    file,
  })
  if (streams.bytes === undefined) return Option.none<Arrival>()
  const item = itemFromBytes({ athlete, id }, streams.bytes, exported)
  return Option.some<Arrival>({ item, start: startOf(activity) })
})

/** Names of the original files that are kept; empty if none are. */
const namesOfOriginals = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const { join } = yield* Path.Path
  const folder = join(dirname((yield* StateFile).path), originalsFolder)
  return new Set(yield* Effect.orElseSucceed(fs.readDirectory(folder), () => []))
})

/** Stages the export's version of these purged items of one resource. Returns the number of items. */
const fallBackTo = Effect.fnUntraced(function* (
  athlete: AthleteId,
  resource: Fallback["resource"],
  some: ReadonlyMap<string, Fallback>,
) {
  const state = yield* StateFile
  const delivery = yield* Delivery
  const entries = yield* state.ledger.entries("export", [...some.keys()])
  const rows = yield* textsOf(state.ledger, yield* delivery.opened, "export", entries)
  const atOnce = resource === "streams" ? streamsAtOnce : resources.export.atOnce.adopted
  let count = 0
  for (let from = 0; from < rows.length; from += atOnce) {
    const found = yield* Effect.forEach(rows.slice(from, from + atOnce), (row) => {
      const fallback = some.get(row.id)
      return resource === "streams" && fallback !== undefined
        ? Effect.tap(streamsIn(athlete, row, fallback), () => Effect.yieldNow)
        : Effect.succeed(activityIn(athlete, row))
    })
    const arrivals = found.flatMap(Option.toArray)
    if (arrivals.length === 0) continue
    yield* state.checkpoint({ arrivals })
    yield* delivery.offer(resource, arrivals.length)
    count += arrivals.length
  }
  return count
})

/**
 * Stages the export's version of purged activities, from the rows of the export in the state file or in a sink,
 * and that of purged streams, from the original files. Returns the number of items. Those whose row no sink
 * keeps, or whose file is not kept, stay purged until the next import.
 */
export const fallBack = Effect.fn("fallBack")(function* () {
  const state = yield* StateFile
  const athlete = yield* state.athlete
  if (athlete === undefined) return 0
  const fallbacks = yield* state.imports.fallbacks(athlete)
  if (fallbacks.length === 0) return 0
  const originals = yield* namesOfOriginals
  // For each group, a sink might read all of its rows.
  const size = resources.export.atOnce.compared
  let count = 0
  let tried = 0
  for (const resource of ["activities", "streams"] as const) {
    const wanted = fallbacks.filter((one) =>
      one.resource === resource &&
      (resource === "activities" || originals.has(originalName(one.file ?? "")))
    )
    for (let at = 0; at < wanted.length; at += size) {
      const some = new Map(wanted.slice(at, at + size).map((one) => [one.id, one]))
      count += yield* fallBackTo(athlete, resource, some)
      tried += some.size
      yield* advanced("restored", tried, fallbacks.length)
    }
  }
  return count
})
