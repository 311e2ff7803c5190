/** Imports as the bulk export's stages make them: one checkpoint per activity, delivered to the sinks. */
import { Effect, Layer } from "effect"
import { hashOf } from "../../../schemas/json/hash.ts"
import { itemFrom } from "../../../schemas/json/ParsedItem.ts"
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { Source } from "../../../schemas/export/source.ts"
import { Sinks, type SinkSource } from "../../../sinks/Sink.ts"
import { Delivery, Patience } from "../../../pipeline/delivery/Delivery.ts"
import type { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import type { Checkpoint } from "../../../pipeline/state/outbox/checkpoint.ts"
import { StateFile } from "../../../pipeline/state/StateFile.ts"
import { untilDone } from "../../pipeline/running.ts"

/** One row of an export, as a test describes it. */
export interface ImportedRow {
  readonly id: number
  /** Start in milliseconds since 1970. */
  readonly start: number
  readonly athlete: number
  /** Time of the export, in milliseconds since 1970. */
  readonly exported: number
  readonly name?: string
  readonly gear?: string
  /** Number of points in its file; undefined if it has no file. */
  readonly points?: number | undefined
  /** CRC-32 of its file, if that is kept. */
  readonly crc32?: string
  /** True if its file cannot be read. */
  readonly unreadable?: boolean
}

const isoOf = (time: number) => new Date(time).toISOString().replace(".000Z", "Z")

/** Returns the text of the imported activity. Its distance has more digits than the API's. */
const activityTextOf = (
  { athlete, gear, id, name = `Imported ${id}`, start }: ImportedRow,
): string =>
  JSON.stringify({
    id,
    athlete: { id: athlete },
    name,
    sport_type: "Ride",
    type: "Ride",
    start_date: isoOf(start),
    start_date_local: isoOf(start),
    distance: 3322.949951171875,
    elapsed_time: 60,
    ...(gear !== undefined && { gear_id: gear }),
    source: "export",
  })

/** Returns the text of the streams of its file. */
const streamsTextOf = ({ id, points = 0 }: ImportedRow): string => {
  const data = Array.from({ length: points }, (_, i) => i)
  const stream = {
    data,
    series_type: "time",
    original_size: points,
    resolution: "high",
    source: "export",
    file: `activities/${id}.fit.gz`,
  }
  return JSON.stringify({ time: stream })
}

/** Returns the checkpoint that an import makes of the activity. */
export const checkpointOf = (
  activity: ImportedRow,
  prefer?: Source,
): Checkpoint => {
  const { crc32, exported, id, points, start, unreadable = false } = activity
  const athlete = AthleteId.make(activity.athlete)
  const key = { athlete, id: String(id) }
  const file = points === undefined && !unreadable ? null : `activities/${id}.fit.gz`
  const text = activityTextOf(activity)
  const record = JSON.stringify({
    activity_id: id,
    archive: "export.zip",
    exported_at: isoOf(exported),
    file: file === null ? null : { name: file, size: 1, version: `${points}`, crc32 },
    activity: JSON.parse(text),
    row: { "Activity ID": String(id) },
  })
  const arrival = (resource: "activities" | "export" | "streams", body: string) => ({
    item: itemFrom({ ...key, resource }, body, exported),
    start,
  })
  return {
    origins: [{
      ...key,
      rowHash: hashOf(text),
      file,
      version: file === null ? null : `${points}`,
      archive: "export.zip",
      exported,
    }],
    arrivals: [
      {
        ...arrival("activities", text),
        facts: {
          basis: null,
          sport: "Ride",
          gear: activity.gear ?? null,
          private: false,
          list: 0,
          late: false,
          claims: {},
          ended: start + 60_000,
        },
      },
      arrival("export", record),
      ...(points === undefined ? [] : [arrival("streams", streamsTextOf(activity))]),
    ],
    marks: points !== undefined ? [] : [{
      ...key,
      resource: "streams",
      start,
      status: "listed",
      reason: "export: the file cannot be read",
    }],
    prefer,
  }
}

/** Returns the rows that an export of the simulated athlete has at the time `exported`. */
export const exportOf = (
  world: Simulator["Service"]["world"],
  exported: number,
): ReadonlyArray<ImportedRow> =>
  world.ids.map((id) => ({
    id,
    athlete: world.athleteId,
    start: Date.parse(JSON.parse(world.summaryText(id)).start_date),
    exported,
    points: 3,
  }))

/** Imports the activities into the folder and the sinks, from start to end. */
export const importAll = Effect.fnUntraced(function* (
  data: string,
  sinks: ReadonlyArray<SinkSource>,
  activities: ReadonlyArray<ImportedRow>,
  prefer?: Source,
) {
  const run = Effect.gen(function* () {
    const state = yield* StateFile
    const delivery = yield* Delivery
    yield* delivery.drain
    for (const activity of activities) {
      yield* state.checkpoint(checkpointOf(activity, prefer))
      yield* delivery.offer("activities", 1)
      yield* delivery.offer("export", 1)
      yield* delivery.offer("streams", 1)
    }
    yield* delivery.flush
    yield* state.recordEnd(0)
  })
  const fiber = yield* run.pipe(
    Effect.provide(
      Delivery.layer.pipe(
        Layer.provideMerge(StateFile.layer(data, sinks.map(({ name }) => name))),
        Layer.provideMerge(Layer.succeed(Sinks, sinks)),
      ),
      { local: true },
    ),
    Effect.provideService(Patience, { limit: "1000 days", grace: "1000 days" }),
    Effect.forkScoped,
  )
  return yield* yield* untilDone(fiber, 10)
})
