/** Compares our decoder with fit-file-parser on random files of the kinds that both decode correctly. */
import { Effect, Record, Schema } from "effect"
import FitParser from "fit-file-parser"
import assert from "node:assert/strict"
import { decodeFit } from "../../../pipeline/export/fit/decodeFit.ts"
import { type FileColumn, fileColumns } from "../../../pipeline/export/recording/Recording.ts"
import { rounds, test } from "../../testing.ts"
import { integerBetween } from "../recording/edits.ts"
import { FitBytes, type FitType, newYear } from "./FitBytes.ts"

/** Fields of a record as fit-file-parser expects them, by their name there. */
const fields = {
  position_lat: [0, "sint32"],
  position_long: [1, "sint32"],
  altitude: [2, "uint16"],
  heart_rate: [3, "uint8"],
  cadence: [4, "uint8"],
  distance: [5, "uint32"],
  speed: [6, "uint16"],
  power: [7, "uint16"],
  temperature: [13, "sint8"],
  fractional_cadence: [53, "uint8"],
  enhanced_speed: [73, "uint32"],
  enhanced_altitude: [78, "uint32"],
} as const satisfies Record<string, readonly [number: number, type: FitType]>

type FieldName = keyof typeof fields

/** Every value of a type, and more often those next to its bounds; its highest one means "none". */
const raw = (bits: number, signed: boolean) => {
  const least = signed ? -(2 ** (bits - 1)) : 0
  const most = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1
  const edges = [least, least + 1, 0, 1, most - 1, most]
  return Schema.Union([integerBetween(least, most), Schema.Literals(edges)])
}

const Row = Schema.Struct({
  step: integerBetween(0, 31),
  // Half of a half circle is a quarter of the globe: the poles.
  position_lat: Schema.Union([integerBetween(-(2 ** 30), 2 ** 30), Schema.Literal(2 ** 31 - 1)]),
  position_long: raw(32, true),
  altitude: raw(16, false),
  heart_rate: raw(8, false),
  cadence: raw(8, false),
  distance: raw(32, false),
  speed: raw(16, false),
  power: raw(16, false),
  temperature: raw(8, true),
  fractional_cadence: raw(8, false),
  enhanced_speed: raw(32, false),
  enhanced_altitude: raw(32, false),
})

const Block = Schema.Struct({
  big: Schema.Boolean,
  local: integerBetween(0, 3),
  compressed: Schema.Boolean,
  fields: Schema.Array(Schema.Literals(Object.keys(fields) as ReadonlyArray<FieldName>)),
  developer: Schema.Array(integerBetween(0, 9)).check(Schema.isMaxLength(3)),
  /** A message that is no record, with a time, after the records. */
  event: Schema.Boolean,
  rows: Schema.Array(Row).check(Schema.isMaxLength(8)),
})
type Block = typeof Block.Type

const Sample = Schema.Struct({
  headerSize: Schema.Literals([12, 14]),
  blocks: Schema.Array(Block).check(Schema.isMinLength(1), Schema.isMaxLength(6)),
})

/** Writes the records of a block, and returns the last time. */
const writeBlock = (file: FitBytes, block: Block, start: number): number => {
  const names = [...new Set(block.fields)]
  const { big, compressed, local } = block
  const developer = block.developer.map((size, i) => [i, size, 0] as const)
  const time = compressed ? [] : [[253, "uint32"] as const]
  file.define(local, 20, [...time, ...names.map((name) => fields[name])], { big, developer })
  let now = start
  for (const row of block.rows) {
    now += row.step
    const values = names.map((name) => row[name])
    if (compressed) file.compressed(local, now, ...values)
    else file.data(local, now, ...values)
    for (const size of block.developer) for (let i = 0; i < size; i++) file.raw(0x40 | i)
  }
  if (!block.event) return now
  file.define(15, 21, [[253, "uint32"], [0, "enum"], [1, "enum"]], { big }).data(15, now + 40, 0, 4)
  return now + 40
}

