/** profile.csv, bikes.csv and shoes.csv. */
import assert from "node:assert/strict"
import { Effect, Result } from "effect"
import { readGear } from "../../../pipeline/export/table/gear.ts"
import { readProfile } from "../../../pipeline/export/table/profile.ts"
import { test } from "../../testing.ts"
import { csv, ride, type RowCells, table, tableText, utf8Bytes } from "./fixtures.ts"

const holds = (name: string, body: () => void) => test(name, () => Effect.sync(body))

const profileHeader = [
  "Athlete ID",
  "Email Address",
  "First Name",
  "Last Name",
  "Sex",
  "Description",
  "Weight",
  "City",
  "State",
  "Country",
  "Health Consent Status",
  "Date of Health Consent approval/denial",
]
const profile = [
  "134815",
  "someone@example.invalid",
  "Ada",
  'O"Neil',
  "F",
  "a\nb",
  "61.5",
  "",
  "NRW",
  "Germany",
  "approved",
  "Jan 1, 2022",
]

holds("the athlete has the fields of the API, without e-mail address and consent", () => {
  const athlete = Result.getOrThrow(readProfile(utf8Bytes(csv([profileHeader, profile]))))
  assert.equal(athlete.id, "134815")
  assert.equal(
    athlete.text,
    `{"id":134815,"firstname":"Ada","lastname":"O\\"Neil","bio":"a\\nb","state":"NRW",` +
      `"country":"Germany","sex":"F","weight":61.5,"source":"export"}`,
  )
})

holds("the athlete is found by index in other languages, and by name in another order", () => {
  const english = Result.getOrThrow(readProfile(utf8Bytes(csv([profileHeader, profile]))))
  const other = profileHeader.map((_, index) => `Kolumno ${index}`)
  const found = Result.getOrThrow(readProfile(utf8Bytes(csv([other, profile]))))
  assert.deepEqual(found, english)
  const order = [0, 3, 2, 1, 11, 10, 9, 8, 7, 6, 5, 4]
  const moved = [profileHeader, profile].map((row) => order.map((index) => row[index] ?? ""))
  assert.deepEqual(Result.getOrThrow(readProfile(utf8Bytes(csv(moved)))), english)
})

holds("a profile without a row or an id is refused", () => {
  for (const text of ["", "Athlete ID\n", csv([profileHeader, ["x", ...profile.slice(1)]])]) {
    assert.ok(Result.isFailure(readProfile(utf8Bytes(text))), text)
  }
})

const bikes = csv([
  ["Bike Name", "Bike Brand", "Bike Model", "Bike Default Sport Types"],
  ["Topstone", "Cannon", "Carbon 4", "Ride"],
  ["Twin", "A", "1", ""],
  ["Twin", "B", "2", ""],
  ["Unused", "C", "3", ""],
])
const shoes = csv([
  ["Shoe Name", "Shoe Brand", "Shoe Model", "Shoe Default Sport Types"],
  ["Daily", "Sole", "X", ""],
  ["", "Sole", "Y", ""],
])

const activity = (id: string, name: string, bike: string, shoe: string): RowCells => ({
  ...ride,
  0: id,
  11: name,
  68: bike,
  69: shoe,
})

holds("gear is joined by name with the ids in the rows; the rest is reported once", () => {
  const { rows } = table(tableText([
    activity("1", "Old name", "5.0", ""),
    activity("2", "Topstone", "5.0", ""),
    activity("3", "Twin", "6.0", ""),
    activity("4", "Daily", "", "7.0"),
    activity("5", "", "", "8.0"),
    activity("6", "Daily", "5.0", "8.0"),
  ]))
  const read = readGear({ bikes: utf8Bytes(bikes), shoes: utf8Bytes(shoes) }, rows)
  assert.deepEqual(read.gear, [
    {
      id: "b5",
      text: '{"id":"b5","name":"Topstone","brand_name":"Cannon","model_name":"Carbon 4",' +
        '"source":"export"}',
    },
    { id: "b6", text: '{"id":"b6","name":"Twin","source":"export"}' },
    {
      id: "g7",
      text: '{"id":"g7","name":"Daily","brand_name":"Sole","model_name":"X","source":"export"}',
    },
    { id: "g8", text: '{"id":"g8","source":"export"}' },
  ])
  assert.deepEqual(read.problems, [
    'bikes without an activity, so without an id, not imported: "Unused"',
    "shoes without a name, not imported: 1",
  ])
})

holds("ids are kept if the tables of gear are missing", () => {
  const { rows } = table(tableText([activity("1", "Topstone", "5.0", "")]))
  assert.deepEqual(readGear({ bikes: undefined, shoes: undefined }, rows), {
    gear: [{ id: "b5", text: '{"id":"b5","name":"Topstone","source":"export"}' }],
    problems: [],
  })
})
