/** Stored data read back: identical from files and from PostgreSQL, exact, and counted by year. */
import { Effect, FileSystem, Layer, Option, Path, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { StoredData } from "../../pipeline/landed/StoredData.ts"
import { coverageOf } from "../../pipeline/landed/coverage.ts"
import { responsesOf } from "../../pipeline/landed/responses.ts"
import { scannedSamples } from "../../pipeline/landed/scannedSamples.ts"
import { type SampleNames, samplesOf } from "../../pipeline/landed/Samples.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import { readablePostgres } from "../../sinks/postgres/read/reader.ts"
import { readable } from "../../sinks/readKept.ts"
import type { Batch } from "../../sinks/Sink.ts"
import type { SinkReader } from "../../sinks/SinkReader.ts"
import {
  activity,
  activityWith,
  athleteItem,
  gearItem,
  item,
  streamsItem,
  zonesItem,
} from "../sinks/items.ts"
import { liveWith, test } from "../testing.ts"
import { finished, options, Shared } from "../verify/fixture.ts"

const simulated = Layer.merge(Simulator.layer({ ...options, manual: 0.4 }), TestClock.layer())
const live = liveWith(Shared.layer)

const all = Effect.fnUntraced(function* (reader: SinkReader, wanted?: SampleNames) {
  const source = responsesOf(reader)
  const activities = yield* Stream.runCollect(source.activities)
  const ids = activities.map(({ id }) => id)
  return {
    activities,
    athlete: yield* source.athlete,
    zones: yield* source.zones,
    gear: yield* source.gear,
    exported: (yield* Stream.runCollect(source.exported)).toSorted(),
    streams: yield* Effect.map(reader.ids("streams"), (here) => [...here].sort()),
    samples: yield* Stream.runCollect(source.streamsOf(ids, wanted)),
    details: yield* Effect.forEach(ids, source.details),
    sent: new Map(yield* Stream.runCollect(source.texts("activities", ids))),
    sentSamples: new Map(yield* Stream.runCollect(source.texts("streams", ids))),
  }
})

/** Writes the batches to a folder and to a database. Returns both as sources. */
const landed = Effect.fnUntraced(function* (batches: ReadonlyArray<Batch>) {
  const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  const { sql } = yield* Shared
  yield* sql`drop schema if exists strava cascade`
  const database = { location: "memory", connect: Effect.succeed(sql) }
  const json = yield* jsonSink(folder)
  for (const { open } of [json, on(database)]) {
    const sink = yield* open
    for (const batch of batches) assert.deepEqual(yield* sink.write(batch), [])
  }
  return {
    folder,
    sql,
    json: yield* readable(json).open(AthleteId.make(7)),
    postgres: yield* readablePostgres(database).open(AthleteId.make(7)),
  }
})

const samples = {
  time: [0, 1, 2],
  distance: [0, 2.5, 5],
  latlng: [[51.5, -0.1], null, [51.6, -0.2]],
  heartrate: [120, null, 130.5],
  moving: [false, true, true],
  altitude: [],
  mood: [1, 2, 3],
}

const batches: ReadonlyArray<Batch> = [
  { resource: "athlete", items: [athleteItem()] },
  { resource: "zones", items: [zonesItem()] },
  {
    resource: "gear",
    items: ["g2", "b10", "b9"].map((id) => gearItem(id, { name: `<${id}>` })),
  },
  {
    resource: "activities",
    items: [
      activity(1, {
        name: "</script><b>\u202eevil",
        distance: null,
        map: { summary_polyline: "_p~iF~ps|U" },
        start_date_local: "2026-01-01T02:01:00Z",
      }),
      activity(2, { start_date: null, sport_type: "Kitesurf", utc_offset: 3600.5 }),
      activityWith(3, `"suffer_score": 1e-7, "utc_offset": 7200.0`),
    ],
  },
  {
    resource: "streams",
    items: [
      streamsItem(1, samples),
      item({
        resource: "streams",
        id: "3",
        json: [{ type: "time", data: [0, 5] }, { type: "watts", data: [100, 200] }],
      }),
    ],
  },
  {
    resource: "export",
    items: ["1", "3"].map((id) =>
      item({ resource: "export", id, json: { activity_id: Number(id), calories: 12.5 } })
    ),
  },
]

live(
  "files and PostgreSQL return the same rows and samples, to the last digit",
  () =>
    Effect.gen(function* () {
      const { json, postgres, sql } = yield* landed(batches)
      const files = yield* all(json)
      assert.equal(files.exported.length, 2)
      assert.deepEqual(files.gear.map(({ id, name }) => [id, name]), [
        ["b10", "<b10>"],
        ["b9", "<b9>"],
        ["g2", "<g2>"],
      ])
      assert.deepEqual(files, yield* all(postgres))
      assert.deepEqual(
        files.activities.map(({ id, local, start }) => [id, local, start]),
        [
          ["3", "2026-01-01T02:03:00", Date.UTC(2026, 0, 1, 0, 3)],
          ["1", "2026-01-01T02:01:00", Date.UTC(2026, 0, 1, 0, 1)],
          ["2", null, null],
        ].filter(([id]) => files.activities.some((row) => row.id === id)),
      )
      assert.match(files.sent.get("2") ?? "", /"utc_offset":3600\.5/)
      assert.equal(files.sentSamples.size, 2)
      const [one] = files.activities.filter(({ id }) => id === "1")
      assert.equal(one?.name, "</script><b>\u202eevil")
      assert.equal(one.distance, null)
      assert.equal(one.polyline, "_p~iF~ps|U")
      assert.equal(files.activities.find(({ id }) => id === "3")?.suffer_score, 1e-7)
      assert.deepEqual(Object.fromEntries(files.samples), {
        1: {
          time: [0, 1, 2],
          distance: [0, 2.5, 5],
          lat: [51.5, null, 51.6],
          lng: [-0.1, null, -0.2],
          heartrate: [120, null, 130.5],
          moving: [false, true, true],
          altitude: [],
        },
        3: { time: [0, 5], watts: [100, 200] },
      })
      yield* sql`update strava.activities set answer = null where id = 3`
      const [rest] = yield* Stream.runCollect(responsesOf(postgres).texts("activities", ["3"]))
      assert.match(rest?.[1] ?? "", /"utc_offset": 7200\.0/)
      // A row of an older version has no stored response, so its arrays and `other` are read.
      yield* sql`update strava.streams set answer = null`
      const { altitude: _, ...first } = Object.fromEntries(files.samples)["1"] ?? {}
      const old = Object.fromEntries((yield* all(postgres)).samples)
      assert.deepEqual({ ...old["1"], altitude: undefined }, { ...first, altitude: undefined })
      assert.deepEqual(old["3"], { time: [0, 5], watts: [100, 200] })
    }),
)

live("both sources omit activities deleted at Strava", () =>
  Effect.gen(function* () {
    const gone = [{ athlete: athleteItem().athlete, id: "1", deletedAt: Date.UTC(2026, 1, 1) }]
    const { json, postgres } = yield* landed([
      ...batches,
      { resource: "activities", items: [], gone },
      { resource: "streams", items: [], gone },
    ])
    for (const [name, source] of Object.entries({ json, postgres })) {
      const { activities, samples, streams } = yield* all(source)
      assert.equal(activities.some(({ id }) => id === "1"), false, name)
      assert.deepEqual(samples.map(([id]) => id), ["3"], name)
      assert.deepEqual(streams, ["3"], name)
    }
  }))

live(
  "after a whole run: activities newest first, each once, and the coverage of the others",
  () =>
    Effect.gen(function* () {
      const { data, file, ids, sql } = yield* finished()
      const fs = yield* FileSystem.FileSystem
      const list = file("json", "activities.ndjson")
      const text = yield* fs.readFileString(list)
      // Adds lines that no run writes: truncated, duplicate, without an athlete.
      yield* fs.writeFileString(list, `${text}${text.split("\n")[0]}\n{"id":\n{"id":-5}\n[]\n`)
      const read = Effect.gen(function* () {
        const stored = yield* StoredData
        const activities = yield* Stream.runCollect(stored.activities)
        return {
          ids: activities.map(({ id }) => id),
          coverage: yield* stored.coverage,
          state: stored.state,
          source: stored.source.name,
          notes: stored.notes,
          first: yield* stored.streams(activities[0]?.id ?? ""),
          none: yield* stored.streams("12"),
        }
      })
      const stored = StoredData.layer({ data, databaseUrl: Option.none() })
      const found = yield* Effect.provide(read, stored, { local: true })
      assert.deepEqual(found.ids, ids)
      assert.equal(found.source, "json")
      assert.equal(found.state?.lastRun?.exit, 0)
      const sum = (of: (year: typeof found.coverage[number]) => number) =>
        found.coverage.reduce((total, year) => total + of(year), 0)
      assert.equal(sum(({ listed }) => listed), 12)
      const here =
        [...yield* (yield* readable(yield* jsonSink(file("json"))).open(undefined)).ids("streams")]
          .length
      assert.equal(sum(({ streams }) => streams.here), here)
      assert.equal(sum(({ streams }) => streams.skipped), 12 - here)
      assert.equal(here > 0 && here < 12, true, "some were typed in by hand")
      assert.deepEqual(found.none, Option.none())

      yield* fs.remove(file("state.db"))
      const without = yield* Effect.provide(read, stored, { local: true })
      assert.equal(without.state, undefined)
      assert.deepEqual(without.ids, ids)
      yield* fs.writeFileString(file("state.db"), "no database at all, however one looks at it")
      const damaged = yield* Effect.provide(read, stored, { local: true })
      assert.match(damaged.notes.join(), /is damaged/)
      assert.deepEqual(damaged.ids, ids)

      // The database itself stores why streams are missing.
      const connection = { location: "memory", connect: Effect.succeed(sql) }
      const database = yield* readablePostgres(connection).open(undefined)
      assert.deepEqual((yield* all(database)).activities.map(({ id }) => id), ids)
      const lacks = yield* database.missing("streams")
      assert.deepEqual([...lacks.values()], Array.from({ length: 12 - here }, () => "skipped"))
    }).pipe(Effect.provide(simulated)),
)

live("without stored data the error explains how to begin", () =>
  Effect.gen(function* () {
    const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    const error = yield* Effect.flip(
      Effect.provide(StoredData, StoredData.layer({ data, databaseUrl: Option.none() })),
    )
    assert.match(
      error.message,
      /found neither .*Run first: deno task pipeline .*--sink csv --sink json$/,
    )
    const path = yield* Path.Path
    assert.equal(error.message.includes(path.join(data, "postgres")), true)
  }))

live(
  "requested lists are read directly from the text, with the same result",
  () =>
    Effect.sync(() => {
      const { text } = streamsItem(1, samples)
      const wanted: SampleNames = new Set(["time", "heartrate", "lat", "lng", "watts"])
      assert.deepEqual(samplesOf(text, wanted), {
        time: [0, 1, 2],
        heartrate: [120, null, 130.5],
        lat: [51.5, null, 51.6],
        lng: [-0.1, null, -0.2],
      })
      const spaced = JSON.stringify(JSON.parse(text), null, 2)
      assert.deepEqual(samplesOf(spaced, wanted)?.heartrate, [120, null, 130.5])
      const listed = `[{"type":"heartrate","data":[1,2]}]`
      assert.deepEqual(samplesOf(listed, wanted), { heartrate: [1, 2] })
      assert.equal(samplesOf(`{"time":{"data":[0,1`, wanted), undefined)
      assert.equal(samplesOf("", wanted), undefined)
    }),
)

test.prop(
  "samples read from the bytes are the same as those from the text",
  Schema.Array(Schema.NullOr(Schema.Finite)),
  (data) => {
    const plain = data.map((value) => value === null ? null : Math.round(value % 1e6 * 100) / 100)
    for (const list of [plain, data, [true, null, false], ["1"]]) {
      const json = {
        ...{ time: { data: list }, watts: { data: plain }, moving: { data: [true, null, false] } },
        ...{ latlng: { data: plain.map((value) => value === null ? null : [value, -value]) } },
        ...{ heartrate: { data: [] }, grade_smooth: { data: list } },
      }
      const { text } = item({ resource: "streams", id: "1", json })
      const wanted: SampleNames = new Set(["time", "watts", "moving", "lat", "lng", "heartrate"])
      const found = scannedSamples(new TextEncoder().encode(text), wanted)
      if (list === plain) assert.ok(found !== undefined)
      // Other lists than the wanted ones can be in the text's samples too.
      const { grade_smooth: _, ...same } = samplesOf(text, wanted) ?? {}
      if (found !== undefined) assert.deepEqual(found, same)
    }
    return true
  },
)

live(
  "coverage counts by local year, and unexplained missing items are to be fetched",
  () =>
    Effect.sync(() => {
      const begun = (id: string, local: string | null) => ({ id, local })
      const nothing = { here: new Set<string>(), lacks: new Map() }
      const known = {
        here: new Set(["1", "9"]),
        lacks: new Map(
          [["2", "absent"], ["3", "quarantined"], ["4", "skipped"], ["1", "absent"], [
            "7",
            "purged",
          ]] as const,
        ),
      }
      assert.deepEqual(
        coverageOf([
          begun("1", "2026-01-01T00:30:00"),
          begun("2", "2025-12-31T23:30:00"),
          begun("3", "2025-06-01T00:00:00"),
          begun("4", "2025-06-01T00:00:00"),
          begun("5", "2025-06-01T00:00:00"),
          begun("6", null),
          begun("7", "2025-06-01T00:00:00"),
        ], { streams: known, details: nothing }).map(({ listed, streams, year }) => [
          year,
          listed,
          ...Object.values(streams),
        ]),
        [
          [2026, 1, 1, 0, 0, 0, 0, 0],
          [2025, 5, 0, 1, 1, 1, 1, 1],
          [null, 1, 0, 0, 0, 0, 0, 1],
        ],
      )
    }),
)
