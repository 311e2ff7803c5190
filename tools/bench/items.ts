/** Streams of a simulated athlete as batches, for the cases that call sinks in this process. */
import { chunksOf } from "effect/Array"
import { itemFromScan } from "../../schemas/json/ScannedItem.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { scan } from "../../schemas/json/scan.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import type { Batch } from "../../sinks/Sink.ts"

const samples = 3_600
/** Returns the streams of activities as Strava sends them. */
export const bodiesOf = (activities: number) => {
  const world = World.make({ activities, samples, manual: 0 })
  return world.ids.flatMap((id) => {
    const body = world.streams(id, new Set(streamTypes), true)
    return body ? [{ id: String(id), body }] : []
  })
}

type Bodies = ReturnType<typeof bodiesOf>

/** Returns batches of `size` items. */
export const batchesOf = (bodies: Bodies, size: number): ReadonlyArray<Batch> => {
  const athlete = AthleteId.make(7)
  const items = bodies.flatMap(({ body, id }) => {
    const scanned = scan(body)
    return scanned === undefined ? [] : itemFromScan({ athlete, id }, scanned, 1)
  })
  return chunksOf(items, size).map((items) => ({ resource: "streams", items }))
}
