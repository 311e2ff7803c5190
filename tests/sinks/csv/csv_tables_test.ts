/** The CSV files of details, gear, zones, stats and the export: their exact bytes, and the handling of damage. */
import { Effect, FileSystem, Option, Path, Stream } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import type { Item, Resource } from "../../../schemas/Item.ts"
import { csvSink } from "../../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../../sinks/json/JsonSink.ts"
import { SinkError } from "../../../sinks/Sink.ts"
import { live, test } from "../../testing.ts"
import { exportItem } from "../importedItems.ts"
import {
  athleteItem,
  detailsItem,
  detailsWith,
  gearItem,
  item,
  statsItem,
  zonesItem,
} from "../items.ts"

const opened = Effect.fnUntraced(function* (make: typeof csvSink) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const directory = yield* fs.makeTempDirectoryScoped({ prefix: "paceline-" })
  const sink = yield* (yield* make(directory)).open
  const file = (...parts: ReadonlyArray<string>) => path.join(directory, ...parts)
  return {
    fs,
    sink,
    file,
    write: (resource: Resource, ...items: ReadonlyArray<Item>) => sink.write({ resource, items }),
    read: (name: string) => fs.readFileString(file(name)),
    change: (name: string, how: (text: string) => string) =>
      Effect.flatMap(
        fs.readFileString(file(name)),
        (text) => fs.writeFileString(file(name), how(text)),
      ),
    held: (resource: Resource) =>
      Effect.map(
        Stream.runCollect(sink.held(resource)),
        (all) => [...all].map(({ fault, id }) => fault ?? id).toSorted(),
      ),
  }
})

live(
  "export.csv has the columns of its table, without the activity and the cells of the row",
  () =>
    Effect.gen(function* () {
      const { read, write } = yield* opened(csvSink)
      yield* write(
        "export",
        exportItem(9, { calories: 1.50, a_new_field: [1] }),
        exportItem(10, { file: null, notes: [] }),
      )
      assert.equal(
        yield* read("export.csv"),
        "activity_id,name,sport_type,description,calories,with_pet,media,archive,exported_at,file," +
          "file_size,streams,derived,notes,a_new_field\n" +
          '10,Ride 10,Ride,"Ride on, with ""quotes""",656.5,true,,export_1.zip,' +
          '2026-11-01T00:00:00Z,,,"[""time"",""distance""]","[""distance""]",[],\n' +
          '9,Ride 9,Ride,"Ride on, with ""quotes""",1.5,true,,export_1.zip,2026-11-01T00:00:00Z,' +
          'activities/9.fit.gz,1234,"[""time"",""distance""]","[""distance""]",' +
          '"[""cropped: \\""20\\"" of 30 s\\nare outside""]",[1]\n',
      )
    }),
)

live(
  "entries of details are rows in the order of their activities, with the digits as sent",
  () =>
    Effect.gen(function* () {
      const { read, write } = yield* opened(csvSink)
      yield* write(
        "details",
        detailsWith(
          9,
          `"splits_metric": [{"split": 1, "distance": 1000.0}], "best_efforts": [],
         "splits_standard": [{"split": 1, "unit": "mile"}, {"new": {"a": 1}}]`,
        ),
        detailsWith(10, `"best_efforts": [{"id": 3265366675164236880, "score": 656.0}, {}]`),
      )
      yield* write(
        "details",
        detailsWith(100, `"best_efforts": [{"id": 1, "position": 7, "position_2": 8}]`),
      )
      assert.equal(
        yield* read("best_efforts.csv"),
        "activity_id,position,id,score,position_2,position_2_2\n" +
          "100,1,1,,7,8\n10,1,3265366675164236880,656.0,,\n10,2,,,,\n",
      )
      assert.equal(
        yield* read("splits.csv"),
        "activity_id,unit,position,split,distance,unit_2,new\n" +
          '9,metric,1,1,1000.0,,\n9,standard,1,1,,mile,\n9,standard,2,,,,"{""a"": 1}"\n',
      )
      assert.equal(yield* read("laps.csv"), "activity_id,position\n")
      assert.equal(
        yield* read("details.csv"),
        "id,name,distance,sport_type,start_date\n" +
          "100,Ride 100,1000.5,Ride,2026-01-01T01:40:00.000Z\n" +
          "10,Ride 10,1000.5,Ride,2026-01-01T00:10:00.000Z\n" +
          "9,Ride 9,1000.5,Ride,2026-01-01T00:09:00.000Z\n",
      )
    }),
)

