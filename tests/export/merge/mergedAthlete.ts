/** An athlete with both sources: daily runs with the API, and imports, into one sink in memory. */
import { Effect } from "effect"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { StateFile } from "../../../pipeline/state/StateFile.ts"
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { Source } from "../../../schemas/export/source.ts"
import { sourceOf } from "../../../schemas/export/source.ts"
import { dailyAthlete } from "../../pipeline/daily.ts"
import { type Setup, streamsAsked } from "../../pipeline/running.ts"
import { exportOf, importAll, type ImportedRow } from "./importedRows.ts"

export const nowOnClock = Effect.clockWith((clock) => clock.currentTimeMillis)

export const mergedAthlete = Effect.fnUntraced(function* (more: Partial<Setup> = {}) {
  const daily = yield* dailyAthlete(more)
  const { setup, sink } = daily
  const { world } = yield* Simulator
  const owner = AthleteId.make(world.athleteId)
  /** Imports what the athlete's export has at the time; `change` turns its rows into others. */
  const importNow = Effect.fnUntraced(function* (
    exported: number,
    change: (row: ImportedRow) => ImportedRow = (row) => row,
    prefer?: Source,
  ) {
    yield* importAll(setup.data, [sink.source], exportOf(world, exported).map(change), prefer)
  })
  /** Returns the source of each item of the resource in the sink. */
  const sources = (resource: string) =>
    world.ids.map((id) => {
      const item = sink.items.get(`${resource}/${id}`)
      return item === undefined ? undefined : sourceOf(item)
    })
  const inState = <A, E>(body: (state: StateFile["Service"]) => Effect.Effect<A, E>) =>
    Effect.flatMap(StateFile, body).pipe(
      Effect.provide(StateFile.layerReadOnly(setup.data, []), { local: true }),
    )
  /** Number of requests for streams so far. */
  const streamRequests = Effect.map(streamsAsked, (ids) => ids.length)
  return { ...daily, importNow, inState, owner, sources, streamRequests, world }
})
