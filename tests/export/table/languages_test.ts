/** activities.csv in every language and with every number of columns: the same activities. */
import assert from "node:assert/strict"
import { Effect, Result } from "effect"
import { activityText } from "../../../pipeline/export/table/activityText.ts"
import { englishHeaders } from "../../../pipeline/export/table/columns.ts"
import { dutchHeaders } from "../../../pipeline/export/table/headers/dutch.ts"
import { germanHeaders } from "../../../pipeline/export/table/headers/german.ts"
import { spanishHeaders } from "../../../pipeline/export/table/headers/spanish.ts"
import { readHeader } from "../../../pipeline/export/table/header.ts"
import { readTable } from "../../../pipeline/export/table/readTable.ts"
import { columnNames } from "../../../pipeline/simulator/export/columns.ts"
import { cellFormats } from "../../../pipeline/simulator/export/activityCells.ts"
import { tableFormat } from "../../../pipeline/simulator/export/ExportTable.ts"
import {
  activityTypeIn,
  type ExportLanguage,
  exportLanguages,
} from "../../../pipeline/simulator/export/languages.ts"
import { test } from "../../testing.ts"
import { csv, onlyRow, ride, type RowCells, table, tableText, utf8Bytes } from "./fixtures.ts"

const holds = (name: string, body: () => void) => test(name, () => Effect.sync(body))

const counts = [10, 77, 86, 87, 92, 94, 99, 101, 103, 104, "2019"] as const
type Count = typeof counts[number]

const activities = [
  { id: "11", sport: "Run", meters: 9441.2998046875, at: Date.UTC(2022, 11, 9, 15, 24, 49) },
  { id: "12", sport: "Swim", meters: 1025, at: Date.UTC(2021, 5, 5, 0, 3, 1) },
  { id: "13", sport: "Swim", meters: 750, at: Date.UTC(2021, 6, 5, 12, 0, 0) },
  { id: "14", sport: "WeightTraining", meters: 0, at: Date.UTC(2024, 2, 31, 23, 59, 59) },
]

/** Returns a table in the simulator's words for a language. */
const tableIn = (language: ExportLanguage, count: Count, excel: boolean): string => {
  const format = tableFormat(language, count, excel)
  const { date, distance, language: words } = cellFormats(language, count)
  return format.header + activities.map(({ at, id, meters, sport }) =>
    format.row(
      new Map([
        ["Activity ID", id],
        ["Activity Date", date(at)],
        ["Activity Name", "=1+2"],
        ["Activity Type", activityTypeIn(words, sport)],
        ["Activity Description", 'He said "no",\r\nthen\nleft; 1,2'],
        ["Elapsed Time", "1428"],
        ["Distance", distance(meters, sport === "Swim")],
        ["Commute", "true"],
        ["Filename", `activities/9${id}.fit.gz`],
        ["Elapsed Time (2)", "1428.0"],
        ["Moving Time", "1400.0"],
        ["Distance (2)", String(meters)],
        ["Bike", "858.0"],
        ["Total Reps", "12.0"],
        ["Media", "media/1.jpg|media/2.jpg"],
      ]),
    )
  ).join("")
}

/** Returns the fields that do not depend on columns which old tables lack. */
const essential = (text: string) => {
  const { commute, distance, elapsed_time, id, name, sport_type, start_date, upload_id } = JSON
    .parse(text)
  return { commute, distance, elapsed_time, id, name, sport_type, start_date, upload_id }
}

for (const count of counts) {
  holds(
    `a table of ${count} columns is read by name, with HTML headers and an invented one`,
    () => {
      for (const excel of [false, true]) {
        const { language, problems, rows, unknownColumns } = table(tableIn("en", count, excel))
        assert.equal(language, "en")
        assert.deepEqual(unknownColumns, count === 104 ? ["Invented Score"] : [])
        assert.deepEqual(problems.length, count === 104 ? 1 : 0)
        assert.deepEqual(
          rows.map((row) => essential(activityText(row, undefined, "7"))),
          activities.map(({ at, id, meters, sport }) => ({
            commute: true,
            // Ten columns have kilometers with two decimals.
            distance: count === 10 && sport === "Run" ? 9440 : meters,
            elapsed_time: 1428,
            id: Number(id),
            name: "=1+2",
            sport_type: sport,
            start_date: new Date(at).toISOString().replace(".000Z", "Z"),
            upload_id: Number(`9${id}`),
          })),
        )
      }
    },
  )
}

