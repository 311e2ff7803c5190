/** The CSV sink: the contract, and its own behavior. */
import { parse } from "csv-parse/sync"
import { Effect, FileSystem, Path, Schema, Stream } from "effect"
import assert from "node:assert/strict"
import type { Item, Resource } from "../../../schemas/Item.ts"
import { csvRows, formatCsv, formula, textCell } from "../../../sinks/csv/csv.ts"
import { csvSink } from "../../../sinks/csv/CsvSink.ts"
import { SinkError } from "../../../sinks/Sink.ts"
import { live } from "../../testing.ts"
import { type Fields, fullContract, type SinkSubject } from "../contract.ts"
import { damageFiles } from "../files/damage.ts"
import { snapshot } from "../files/folder.ts"
import { activity, activityWith, item, streamsItem } from "../items.ts"

/** Returns the header and the rows of a CSV file; undefined if it does not exist. */
const read = (...parts: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const file = path.join(...parts)
    if (!(yield* fs.exists(file))) return undefined
    const [header = [], ...rows]: ReadonlyArray<ReadonlyArray<string>> = parse(
      yield* fs.readFile(file),
    )
    return { header, rows }
  })

const fieldsOf = (header: ReadonlyArray<string>, row: ReadonlyArray<string>): Fields =>
  new Map(header.flatMap((name, i) => row[i] === "" ? [] : [[name, row[i] ?? ""] as const]))

/** Returns the fields of a row as sent: without the column `source`, which the sink adds to responses of the API. */
const sentFields = (header: ReadonlyArray<string>, row: ReadonlyArray<string>): Fields =>
  new Map(
    Array.from(fieldsOf(header, row))
      .filter(([name, cell]) => name !== "source" || cell !== "api")
      .map(([name, cell]) => [name.replace(/^(source(_2)*)_2$/, "$1"), cell] as const),
  )

