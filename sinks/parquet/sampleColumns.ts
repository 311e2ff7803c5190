/** Rows of samples: one for each sample of an activity, with a column for each type of stream. */
import { Predicate, Schema } from "effect"
import type { Item } from "../../schemas/Item.ts"
import { StreamSet, streamsOf, type StreamType } from "../../schemas/StreamSet.ts"
import { type ParquetColumn, parquetColumn } from "./parquetFile.ts"

/** Types of streams whose samples are whole numbers; one that is not is in the column `other`. */
const wholes: ReadonlySet<string> = new Set<StreamType>([
  "time",
  "heartrate",
  "cadence",
  "watts",
  "temp",
])

const numbers: ReadonlyArray<string> = [
  "time",
  "distance",
  "altitude",
  "velocity_smooth",
  "heartrate",
  "cadence",
  "watts",
  "temp",
  "grade_smooth",
] satisfies ReadonlyArray<StreamType>

/** Columns of a file of samples. */
export const sampleColumns: ReadonlyArray<ParquetColumn> = [
  parquetColumn.int64("activity_id"),
  parquetColumn.int32("sample"),
  ...numbers.map((type) =>
    wholes.has(type) ? parquetColumn.int32(type) : parquetColumn.double(type)
  ),
  parquetColumn.double("lat"),
  parquetColumn.double("lng"),
  parquetColumn.boolean("moving"),
  parquetColumn.text("other"),
]

/** Names of these columns. */
export const sampleNames: ReadonlyArray<string> = sampleColumns.map(({ name }) => name)

/** Columns of samples, which grow. */
export type SampleColumns = Record<string, Array<unknown>>

export const noRows = (): SampleColumns => Object.fromEntries(sampleNames.map((name) => [name, []]))

const fits = (type: string, value: unknown): boolean =>
  typeof value === "number" &&
  (!wholes.has(type) || (Number.isInteger(value) && Math.abs(value) < 2 ** 31))

const isPair = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(Predicate.isNumber)

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(StreamSet))

/** Adds the samples of an item. */
export const addSamples = (rows: SampleColumns, { id, text }: Pick<Item, "id" | "text">): void => {
  const streams = streamsOf(text, decode(text))
  const length = Math.max(0, ...streams.map(({ data }) => data.length))
  const byType = new Map(streams.map(({ data, type }) => [type, data]))
  const column = (name: string) => rows[name] ?? []
  const activity = BigInt(id)
  for (let i = 0; i < length; i++) {
    const other: Record<string, unknown> = {}
    column("activity_id").push(activity)
    column("sample").push(i)
    for (const type of numbers) {
      const value: unknown = byType.get(type)?.[i] ?? null
      const isFitting = value === null || fits(type, value)
      column(type).push(isFitting ? value : null)
      if (!isFitting) other[type] = value
    }
    const place: unknown = byType.get("latlng")?.[i] ?? null
    column("lat").push(isPair(place) ? place[0] : null)
    column("lng").push(isPair(place) ? place[1] : null)
    if (place !== null && !isPair(place)) other["latlng"] = place
    const moving: unknown = byType.get("moving")?.[i] ?? null
    column("moving").push(typeof moving === "boolean" ? moving : null)
    if (moving !== null && typeof moving !== "boolean") other["moving"] = moving
    for (const [type, data] of byType) {
      if (numbers.includes(type) || type === "latlng" || type === "moving") continue
      if (data[i] !== undefined && data[i] !== null) other[type] = data[i]
    }
    column("other").push(Object.keys(other).length === 0 ? null : JSON.stringify(other))
  }
}