for (const language of exportLanguages) {
  holds(`trap 1: an export in language ${language} has the activities of an English one`, () => {
    for (const count of [87, 92, 103, 104] as const) {
      const english = table(tableIn("en", count, false)).rows
      const other = table(tableIn(language, count, true)).rows
      assert.deepEqual(
        other.map((row) => activityText(row, undefined, "7")),
        english.map((row) => activityText(row, undefined, "7").replace("1428.0", "1428")),
      )
      const names = (rows: typeof english) => rows.map(({ cells }) => [...cells.keys()])
      assert.deepEqual(names(other), names(english))
    }
  })
}

holds("trap 1: an unknown language with few columns is refused, with its header", () => {
  const header = englishHeaders.slice(0, 40).map((_, index) => `Kolumno ${index}`)
  const result = readTable(utf8Bytes(csv([header])))
  assert.equal(
    Result.isFailure(result) ? result.failure.message : "",
    "Cannot read activities.csv: its header is in no known language: 40 columns, the first are " +
      '"Kolumno 0", "Kolumno 1", "Kolumno 2", "Kolumno 3". ' +
      "Set the language at Strava to English and request the archive again",
  )
})

holds(
  "a German column that is not in the list, and is not the one of its index, is unknown",
  () => {
    const german = tableIn("de", 92, false).split("\n")[0]!.split(",")
    const invented = [...german.slice(0, -1), "Erfunden", ...german.slice(-1)]
    const header = readHeader(invented)
    assert.deepEqual(header?.unknown, ["Erfunden"])
    assert.equal(header.names.at(-1), "Media")
    // The names that columns of 2026 have in German are not known, but their index is.
    assert.equal(
      readHeader(tableIn("de", 103, false).split("\n")[0]!.split(","))?.names[98],
      "With Kid",
    )
  },
)

holds("a column whose name is found elsewhere is not named by its index", () => {
  const headers = englishHeaders.map((_, index) => `Coluna ${index}`)
  headers.splice(0, 2, "ID da atividade", "Data da atividade")
  headers[20] = "Tempo de movimentação"
  const { names, unknown } = readHeader(headers)!
  assert.deepEqual([names[16], names[20], names[21]], [
    "Coluna 16",
    "Moving Time",
    "Elevation Loss",
  ])
  assert.deepEqual(unknown, ["Coluna 16"])
})

holds("the column of file names is found by its cells if its header is not known", () => {
  const { rows, unknownColumns } = table(csv([
    ["ID attività", "Data dell'attività", "Nome attività", "Nome file", "Altro"],
    ["1", "3 giu 2021, 08:00:00", "Corsa", "", "x"],
    ["2", "4 giu 2021, 08:00:00", "Corsa", "activities/2.gpx", "y"],
  ]))
  assert.deepEqual(rows.map(({ file }) => file), [undefined, "activities/2.gpx"])
  assert.deepEqual(unknownColumns, ["Altro"])
})

holds("names of cells are English and numbered, in the order of the simulator's export", () => {
  assert.deepEqual(readHeader(englishHeaders)?.names, columnNames)
})

holds("complete lists of headers have a translation of every column", () => {
  for (const list of [germanHeaders, dutchHeaders, spanishHeaders]) {
    const { names, unknown } = readHeader(list.trim().split(/[|\n]/))!
    assert.deepEqual(names, [...columnNames.slice(0, names.length - 1), "Media"])
    assert.deepEqual(unknown, [])
  }
})