/** Returns the sample in a cell, or its text if it is not JSON. */
const sample = (cell: string | undefined) => {
  if (!cell) return null
  return /^(?:-?\d[\d.eE+-]*$|[[{]|true$|false$)/.test(cell) ? JSON.parse(cell) : cell
}

const subject: SinkSubject = {
  name: "csv",
  source: csvSink,
  keepsAnswers: false,
  damage: damageFiles({
    tables: {
      activities: "activities.csv",
      details: "details.csv",
      gear: "gear.csv",
      activity_zones: "activity_zones.csv",
      export: "export.csv",
    },
    extension: ".csv",
    lineOf: (id) => (line) => line.startsWith(`${id},`),
    word: /Ride(?= )/,
  }),
  text: (sent) => {
    const held = sent.toWellFormed().replaceAll("\0", "\ufffd")
    const start = held.replace(/^'+/, "")
    const space = start.slice(0, start.length - start.trimStart().length)
    const first = start[space.length] ?? "a"
    return "=+-@＝＋－＠".includes(first) || /[\t\r\n]/.test(space) ? `'${held}` : held
  },
  landed: (directory) => ({
    athlete: Effect.map(
      read(directory, "athlete.csv"),
      (table) => table && sentFields(table.header, table.rows[0] ?? []),
    ),
    activities: Effect.map(
      read(directory, "activities.csv"),
      (table) => table?.rows.map((row) => sentFields(table.header, row)) ?? [],
    ),
    streams: (id) =>
      Effect.map(read(directory, "streams", `${id}.csv`), (table) => {
        if (table === undefined) return undefined
        const column = (name: string) =>
          table.rows.map((row) => sample(row[table.header.indexOf(name)]))
        const lng = column("lng")
        return new Map(
          table.header.filter((name) => name !== "lng").map((name) =>
            name === "lat"
              ? ["latlng", column("lat").map((lat, i) => lat === null ? null : [lat, lng[i]])]
              : [name, column(name)]
          ),
        )
      }),
    table: (name) =>
      Effect.map(
        read(directory, `${name}.csv`),
        (table) =>
          table?.rows.map((row) =>
            name === "gear" ? sentFields(table.header, row) : fieldsOf(table.header, row)
          ) ?? [],
      ),
    snapshot: snapshot(directory),
  }),
}

fullContract(subject, live)

const directoryOf = Effect.flatMap(
  FileSystem.FileSystem,
  (fs) => fs.makeTempDirectoryScoped({ prefix: "paceline-" }),
)

/** Opens the sink in `directory`, writes one batch and closes it. */
const write = (directory: string, resource: Resource, ...items: ReadonlyArray<Item>) =>
  Effect.scoped(Effect.gen(function* () {
    const sink = yield* (yield* csvSink(directory)).open
    return yield* sink.write({ resource, items })
  }))

const text = (...parts: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    return yield* fs.readFileString(path.join(...parts))
  })

live.prop(
  "the csv sink returns any text as documented",
  Schema.Array(Schema.String),
  (names) =>
    Effect.scoped(Effect.gen(function* () {
      const directory = yield* directoryOf
      yield* write(directory, "activities", ...names.map((name, i) => activity(i + 1, { name })))
      yield* write(directory, "activities", activity(1000))
      const rows = (yield* subject.landed(directory).activities).toReversed().slice(0, -1)
      return rows.every((row, i) => (row.get("name") ?? "") === subject.text(names[i] ?? ""))
    })),
  { runs: 50 },
)

/** Texts made of the characters that matter to CSV and to spreadsheets. */
const Awkward = Schema.Array(
  Schema.Literals(["'", "=", "+", "-", "@", "\t", "\r", "\n", " ", ",", '"', "a", "é", "\u3000"]),
)

live.prop(
  "removing one quote reverses textCell",
  Awkward,
  (characters) => {
    const sent = characters.join("")
    const cell = textCell(sent)
    return (cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell) === sent
  },
)

live.prop(
  "rowsOf returns what was formatted, wherever the bytes are cut",
  Schema.Struct({ cells: Schema.Array(Awkward), size: Schema.Literals([1, 2, 3, 7, 1000]) }),
  ({ cells, size }) =>
    Effect.gen(function* () {
      const rows = cells.map((cell, i) => [String(i), cell.join("")])
      const bytes = new TextEncoder().encode(formatCsv(rows))
      const chunks = Array.from(
        { length: Math.ceil(bytes.length / size) },
        (_, i) => bytes.subarray(i * size, (i + 1) * size),
      )
      const read = yield* Stream.runCollect(csvRows(Stream.fromIterable(chunks)))
      return JSON.stringify(read) === JSON.stringify(rows)
    }),
)

live(
  "activities.csv has the columns of all runs, known ones first",
  () =>
    Effect.gen(function* () {
      const directory = yield* directoryOf
      yield* write(directory, "activities", activity(1, { zzz: 1, gear_id: "b1" }))
      yield* write(directory, "activities", activity(2, { aaa: [1, null], kudos_count: 0 }))
      yield* write(directory, "activities", activity(1, { commute: true }))
      assert.equal(
        yield* text(directory, "activities.csv"),
        "id,name,distance,sport_type,start_date,kudos_count,commute,gear_id,source,zzz,aaa\n" +
          '2,Ride 2,1000.5,Ride,2026-01-01T00:02:00.000Z,0,,,api,,"[1,null]"\n' +
          "1,Ride 1,1000.5,Ride,2026-01-01T00:01:00.000Z,,true,,api,,\n",
      )
    }),
)

live(
  "activities.csv has numbers with their digits as sent, and none is a formula",
  () =>
    Effect.gen(function* () {
      const directory = yield* directoryOf
      yield* write(
        directory,
        "activities",
        activityWith(1, `"elev_low": -3.10, "max_speed": 2.0, "x": 1e-7, "y": 3265366675164236880`),
      )
      yield* write(directory, "activities", activity(2))
      const [row] = (yield* subject.landed(directory).activities).slice(1)
      assert.deepEqual(
        ["elev_low", "max_speed", "x", "y"].map((name) => row?.get(name)),
        ["-3.10", "2.0", "1e-7", "3265366675164236880"],
      )
    }),
)

live(
  "activities.csv saved by a spreadsheet is read, and rows added there stay in place",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const directory = yield* directoryOf
      const saved = "\ufeffname,id,note\r\n=sum,,total\r\nA,1,\r\n"
      yield* fs.writeFileString(path.join(directory, "activities.csv"), saved)
      yield* write(directory, "activities", activity(2, { name: "B" }))
      assert.equal(
        yield* text(directory, "activities.csv"),
        "id,name,distance,sport_type,start_date,source,note\n,=sum,,,,,total\n" +
          "2,B,1000.5,Ride,2026-01-01T00:02:00.000Z,api,\n1,A,,,,api,\n",
      )
    }),
)