const fileOf = ({ blocks, headerSize }: typeof Sample.Type): Uint8Array<ArrayBuffer> => {
  // The first message has a time, to which compressed times refer.
  const file = new FitBytes().define(15, 21, [[253, "uint32"]]).data(15, newYear)
  blocks.reduce((now, block) => writeBlock(file, block, now), newYear)
  return file.file({ headerSize })
}

const Value = Schema.optional(Schema.Number)
const Parsed = Schema.Struct({
  records: Schema.Array(
    Schema.Struct({ timestamp: Schema.Date, ...Record.map(fields, () => Value) }),
  ),
})
type ParsedRecord = (typeof Parsed.Type)["records"][number]

const parse = (bytes: Uint8Array<ArrayBuffer>): ReadonlyArray<ParsedRecord> => {
  let records: ReadonlyArray<ParsedRecord> | undefined
  new FitParser({ force: false, mode: "list" }).parse(bytes.buffer, (error, content) => {
    assert.equal(error, undefined)
    records = Schema.decodeUnknownSync(Parsed)(content).records
  })
  return records!
}

/** Value of a column in a record of fit-file-parser, by our rules of precedence. */
const columnOf: Readonly<Record<FileColumn, (record: ParsedRecord) => number | undefined>> = {
  lat: (record) => record.position_lat,
  lng: (record) => record.position_long,
  altitude: (record) => record.enhanced_altitude ?? record.altitude,
  distance: (record) => record.distance,
  velocity_smooth: (record) => record.enhanced_speed ?? record.speed,
  heartrate: (record) => record.heart_rate === 0 ? undefined : record.heart_rate,
  cadence: ({ cadence, fractional_cadence = 0 }) =>
    cadence === undefined ? undefined : cadence + fractional_cadence,
  watts: (record) => record.power,
  temp: (record) => record.temperature,
}

/** Compares one column: positions are rounded to seven decimals, all other values are exact. */
const compareColumn = (
  name: FileColumn,
  values: Float64Array | undefined,
  decimals: number,
  records: ReadonlyArray<ParsedRecord>,
): void => {
  const isPosition = name === "lat" || name === "lng"
  records.forEach((record, i) => {
    const theirs = columnOf[name](record)
    const own = values?.[i] ?? NaN
    if (theirs === undefined) return assert.equal(own, NaN, `${name} of record ${i}`)
    const difference = Math.abs(own - theirs * 10 ** decimals)
    assert.ok(
      difference <= (isPosition ? 0.5 : 0) + 1e-5,
      `${name} of record ${i}: ${own} ${theirs}`,
    )
  })
}

const compare = (bytes: Uint8Array<ArrayBuffer>): number => {
  const { columns, notes, times } = decodeFit(bytes)
  const records = parse(bytes)
  assert.deepEqual(notes.filter((note) => note !== "the file has no records"), [])
  assert.deepEqual(Array.from(times), records.map(({ timestamp }) => timestamp.getTime()))
  for (const name of fileColumns) {
    const column = columns[name]
    const [values, decimals] = column?.kind === "scaled" ? [column.values, column.decimals] : []
    compareColumn(name, values, decimals ?? 0, records)
  }
  return records.length
}

test.prop(
  "random files have the same values as in fit-file-parser",
  Sample,
  (sample) => compare(fileOf(sample)) >= 0,
  { runs: rounds(150, 3_000) },
)

test("the comparison covers every column and both kinds of times", () =>
  Effect.sync(() => {
    const row = {
      step: 5,
      position_lat: 604_535_218,
      position_long: -84_731_112,
      altitude: 2_601,
      heart_rate: 141,
      cadence: 87,
      distance: 123_456,
      speed: 8_765,
      power: 250,
      temperature: -12,
      fractional_cadence: 64,
      enhanced_speed: 8_766,
      enhanced_altitude: 2_602,
    }
    const block = {
      big: false,
      local: 1,
      fields: Object.keys(fields) as ReadonlyArray<FieldName>,
      developer: [2],
      event: true,
      rows: [row, row],
    }
    const bytes = fileOf({
      headerSize: 14,
      blocks: [{ ...block, compressed: false }, { ...block, compressed: true, big: true }],
    })
    assert.equal(compare(bytes), 4)
    assert.deepEqual(Object.keys(decodeFit(bytes).columns), [...fileColumns])
  }))
