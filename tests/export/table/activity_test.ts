/** Texts of items that rows of activities.csv become. */
import assert from "node:assert/strict"
import { Effect } from "effect"
import type { FileFacts } from "../../../pipeline/export/recording/FileFacts.ts"
import { activityText } from "../../../pipeline/export/table/activityText.ts"
import { exportText } from "../../../pipeline/export/table/exportText.ts"
import { sportOfName } from "../../../pipeline/export/table/sports.ts"
import { activityFields } from "../../../schemas/Activity.ts"
import { sportTypes } from "../../../schemas/fields/sportTypes.ts"
import { test } from "../../testing.ts"
import { onlyRow, ride, type RowCells, table, tableText } from "./fixtures.ts"

const holds = (name: string, body: () => void) => test(name, () => Effect.sync(body))

const facts: FileFacts = {
  startLatlng: ["50.7323900", "7.0"],
  endLatlng: ["50.7", "7.10"],
  utcOffset: 7200,
  timezone: "(GMT+01:00) Europe/Berlin",
  hasHeartrate: true,
  deviceWatts: true,
  device: "1 2697",
  sport: "cycling",
  firstTime: Date.UTC(2023, 4, 9, 10, 9, 29),
}

const textOf = (changes: RowCells = {}, from: FileFacts | null = facts) =>
  activityText(onlyRow(tableText([{ ...ride, ...changes }])), from ?? undefined, "134815")

const read = (changes: RowCells = {}, from: FileFacts | null = facts) =>
  JSON.parse(textOf(changes, from))

holds("an activity has Strava's fields in their order, and the digits of the table", () => {
  assert.equal(
    textOf(),
    `{"id":9041865,"athlete":{"id":134815},"name":"Morning Ride","distance":200100.015625,` +
      `"moving_time":28586,"elapsed_time":34021,"total_elevation_gain":1433.0,"type":"Ride",` +
      `"sport_type":"Ride","device_name":"1 2697","start_date":"2023-05-09T10:09:29Z",` +
      `"start_date_local":"2023-05-09T12:09:29Z","timezone":"(GMT+01:00) Europe/Berlin",` +
      `"utc_offset":7200.0,"commute":false,"manual":false,"flagged":false,"gear_id":"b8939781",` +
      `"start_latlng":[50.7323900,7.0],"end_latlng":[50.7,7.10],"average_speed":6.999930381774902,` +
      `"max_speed":14.35791015625,"average_temp":13.0,"average_watts":202.92457580566406,` +
      `"max_watts":655,"weighted_average_watts":210,"device_watts":true,"has_heartrate":true,` +
      `"average_heartrate":138.12345,"max_heartrate":171.0,"elev_high":-47.0,` +
      `"elev_low":-154.8000030517578,"upload_id":9700428229,"upload_id_str":"9700428229",` +
      `"suffer_score":4.0,"source":"export"}`,
  )
  const fields = Object.keys(read()).slice(0, -1)
  assert.deepEqual(fields, activityFields.filter((field) => fields.includes(field)))
})

holds("without a file, the zone and the positions are null", () => {
  const activity = read({}, null)
  for (const field of ["start_date_local", "timezone", "utc_offset", "start_latlng"]) {
    assert.equal(activity[field], null, field)
  }
  assert.equal(activity.start_date, "2023-05-09T10:09:29Z")
  assert.equal(activity.device_watts, false)
  assert.equal(read({ 31: "" }, null).has_heartrate, false)
  assert.equal("device_name" in activity, false)
})

holds("an unreadable date is replaced by the first time of the file", () => {
  assert.equal(read({ 1: "someday" }).start_date, "2023-05-09T10:09:29Z")
  assert.equal(read({ 1: "someday" }, null).start_date, null)
})