live(
  "zones.csv has the complete response, whatever the names of its fields",
  () =>
    Effect.gen(function* () {
      const { read, write } = yield* opened(csvSink)
      const text = `{"heart_rate": {"custom_zones": false, "zones": [
        {"min": 0, "max": 115.0, "type": "easy"}, {"max": -1, "new": 1}], "new": "of set"},
      "power": {"custom_zones": true, "zones": []}, "cadence": null,
      "=pace": {"zones": [{"min": 1.5, "new_2": 2}]}, "odd": [1, {"zones": 5}],
      "odder": {"zones": [5]}, "empty": {}}`
      yield* write("zones", item({ resource: "zones", id: "7", text }))
      assert.equal(
        yield* read("zones.csv"),
        "type,custom_zones,position,min,max,new,type_2,new_2,new_2_2,value\n" +
          "heart_rate,false,1,0,115.0,of set,easy,,,\n" +
          "heart_rate,false,2,,-1,of set,,1,,\n" +
          "power,true,,,,,,,,\n" +
          "'=pace,,1,1.5,,,,,2,\n" +
          'odd,,,,,,,,,"[1, {""zones"": 5}]"\n' +
          'odder,,,,,,,,,"{""zones"": [5]}"\n' +
          "empty,,,,,,,,,\n",
      )
    }),
)

live(
  "stats.csv has the known columns and each total of the response once",
  () =>
    Effect.gen(function* () {
      const { read, write } = yield* opened(csvSink)
      const text =
        `{"recent_run_totals": {"count": 3.0, "new": 1e2}, "all_ski_totals": {"count": 1},
      "recent_run_totals_new": 5, "odd_totals": {}, "biggest_ride_distance": 150000.50}`
      yield* write("stats", item({ resource: "stats", id: "7", text }))
      const [header = "", row = "", end] = (yield* read("stats.csv")).split("\n")
      assert.equal(end, "")
      const names = header.split(",")
      assert.equal(names.length, 2 + 9 * 5 + 3 + 4)
      const found = Array.from(row.split(","), (cell, i) => [names[i], cell]).filter(([, c]) => c)
      assert.deepEqual(found, [
        ["biggest_ride_distance", "150000.50"],
        ["recent_run_totals_count", "3.0"],
        ["recent_run_totals_new", "1e2"],
        ["all_ski_totals_count", "1"],
        ["recent_run_totals_new_2", "5"],
        ["odd_totals", "{}"],
      ])
    }),
)

live("gear.csv has a row per item and deletes rows of removed gear", () =>
  Effect.gen(function* () {
    for (const [make, name] of [[csvSink, "gear.csv"], [jsonSink, "gear"]] as const) {
      const { file, fs, held, sink, write } = yield* opened(make)
      const one = gearItem("g1")
      const gone = { athlete: one.athlete, id: "g1", deletedAt: 0 }
      yield* sink.write({ resource: "gear", items: [], gone: [gone] })
      assert.ok(!(yield* fs.exists(file(name))))
      yield* write("gear", one, gearItem("b12"), gearItem("g3"))
      yield* sink.write({ resource: "gear", items: [], gone: [gone] })
      assert.deepEqual(yield* held("gear"), ["b12", "g3"])
    }
  }))

live(
  "zones and stats belong to the athlete in the same folder; without one, they have no athlete",
  () =>
    Effect.gen(function* () {
      for (const [make, end] of [[csvSink, ".csv"], [jsonSink, ".json"]] as const) {
        const { change, file, fs, held, sink, write } = yield* opened(make)
        yield* write("athlete", athleteItem())
        yield* write("zones", zonesItem())
        yield* write("stats", statsItem())
        for (const resource of ["zones", "stats"] as const) {
          const name = resource + end
          assert.deepEqual(yield* held(resource), ["7"])
          const of = { athlete: athleteItem().athlete, deletedAt: 0 }
          yield* sink.write({ resource, items: [], gone: [{ ...of, id: "8" }] })
          assert.deepEqual(yield* held(resource), ["7"])

          yield* fs.rename(file(`athlete${end}`), file("aside"))
          const unassigned =
            `${name} has no athlete, because the file of the athlete cannot be read`
          assert.deepEqual(yield* held(resource), [unassigned])
          assert.deepEqual(yield* sink.kept(resource, ["7"]), [])
          yield* fs.rename(file("aside"), file(`athlete${end}`))

          yield* change(name, (text) => text.slice(0, 20))
          const what = resource === "zones" ? "zones" : "totals"
          assert.deepEqual(yield* held(resource), [`${name} cannot be read as ${what}`])
          assert.deepEqual(yield* sink.kept(resource, ["7"]), [])
          const [first] = yield* Stream.runCollect(sink.held(resource))
          assert.equal(first?.id, "7")

          yield* write(resource, resource === "zones" ? zonesItem() : statsItem())
          yield* sink.write({ resource, items: [], gone: [{ ...of, id: "7" }] })
          assert.deepEqual(yield* held(resource), [])
        }
      }
    }),
)