holds("few columns are found by name in languages of which only some headers are known", () => {
  for (
    const [language, header, row] of [
      [
        "pt",
        "ID da atividade,Data da atividade,Tipo de atividade,Distância,Nome do arquivo",
        '1,"5 de ago. de 2026, 20:45:59",Pedalada,"9,44",activities/1.gpx',
      ],
      [
        "nb",
        "Aktivitets-ID,Aktivitetsdato,Aktivitetstype,Distanse,Filnavn",
        '1,"5. aug. 2026, 20:45:59",Sykkeltur,"9,44",activities/1.gpx',
      ],
      [
        "zh",
        "活动 ID,活动日期,活动类型,距离,文件名",
        "1,2026年8月5日 20:45:59,骑行,9.44,activities/1.gpx",
      ],
      [
        "it",
        "ID attività,Data dell’attività,Tipo attività,Distanza,Nome del file",
        '1,"5 ago 2026, 20:45:59",Pedalata,"9,44",activities/1.gpx',
      ],
      [
        "es",
        "Id. de actividad,Fecha de la actividad,Tipo de actividad,Distancia,Nombre de archivo",
        '1,"5 ago 2026, 8:45:59 p.m.",Vuelta ciclista,9.44,activities/1.gpx',
      ],
      [
        "fr",
        "ID de l'activité,Date de l'activité,Type d'activité,Distance,Nom du fichier",
        '1,5 août 2026 à 20:45:59,Vélo,"9,44",activities/1.gpx',
      ],
    ] as const
  ) {
    const read = table(`${header}\n${row}\n`)
    assert.equal(read.language, language)
    assert.deepEqual(read.problems, [])
    assert.deepEqual(read.rows.map(({ distance, file, start }) => ({ distance, file, start })), [
      { distance: "9440", file: "activities/1.gpx", start: Date.UTC(2026, 7, 5, 20, 45, 59) },
    ])
    assert.equal(JSON.parse(activityText(read.rows[0]!, undefined, "7")).sport_type, "Ride")
  }
})

holds("trap 3: the second column of a doubled name is read, the first one if it is empty", () => {
  const cells = (changes: RowCells) =>
    JSON.parse(activityText(onlyRow(tableText([{ ...ride, ...changes }])), undefined, "7"))
  const both = cells({ 5: "1", 6: "2.00", 7: "3.0", 8: "4", 9: "true" })
  assert.equal(both.elapsed_time, 34021)
  assert.equal(both.distance, 200100.015625)
  assert.equal(both.max_heartrate, 171)
  assert.equal(both.commute, false)
  const first = cells({ 6: "3.3257", 9: "true", 15: "", 17: "", 30: "", 37: "", 50: "" })
  assert.equal(first.elapsed_time, 34021)
  assert.equal(first.distance, 3325.7)
  assert.equal(first.max_heartrate, 171)
  assert.equal(first.suffer_score, 4)
  assert.equal(first.commute, true)
})

holds("trap 3: distances for people are exact: kilometers, and meters of swims", () => {
  const distance = (text: string, sport: string, header = englishHeaders) =>
    onlyRow(tableText([{ ...ride, 3: sport, 6: text, 17: "" }], 103, header)).distance
  const german = tableIn("de", 103, false).split("\n")[0]!.split(",")
  for (
    const [text, sport, meters] of [
      ["1,025", "Swim", "1025"],
      ["750", "Swim", "750"],
      ["1,025,000", "Swim", "1025000"],
      ["15.9", "Sail", "29446.8"],
      ["0.05", "Sail", "92.6"],
      ["0.29", "Ride", "290"],
      ["0.00", "Ride", "0"],
      ["200.1", "Ride", "200100"],
      ["1,025.30", "Ride", "1025300"],
      ["1.0005", "Ride", "1000.5"],
      ["abc", "Ride", undefined],
    ] as const
  ) assert.equal(distance(text, sport), meters, `${sport} ${text}`)
  for (
    const [text, sport, meters] of [
      ["9,44", "Radfahrt", "9440"],
      ["1.025", "Schwimmen", "1025"],
      ["1.025,30", "Radfahrt", "1025300"],
      ["9.44", "Radfahrt", "9440"],
      ["1,025.30", "Radfahrt", "1025300"],
      ["1,025", "Schwimmen", "1025"],
    ] as const
  ) assert.equal(distance(text, sport, german), meters, `${sport} ${text}`)
})
