/**
 * The PostgreSQL sink against `psql \copy` of the same rows, on a server started for it with the
 * machine's own binaries. Told and left out where there are none.
 */
import { Effect, Redacted } from "effect"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { itemFromScan } from "../../pipeline/state/outbox/item.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import type { Item } from "../../schemas/Item.ts"
import { scan } from "../../schemas/json/scan.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import * as Postgres from "../../sinks/postgres/connection/client.ts"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import type { MarkdownRow } from "../markdown.ts"
import { startServer } from "./server.ts"
import { markdownTable, type Print } from "./table.ts"

const samples = 3_600
/** Items the pipeline hands over at once: about 8 MB. */
const batchSize = 40

const items = (count: number): ReadonlyArray<Item> => {
  const world = World.make({ activities: count, samples, manual: 0 })
  const athlete = AthleteId.make(world.athleteId)
  return world.ids.flatMap((id) => {
    const found = scan(world.streams(id, new Set(streamTypes), true) ?? new Uint8Array())
    return found === undefined
      ? []
      : [itemFromScan({ athlete, id: String(id) }, found, Date.UTC(2026, 0, 1))]
  })
}

const land = (url: string, all: ReadonlyArray<Item>) =>
  Effect.gen(function* () {
    const sink = yield* on(yield* Postgres.server(Redacted.make(url))).open
    const begun = performance.now()
    for (let start = 0; start < all.length; start += batchSize) {
      const batch = { resource: "streams", items: all.slice(start, start + batchSize) } as const
      const refused = yield* sink.write(batch)
      if (refused.length > 0) return yield* Effect.die(new Error(refused[0]?.reason))
    }
    return (performance.now() - begun) / 1_000
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer), Effect.runPromise)

const median = (values: ReadonlyArray<number>) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** Print how both do with `count` activities, five times in turn. */
export const copy = async (count: number, print: Print): Promise<void> => {
  const server = await startServer()
  if (typeof server === "string") return print(`\nLeft out: ${server}`)
  try {
    const all = items(count)
    const rows = `${server.folder}/rows.csv`
    const points = `${server.folder}/points.csv`
    const times = {
      sink: [] as Array<number>,
      rows: [] as Array<number>,
      points: [] as Array<number>,
    }
    for (let round = 0; round < 5; round++) {
      await server.psql("drop schema if exists strava cascade; drop table if exists points")
      times.sink.push(await land(server.url, all))
      if (round === 0) {
        await server.psql(`\\copy strava.streams to '${rows}' csv`)
        await server.psql(`\\copy (select * from strava.v_stream_points) to '${points}' csv`)
      }
      await server.psql("truncate strava.streams")
      times.rows.push(await timed(() => server.psql(`\\copy strava.streams from '${rows}' csv`)))
      await server.psql(
        "create table points as select * from strava.v_stream_points with no data",
      )
      times.points.push(await timed(() => server.psql(`\\copy points from '${points}' csv`)))
    }
    const sum = all.length * samples
    const row = (name: string, seconds: ReadonlyArray<number>): MarkdownRow => [
      name,
      `${median(seconds).toFixed(2)} (${Math.min(...seconds).toFixed(2)}–${
        Math.max(...seconds).toFixed(2)
      })`,
      (sum / median(seconds) / 1_000_000).toFixed(2),
      (median(times.rows) / median(seconds)).toFixed(2),
    ]
    print(markdownTable(
      [
        `${all.length} activities of ${samples} samples`,
        "s, median of 5 (least–most)",
        "million samples per second",
        "speed against `\\copy` of the same rows",
      ],
      [
        row("the sink", times.sink),
        row("`\\copy` of the same rows, a row per activity", times.rows),
        row("`\\copy` of a row per sample", times.points),
      ],
    ))
  } finally {
    await server.stop()
  }
}

const timed = async (run: () => Promise<void>): Promise<number> => {
  const begun = performance.now()
  await run()
  return (performance.now() - begun) / 1_000
}