holds("ids are exact to the last digit", () => {
  assert.match(textOf({ 0: "9223372036854775807" }), /^\{"id":9223372036854775807,/)
  assert.equal(table(tableText([{ ...ride, 0: "9223372036854775808" }])).rows.length, 0)
})

holds("trap 8: the id is the activity's, and a compressed file has the upload's", () => {
  assert.equal(read({ 12: "activities/5.gpx" }).upload_id, undefined)
  assert.equal(read({ 12: "activities/5.gpx" }).id, 9041865)
  assert.equal(read({ 12: "activities/5.bin.gz" }).upload_id, 5)
})

holds("trap 14: names are the table's, whatever they are", () => {
  for (
    const name of [
      'a "quote"',
      "two\nlines\r\n",
      "🚴🏔️",
      "x".repeat(300_000),
      "=HYPERLINK(1)",
      "back\\slash",
      "<b>&amp;",
      "1,2;3",
    ]
  ) assert.equal(read({ 2: name }).name, name)
  assert.equal(read({ 2: "" }).name, "")
})

holds("trap 18: gear ids have the letter of bikes or shoes", () => {
  assert.equal(read({ 68: "10370891.0" }).gear_id, "b10370891")
  assert.equal(read({ 68: "", 69: "13594491.0" }).gear_id, "g13594491")
  assert.equal(read({ 68: "" }).gear_id, null)
  assert.equal(read({ 68: "Topstone" }).gear_id, null)
})

holds("trap 7: manual is an activity without a file that was not uploaded", () => {
  assert.equal(read({ 12: "", 52: "0.0" }).manual, true)
  assert.equal(read({ 12: "", 52: "1.0" }).manual, false)
  assert.equal(read({ 12: "#error#", 52: "0.0" }).manual, false)
})

holds("trap 7: only names of activity files are used; a row keeps the reason", () => {
  for (
    const name of [
      "#error#",
      "../../evil.fit.gz",
      "../activities/1.fit",
      "activities/../1.fit",
      "/activities/1.fit",
      "activities/1.fit/",
      "activities\\1.fit",
      "/etc/passwd",
      "activities/1.exe",
      "media/1.jpg",
    ]
  ) {
    const row = onlyRow(tableText([{ ...ride, 12: name }]))
    assert.equal(row.file, undefined)
    assert.deepEqual(row.problems, [`no usable file name: ${JSON.stringify(name)}`])
  }
  assert.equal(onlyRow(tableText([{ ...ride, 12: "" }])).file, undefined)
  assert.deepEqual(onlyRow(tableText([{ ...ride, 12: "" }])).problems, [])
})

holds("numbers that cannot be integers, or numbers at all, are left out and reported once", () => {
  const bad = { 16: "12.5", 32: "1e9", 20: "much", 18: "Infinity", 19: "007", 46: "9999999999" }
  const activity = read(bad)
  for (const field of ["moving_time", "max_watts", "max_speed", "average_speed"]) {
    assert.equal(field in activity, false, field)
  }
  assert.equal("weighted_average_watts" in activity, false)
  assert.equal(read({ 15: "34021.5", 5: "34021" }).elapsed_time, 34021)
  const rows = Array.from({ length: 3000 }, (_, index) => ({ ...ride, 0: `${index + 1}`, 20: "x" }))
  assert.deepEqual(table(tableText(rows)).problems, [
    `lines ${Array.from({ length: 20 }, (_, index) => index + 2).join(", ")} and 2980 more: ` +
    'column "Elevation Gain": value cannot be read',
  ])
})

holds("every sport of the API is recognized, with spaces too, and the exceptions", () => {
  for (const sport of sportTypes) {
    assert.equal(sportOfName(sport), sport)
    assert.equal(sportOfName(sport.replace(/(?<=[a-z])(?=[A-Z])/g, " ")), sport)
  }
  for (
    const [name, sport] of [
      ["E-Bike Ride", "EBikeRide"],
      ["E-Mountain Bike Ride", "EMountainBikeRide"],
      ["Football (Soccer)", "Soccer"],
      ["Stair-Stepper", "StairStepper"],
      ["Canoe", "Canoeing"],
      ["course a pied", "Run"],
      ["constructor", undefined],
    ]
  ) assert.equal(sportOfName(name ?? ""), sport)
  assert.equal(read({ 3: "Trail Run" }).type, "Run")
  assert.equal(read({ 3: "Pickleball" }).type, "Workout")
})

holds(
  "an unknown sport is the file's, else the text as it is, and is reported with its count",
  () => {
    assert.equal(read({ 3: "Biciklado" }).sport_type, "Ride")
    assert.equal(read({ 3: "Biciklado" }, null).sport_type, "Biciklado")
    assert.equal(read({ 3: "Biciklado" }, { ...facts, sport: "254" }).type, "Biciklado")
    assert.deepEqual(
      table(tableText(["1", "2", "3"].map((id) => ({ ...ride, 0: id, 3: "Biciklado" })))).problems,
      ['unknown sports, kept unless a file says more: "Biciklado" (3)'],
    )
  },
)

const imported = (changes: RowCells) => {
  const row = onlyRow(tableText([{ ...ride, ...changes }]))
  return exportText({
    row,
    activity: activityText(row, facts, "134815"),
    archive: "export_1.zip",
    exportedAt: Date.UTC(2026, 10, 1),
    file: {
      name: "activities/9700428229.fit.gz",
      size: 12,
      version: "1a2b3c4d",
      crc32: "1a2b3c4d",
    },
    streams: ["time", "distance"],
    derived: ["distance"],
    notes: ["cropped"],
  })
}

holds("the item of resource export has the origin, typed columns, the activity and the row", () => {
  const changes = {
    4: "a\nb",
    10: "secret",
    85: "1234.0",
    93: "1.0",
    94: "0.0",
    102: "media/a.jpg",
  }
  const text = imported({ ...changes, 84: "1.5" })
  const item = JSON.parse(text)
  assert.match(text, /"weather_temperature":13\.390000343322754,/)
  assert.match(text, /"total_steps":1234,/)
  assert.deepEqual(item.activity, JSON.parse(textOf(changes)))
  assert.equal(item.row["Distance (2)"], "200100.015625")
  assert.equal(item.row["Activity Count"], "1.5")
  const { activity: _activity, row: _row, ...rest } = item
  assert.deepEqual(rest, {
    activity_id: 9041865,
    archive: "export_1.zip",
    exported_at: "2026-11-01T00:00:00Z",
    file: {
      name: "activities/9700428229.fit.gz",
      size: 12,
      version: "1a2b3c4d",
      crc32: "1a2b3c4d",
    },
    streams: ["time", "distance"],
    derived: ["distance"],
    notes: ["cropped"],
    description: "a\nb",
    private_note: "secret",
    activity_gear: "Topstone",
    bike_weight: 9.5,
    calories: 3357,
    from_upload: true,
    weather_observation_time: 1683626368,
    weather_temperature: 13.390000343322754,
    humidity: 0.23999999463558197,
    flagged: 0,
    total_steps: 1234,
    recovery: true,
    with_pet: false,
    media: "media/a.jpg",
  })
})

holds("notes of the item begin with the problems of its row", () => {
  assert.deepEqual(JSON.parse(imported({ 12: "#error#" })).notes, [
    'no usable file name: "#error#"',
    "cropped",
  ])
})
