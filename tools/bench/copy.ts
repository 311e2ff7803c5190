/** The PostgreSQL sink and `psql \copy` of the same rows, on a temporary server. */
import { Duration, Effect, Redacted, Result } from "effect"
import * as Postgres from "../../sinks/postgres/connection/client.ts"
import { on as postgresSink } from "../../sinks/postgres/PostgresSink.ts"
import type { Batch } from "../../sinks/Sink.ts"
import { markdown } from "../markdown.ts"
import { batchesOf, bodiesOf, samples } from "./items.ts"
import { startServer } from "./server.ts"

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** Items per batch, as in a run: about 8 MB. */
const batchSize = 40

const seconds = <A, E, R>(body: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.timed(body), ([duration]) => Duration.toSeconds(duration))

const write = Effect.fnUntraced(function* (url: string, batches: ReadonlyArray<Batch>) {
  const sink = yield* postgresSink(yield* Postgres.server(Redacted.make(url))).open
  const [time, refused] = yield* Effect.timed(Effect.forEach(batches, sink.write))
  if (refused.flat().length > 0) return yield* Effect.die(new Error("the sink refused items"))
  return Duration.toSeconds(time)
}, Effect.scoped)

/** Returns a table of both with `count` activities, each five times in turn. */
export const copy = Effect.fnUntraced(function* (count: number) {
  const started = yield* Effect.result(startServer)
  if (Result.isFailure(started)) return [`Left out: ${started.failure}`]
  const { folder, psql, url } = started.success
  const bodies = bodiesOf(count)
  const batches = batchesOf(bodies, batchSize)
  const [rows, points] = [`'${folder}/rows.csv' csv`, `'${folder}/points.csv' csv`]
  const times = {
    sink: new Array<number>(),
    rows: new Array<number>(),
    points: new Array<number>(),
  }
  for (let round = 0; round < 5; round++) {
    yield* psql("drop schema if exists strava cascade; drop table if exists points")
    times.sink.push(yield* write(url, batches))
    if (round === 0) {
      yield* psql(`\\copy strava.streams to ${rows}`)
      yield* psql(`\\copy (select * from strava.v_stream_points) to ${points}`)
    }
    yield* psql("truncate strava.streams")
    times.rows.push(yield* seconds(psql(`\\copy strava.streams from ${rows}`)))
    yield* psql("create table points as select * from strava.v_stream_points with no data")
    times.points.push(yield* seconds(psql(`\\copy points from ${points}`)))
  }
  const row = (name: string, all: ReadonlyArray<number>) => [
    name,
    `${median(all).toFixed(2)} (${Math.min(...all).toFixed(2)}–${Math.max(...all).toFixed(2)})`,
    (bodies.length * samples / median(all) / 1e6).toFixed(2),
    (median(times.rows) / median(all)).toFixed(2),
  ]
  const title = `${bodies.length} activities of ${samples} samples`
  const header = ["s, median of 5 (least–most)", "million samples per second"]
  return [markdown(
    [title, ...header, "speed against `\\copy` of the same rows"],
    [
      row("the sink", times.sink),
      row("`\\copy` of the same rows, a row per activity", times.rows),
      row("`\\copy` of a row per sample", times.points),
    ],
  )]
})
