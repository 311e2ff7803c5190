/** Files with all data of one athlete, from the existing sinks: no request, every response as Strava sent it. */
import { Effect, Option, Stream } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { itemFrom } from "../../schemas/json/ParsedItem.ts"
import { allResources, type Resource } from "../../schemas/resources.ts"
import { storedEntries, storedResponses } from "../../sinks/postgres/read/readBack.ts"
import { postgresTable } from "../../sinks/postgres/write/tables.ts"
import type { Sink } from "../../sinks/Sink.ts"
import { SinkRegistry } from "../../sinks/SinkKind.ts"

/** Responses that are in memory at once. */
const atOnce = 100

/** Streams the stored items of an athlete, `atOnce` at a time. */
const itemsOf = (sql: SqlClient, resource: Resource, athlete: AthleteId) => {
  const table = postgresTable(resource)
  return storedEntries(sql, table, athlete).pipe(
    Stream.map(({ id }) => id),
    Stream.filter((id) => id !== undefined),
    Stream.grouped(atOnce),
    Stream.mapEffect((ids) => storedResponses(sql, table, ids, athlete)),
    Stream.map((found) =>
      found.map(({ fetchedAt, id, text }) => itemFrom({ athlete, resource, id }, text, fetchedAt))
    ),
  )
}

/** Returns the opened sinks of these names in a directory. */
const openSinks = Effect.fnUntraced(function* (data: string, names: ReadonlyArray<string>) {
  const kinds = (yield* SinkRegistry).filter(({ name }) => names.includes(name))
  return yield* Effect.forEach(
    kinds,
    (kind) => Effect.flatMap(kind.make({ data, databaseUrl: Option.none() }), ({ open }) => open),
  )
})

/** Writes the items of `resource`; returns their number. */
const writeAll = Effect.fnUntraced(function* (
  sinks: ReadonlyArray<Sink>,
  resource: Resource,
  athlete: AthleteId,
) {
  const sql = yield* SqlClient
  let written = 0
  yield* Stream.runForEach(itemsOf(sql, resource, athlete), (items) =>
    Effect.gen(function* () {
      for (const sink of sinks) yield* sink.write({ resource, items })
      written += items.length
    }))
  return written
})

/** Writes all data of an athlete to these file sinks in the directory `data`; returns the numbers of items by resource. */
export const exportAthlete = Effect.fn("fleet.export")(
  function* (athlete: AthleteId, data: string, names: ReadonlyArray<string>) {
    const sinks = yield* openSinks(data, names)
    const counts: Partial<Record<Resource, number>> = {}
    for (const resource of allResources()) {
      const count = yield* writeAll(sinks, resource, athlete)
      if (count > 0) counts[resource] = count
    }
    for (const sink of sinks) yield* sink.clear
    return counts
  },
  Effect.scoped,
)
