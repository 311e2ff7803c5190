/** CPU time per activity by step: of the program's own functions, then of the parts that nothing can avoid. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, FileSystem, Layer, Redacted } from "effect"
import { createHash } from "node:crypto"
import process from "node:process"
import { constants, zstdCompressSync } from "node:zlib"
import { itemFrom, itemFromScan } from "../../pipeline/state/outbox/item.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { scan } from "../../schemas/json/scan.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import * as Postgres from "../../sinks/postgres/connection/client.ts"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import { registryLayer } from "../../sinks/registry.ts"
import type { Batch, SinkSource } from "../../sinks/Sink.ts"
import type { MarkdownRow } from "../markdown.ts"
import { startServer } from "./server.ts"
import { markdownTable, type Print } from "./table.ts"

/** Items in a batch, as the requests in flight make them. */
const batchSize = 8
const athlete = AthleteId.make(7)

const bodiesOf = (activities: number): ReadonlyArray<readonly [string, Uint8Array]> => {
  const world = World.make({ activities, samples: 3_600, manual: 0 })
  return world.ids.flatMap((id) => {
    const body = world.streams(id, new Set(streamTypes), true)
    return body === undefined ? [] : [[String(id), body] as const]
  })
}

const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

const sumOf = (bytes: Uint8Array): number => {
  let sum = 0
  for (let i = 0; i < bytes.length; i++) sum += bytes[i]!
  return sum
}

type Bodies = ReturnType<typeof bodiesOf>

const itemOf = ([id, bytes]: Bodies[number]) => {
  const scanned = scan(bytes)
  return scanned === undefined
    ? itemFrom({ athlete, resource: "streams", id }, new TextDecoder().decode(bytes), 1)
    : itemFromScan({ athlete, id }, scanned, 1)
}

const batchesOf = (bodies: Bodies): ReadonlyArray<Batch> => {
  const items = bodies.map(itemOf)
  return Array.from({ length: Math.ceil(items.length / batchSize) }, (_, i) => ({
    resource: "streams",
    items: items.slice(i * batchSize, (i + 1) * batchSize),
  }))
}

/** CPU milliseconds of `body`, per activity. */
const timed = Effect.fnUntraced(
  function* <A, E, R>(activities: number, body: Effect.Effect<A, E, R>) {
    const before = process.cpuUsage()
    const result = yield* body
    const { system, user } = process.cpuUsage(before)
    return { result, ms: (user + system) / 1_000 / activities }
  },
)

const state = Effect.fnUntraced(function* (data: string, bodies: Bodies) {
  const steps = StateFile.use((state) =>
    Effect.gen(function* () {
      const items = bodies.map(itemOf)
      const groups = batchesOf(bodies).map(({ items }) => items)
      const kept = yield* timed(
        items.length,
        Effect.forEach(groups, (group) =>
          Effect.forEach(
            group,
            (item) => state.checkpoint({ arrivals: [{ item, start: Number(item.id) }] }),
            { concurrency: "unbounded" },
          )),
      )
      const limits = { items: batchSize, bytes: 8_000_000 }
      const delivered = yield* timed(
        items.length,
        Effect.forEach(groups, () =>
          Effect.flatMap(
            state.batch("json", "streams", limits),
            (batch) => state.acknowledge("json", batch, []),
          )),
      )
      return [kept.ms, delivered.ms] as const
    })
  )
  return yield* Effect.provide(steps, StateFile.layer(data, ["json"]), { local: true })
})

const written = Effect.fnUntraced(function* (source: SinkSource, bodies: Bodies) {
  const sink = yield* source.open
  const batches = batchesOf(bodies)
  return (yield* timed(bodies.length, Effect.forEach(batches, sink.write))).ms
}, Effect.scoped)

/** Prints both tables for `activities` activities of 3,600 samples. */
export const steps = async (activities: number, print: Print): Promise<void> => {
  const server = await startServer()
  const database = typeof server === "string" ? undefined : server
  const run = Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const bodies = bodiesOf(activities)
    const each = (body: (bytes: Uint8Array, id: string) => unknown) =>
      timed(bodies.length, Effect.sync(() => bodies.map(([id, bytes]) => body(bytes, id))))
    const measured = Effect.gen(function* () {
      const data = yield* fs.makeTempDirectoryScoped({ prefix: "paceline-bench-" })
      const rows: Array<MarkdownRow> = []
      const add = (name: string, ms: number) => void rows.push([name, ms.toFixed(2)])
      add("scan of the bytes", (yield* each(scan)).ms)
      const [kept, delivered] = yield* state(data, bodies)
      add("checkpoint: hash, compress, commit, sync", kept)
      add("batch and acknowledgement, per sink", delivered)
      add("JSON: write, sync, rename", yield* written(yield* jsonSink(`${data}/json`), bodies))
      add(
        "CSV: rows, write, sync, rename",
        yield* written(yield* csvSink(`${data}/csv`), bodies),
      )
      if (database !== undefined) {
        yield* Effect.promise(() => database.psql("drop schema if exists strava cascade"))
        const client = yield* Postgres.server(Redacted.make(database.url))
        add("PostgreSQL: arrays, response, upsert", yield* written(on(client), bodies))
      }
      const floors: Array<MarkdownRow> = []
      const floor = (name: string, ms: number) => void floors.push([name, ms.toFixed(2)])
      floor("read every byte once", (yield* each(sumOf)).ms)
      floor("SHA-256", (yield* each((bytes) => createHash("sha256").update(bytes).digest())).ms)
      floor("zstd 1", (yield* each((bytes) => zstdCompressSync(bytes, fast))).ms)
      floor(
        "file: write, sync, rename",
        (yield* each((bytes, id) => {
          using file = Deno.openSync(`${data}/.${id}`, { createNew: true, write: true })
          for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at))
          file.syncSync()
          Deno.renameSync(`${data}/.${id}`, `${data}/${id}`)
        })).ms,
      )
      floor(
        "UTF-8 and JSON.parse (not done)",
        (yield* each((bytes) => JSON.parse(new TextDecoder().decode(bytes)))).ms,
      )
      return { rows, floors }
    })
    // The first time, for the compiler.
    yield* measured
    return yield* measured
  }).pipe(Effect.scoped, Effect.provide(Layer.merge(NodeServices.layer, registryLayer)))
  try {
    const { floors, rows } = await Effect.runPromise(run)
    print(markdownTable(["step", "CPU ms per activity"], rows))
    print(markdownTable(["floor", "CPU ms per activity"], floors))
    if (typeof server === "string") print(`\nLeft out: PostgreSQL: ${server}`)
  } finally {
    await database?.stop()
  }
}
