/** CPU time per activity by step, in this process: the program's own functions, and the minimum. */
import { Effect, Redacted, Result } from "effect"
import { createHash } from "node:crypto"
import process from "node:process"
import { constants, zstdCompressSync } from "node:zlib"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { scan } from "../../schemas/json/scan.ts"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import * as Postgres from "../../sinks/postgres/connection/client.ts"
import { on as postgresSink } from "../../sinks/postgres/PostgresSink.ts"
import type { Batch, SinkSource } from "../../sinks/Sink.ts"
import { markdown } from "../markdown.ts"
import { batchesOf, bodiesOf } from "./items.ts"
import { temporaryFolder } from "./measure.ts"
import { startServer } from "./server.ts"

/** Items per batch: the requests in flight. */
const batchSize = 8

const zstd = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

const sumOf = (bytes: Uint8Array): number => {
  let sum = 0
  for (let i = 0; i < bytes.length; i++) sum += bytes[i]!
  return sum
}

const writeFile = (path: string, bytes: Uint8Array) => {
  using file = Deno.openSync(`${path}.tmp`, { createNew: true, write: true })
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at))
  file.syncSync()
  Deno.renameSync(`${path}.tmp`, path)
}

/** Returns CPU milliseconds. */
const cpu = Effect.fnUntraced(function* <A, E, R>(body: Effect.Effect<A, E, R>) {
  const before = process.cpuUsage()
  yield* body
  const { system, user } = process.cpuUsage(before)
  return (user + system) / 1_000
})

const checkpoint = (batches: ReadonlyArray<Batch>) =>
  StateFile.use((state) =>
    Effect.forEach(batches, ({ items }) =>
      Effect.forEach(
        items,
        (item) => state.checkpoint({ arrivals: [{ item, start: Number(item.id) }] }),
        { concurrency: "unbounded" },
      ))
  )

const deliver = (batches: ReadonlyArray<Batch>) =>
  StateFile.use((state) =>
    Effect.forEach(batches, () =>
      Effect.flatMap(
        state.batch("json", "streams", { items: batchSize, bytes: 8_000_000 }),
        (batch) => state.acknowledge("json", batch, []),
      ))
  )

const writeTo = Effect.fnUntraced(function* (source: SinkSource, batches: ReadonlyArray<Batch>) {
  const sink = yield* source.open
  return yield* cpu(Effect.forEach(batches, sink.write))
}, Effect.scoped)

/** Returns both tables for `activities` activities of 3,600 samples. */
export const steps = Effect.fnUntraced(function* (activities: number) {
  const server = yield* Effect.result(startServer)
  const bodies = bodiesOf(activities)
  const batches = () => batchesOf(bodies, batchSize)
  const each = (body: (bytes: Uint8Array, id: string) => unknown) =>
    cpu(Effect.sync(() => bodies.forEach((one) => body(one.body, one.id))))
  const table = (name: string, rows: ReadonlyArray<readonly [step: string, ms: number]>) =>
    markdown(
      [name, "CPU ms per activity"],
      rows.map(([step, ms]) => [step, (ms / bodies.length).toFixed(2)]),
    )
  const measured = Effect.gen(function* () {
    const data = yield* temporaryFolder
    const write = (source: SinkSource) => writeTo(source, batches())
    const scanned = yield* each(scan)
    const [kept, delivered] = yield* Effect.all([
      cpu(checkpoint(batches())),
      cpu(deliver(batches())),
    ]).pipe(Effect.provide(StateFile.layer(data, ["json"]), { local: true }))
    const rows: Array<readonly [step: string, ms: number]> = [
      ["scan of the bytes", scanned],
      ["checkpoint: hash, compress, commit, sync", kept],
      ["batch and acknowledgement, per sink", delivered],
      ["JSON: write, sync, rename", yield* write(yield* jsonSink(`${data}/json`))],
      ["CSV: rows, write, sync, rename", yield* write(yield* csvSink(`${data}/csv`))],
    ]
    if (Result.isSuccess(server)) {
      yield* server.success.psql("drop schema if exists strava cascade")
      const client = yield* Postgres.server(Redacted.make(server.success.url))
      rows.push(["PostgreSQL: arrays, response, upsert", yield* write(postgresSink(client))])
    }
    const parse = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes))
    const floor: typeof rows = [
      ["read every byte once", yield* each(sumOf)],
      ["SHA-256", yield* each((bytes) => createHash("sha256").update(bytes).digest())],
      ["zstd 1", yield* each((bytes) => zstdCompressSync(bytes, zstd))],
      ["file: write, sync, rename", yield* each((bytes, id) => writeFile(`${data}/${id}`, bytes))],
      ["UTF-8 and JSON.parse (not done)", yield* each(parse)],
    ]
    return [table("step", rows), table("floor", floor)]
  }).pipe(Effect.scoped)
  // The first pass warms up the compiler.
  yield* measured
  const tables = yield* measured
  return Result.isSuccess(server) ? tables : [...tables, `Left out: PostgreSQL: ${server.failure}`]
})