live(
  "activities.csv has nested values on one line, and each column once, whatever its name",
  () =>
    Effect.gen(function* () {
      const directory = yield* directoryOf
      const members = `"map": {"id":\r\n  "a"}, "\\ud800": 1, "=x": 2`
      yield* write(directory, "activities", activityWith(1, members))
      yield* write(directory, "activities", activityWith(2, members))
      const written = yield* text(directory, "activities.csv")
      assert.deepEqual(written.split("\n").map((line) => line.split(",").slice(5).join(",")), [
        "map,source,\ufffd,'=x",
        '"{""id"":  ""a""}",api,1,2',
        '"{""id"":  ""a""}",api,1,2',
        "",
      ])
    }),
)

for (
  const [fault, content] of [
    ["a quote that nothing closes", 'id,name\n1,"torn'],
    ["a quote inside a cell", 'id,name\n1,5" tyre\n'],
    ["no id", "number,name\n1,A\n"],
    ["two columns of one name", "id,name,name\n1,A,B\n"],
    ["a row that is too long", "id,name\n1,A\n2,B,C\n"],
  ] as const
) {
  live(
    `activities.csv with ${fault} is left unchanged, and the sink reports it`,
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        const directory = yield* directoryOf
        const file = path.join(directory, "activities.csv")
        yield* fs.writeFileString(file, content)
        const error = yield* Effect.flip(write(directory, "activities", activity(1)))
        assert.ok(error instanceof SinkError)
        assert.match(error.message, /activities\.csv cannot be read back: .* It was not changed/)
        assert.equal(yield* fs.readFileString(file), content)
        assert.deepEqual((yield* fs.readDirectory(directory)).toSorted(), [
          "activities.csv",
          "streams",
        ])
      }),
  )
}

live("activities.csv that is not UTF-8 is left unchanged", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const directory = yield* directoryOf
    const file = path.join(directory, "activities.csv")
    const latin1 = Uint8Array.from([...new TextEncoder().encode("id,name\n1,"), 0xe9, 0x0a])
    yield* fs.writeFile(file, latin1)
    const error = yield* Effect.flip(write(directory, "activities", activity(1)))
    assert.match(error.message, /not UTF-8/)
    assert.deepEqual(new Uint8Array(yield* fs.readFile(file)), latin1)
  }))

const streamsText = (id: number, sent: string) =>
  item({ resource: "streams", id: String(id), text: sent })

live("a streams file has a row per sample, each as sent", () =>
  Effect.gen(function* () {
    const directory = yield* directoryOf
    yield* write(
      directory,
      "streams",
      streamsText(
        1,
        `{"altitude": {"data": [-3.20, null, 1e1]}, "time": {"data": [0, 1, 2, 3]},
          "latlng": {"data": [[-33.10, 151.0], null, []]}, "new": {"data": [true, {"a": -1}]},
          "note": {"data": ["=1", "a,b"]}}`,
      ),
      streamsText(2, `{"heartrate": {"data": [null, 120, null]}}`),
      streamsText(3, `{"latlng": {"data": [[1, 2], [1, 2, 3]]}}`),
      streamsText(4, "{}"),
    )
    assert.equal(
      yield* text(directory, "streams", "1.csv"),
      "time,lat,lng,altitude,new,note\n0,-33.10,151.0,-3.20,true,'=1\n" +
        '1,,,,"{""a"": -1}","a,b"\n2,,,1e1,,\n3,,,,,\n',
    )
    assert.equal(yield* text(directory, "streams", "2.csv"), 'heartrate\n""\n120\n""\n')
    assert.equal(yield* text(directory, "streams", "3.csv"), 'latlng\n"[1, 2]"\n"[1, 2, 3]"\n')
    assert.equal(yield* text(directory, "streams", "4.csv"), "")
  }))

live(
  "a streams file longer than one chunk has every sample",
  () =>
    Effect.gen(function* () {
      const directory = yield* directoryOf
      const time = Array.from({ length: 2500 }, (_, i) => i)
      yield* write(directory, "streams", streamsItem(1, { time }))
      assert.equal(yield* text(directory, "streams", "1.csv"), `time\n${time.join("\n")}\n`)
    }),
)

live(
  "a stream whose column name is taken has its own column",
  () =>
    Effect.gen(function* () {
      const directory = yield* directoryOf
      yield* write(
        directory,
        "streams",
        streamsItem(1, { latlng: [[1.5, 2.5]], lat: [7], lat_2: [9], lng: [8] }),
      )
      assert.equal(
        yield* text(directory, "streams", "1.csv"),
        "lat,lng,lat_2,lat_2_2,lng_2\n1.5,2.5,7,9,8\n",
      )
    }),
)