test("an unreadable table of entries is left unchanged, and moved aside on demand", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.UTC(2026, 1, 3, 4, 5, 6))
    const { change, file, fs, held, read, sink, write } = yield* opened(csvSink)
    const one = detailsItem(1, { laps: [{ name: "a" }] })
    const two = detailsItem(2, { laps: [{ name: "b" }] })
    yield* write("details", one, two)
    yield* change("laps.csv", (text) => `${text}"torn`)
    const damaged = yield* read("laps.csv")

    const error = yield* Effect.flip(write("details", detailsItem(3)))
    assert.ok(error instanceof SinkError)
    assert.match(error.message, /laps\.csv cannot be read back: .* It was not changed/)
    assert.equal(yield* read("laps.csv"), damaged)
    const [fault, ...ids] = (yield* held("details")).toReversed()
    assert.match(fault ?? "", /^laps\.csv: the table cannot be read back: /)
    assert.deepEqual(ids, ["2", "1"])
    const differences = yield* sink.differing({ resource: "details", items: [two] })
    assert.match(differences[0]?.detail ?? "", /^laps\.csv: the table cannot be read back: /)

    const aside = "laps.csv.damaged-2026-02-03T04-05-06Z"
    assert.deepEqual(yield* sink.putAside("details"), Option.some(aside))
    assert.equal(yield* fs.readFileString(file(aside)), damaged)
    assert.deepEqual(yield* sink.putAside("details"), Option.none())
    const missing = yield* sink.differing({ resource: "details", items: [one, two] })
    assert.deepEqual(missing.map(({ detail }) => detail), [
      "laps.csv: missing",
      "laps.csv: missing",
    ])
    yield* write("details", one, two)
    assert.deepEqual(yield* sink.differing({ resource: "details", items: [one, two] }), [])
  }))

live(
  "surplus rows, missing rows and rows without details are reported",
  () =>
    Effect.gen(function* () {
      const { change, held, sink, write } = yield* opened(csvSink)
      const lapsOf = (id: number) => detailsItem(id, { laps: [{ name: "a" }, { name: "b" }] })
      const items = [lapsOf(1), lapsOf(2), lapsOf(3), lapsOf(4)]
      yield* write("details", ...items)
      yield* change(
        "laps.csv",
        (text) =>
          text.replace("4,2,b\n", "").replace("3,2,b\n", "$&3,3,c\n").replace("2,1,a", "2,1,x"),
      )
      yield* change("details.csv", (text) => text.replace(/^1,.*\n/m, ""))
      const differences = yield* sink.differing({ resource: "details", items })
      assert.deepEqual(differences.map(({ detail, item }) => [item.id, detail]), [
        ["1", "missing"],
        ["2", 'laps.csv: column name holds "x" instead of "a"'],
        ["3", "laps.csv: has more than 2 rows"],
        ["4", "laps.csv: has 1 of 2 rows"],
      ])
      assert.deepEqual(yield* held("details"), [
        "2",
        "3",
        "4",
        "laps.csv: rows of 1, which is not in details.csv",
      ])
    }),
)

live(
  "rows that a user added to a table of entries stay in place",
  () =>
    Effect.gen(function* () {
      const { change, read, write } = yield* opened(csvSink)
      yield* write("details", detailsItem(1, { laps: [{ name: "a" }] }))
      yield* change("laps.csv", (text) => `${text},,sum\n`)
      yield* write(
        "details",
        detailsItem(2, { laps: [{ name: "b" }] }),
        detailsItem(1, { laps: [] }),
      )
      assert.equal(yield* read("laps.csv"), "activity_id,position,name\n2,1,b\n,,sum\n")
    }),
)

live("the json sink stores each response byte for byte", () =>
  Effect.gen(function* () {
    const { read, write } = yield* opened(jsonSink)
    const text = (members: string) => `{\n  ${members}\r\n "a": "\\u00e9\u2028é", "a": [ ]\n}\n`
    const texts = {
      details: text(`"id": 7, "laps": [{"id":3265366675164236880}], "calories": 656.0,`),
      gear: text(`"id": "g7", "distance": 1.0e2,`),
      zones: text(`"heart_rate": {"zones": [{"min": 0.0}]},`),
      stats: text(`"biggest_ride_distance": 1.50,`),
    }
    const files = { details: "details/7.json", gear: "gear/g7.json" } as const
    for (const [name, text] of Object.entries(texts)) {
      const resource = name as keyof typeof texts
      yield* write(resource, item({ resource, id: resource === "gear" ? "g7" : "7", text }))
      const file = resource in files ? files[resource as "gear"] : `${resource}.json`
      assert.equal(yield* read(file), text)
    }
  }))
