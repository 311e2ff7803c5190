/** Parquet files: bytes from columns, and columns from bytes. Compressed with zstd. */
import { Effect } from "effect"
import {
  type ColumnData,
  type KeyValue,
  parquetMetadata,
  parquetRead,
  type SchemaElement,
} from "hyparquet"
import { ByteWriter, ParquetWriter } from "hyparquet-writer"
import { textOf } from "../../schemas/json/utf8.ts"
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib"

/** Columns by name, of equal length. */
export type Columns = Readonly<Record<string, ReadonlyArray<unknown>>>

const level = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }

const compressors = { ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdCompressSync(bytes, level)) }
const decompressors = { ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)) }

/** Rows of a group: readers skip groups by their statistics. */
const rowGroupSize = 50_000

/** Column of a file, with the elements of its schema. */
export interface ParquetColumn {
  readonly name: string
  readonly elements: ReadonlyArray<SchemaElement>
}

const flat = (
  name: string,
  of: Omit<SchemaElement, "name" | "repetition_type">,
): ParquetColumn => ({
  name,
  elements: [{ name, repetition_type: "OPTIONAL", ...of }],
})

const list = (
  name: string,
  element: Omit<SchemaElement, "name" | "repetition_type">,
): ParquetColumn => ({
  name,
  elements: [
    { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", repetition_type: "OPTIONAL", ...element },
  ],
})

/** Functions that return a column of a name. */
export const parquetColumn = {
  int64: (name: string) => flat(name, { type: "INT64" }),
  int32: (name: string) => flat(name, { type: "INT32" }),
  double: (name: string) => flat(name, { type: "DOUBLE" }),
  boolean: (name: string) => flat(name, { type: "BOOLEAN" }),
  text: (name: string) => flat(name, { type: "BYTE_ARRAY", converted_type: "UTF8" }),
  time: (name: string) =>
    flat(name, {
      type: "INT64",
      logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
    }),
  doubles: (name: string) => list(name, { type: "DOUBLE" }),
  texts: (name: string) => list(name, { type: "BYTE_ARRAY", converted_type: "UTF8" }),
} as const

/** Kind of a column. */
export type ColumnKind = keyof typeof parquetColumn

/** Returns a file in memory, to which groups of rows are added. */
export const newParquet = (
  columns: ReadonlyArray<ParquetColumn>,
  metadata: Readonly<Record<string, string>> = {},
) => {
  const writer = new ByteWriter()
  const parquet = new ParquetWriter({
    writer,
    codec: "ZSTD",
    compressors,
    createdBy: "paceline",
    kvMetadata: Object.entries(metadata).map(([key, value]): KeyValue => ({ key, value })),
    schema: [
      { name: "root", num_children: columns.length },
      ...columns.flatMap(({ elements }) => elements),
    ],
  })
  return {
    add: (group: Columns): void => {
      const columnData = columns.map(({ name }) => ({ name, data: [...(group[name] ?? [])] }))
      void parquet.write({ columnData, rowGroupSize })
    },
    /** Ends the file, and returns its bytes. */
    end: (): Uint8Array => {
      void parquet.finish()
      return writer.getBytes().slice()
    },
  }
}

/** Returns the bytes of a file with these rows. */
export const parquetBytes = (
  columns: ReadonlyArray<ParquetColumn>,
  rows: Columns,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array => {
  const file = newParquet(columns, metadata)
  file.add(rows)
  return file.end()
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer

/** Returns the texts that a file has under names. Throws if the bytes are no Parquet file. */
export const metadataIn = (bytes: Uint8Array): ReadonlyMap<string, string> =>
  new Map(
    (parquetMetadata(bufferOf(bytes)).key_value_metadata ?? []).map(({ key, value }) =>
      [key, value ?? ""] as const
    ),
  )

/** Reads columns of a file. Fails if the bytes are no Parquet file. */
export const columnsIn = Effect.fnUntraced(function* (
  bytes: Uint8Array,
  names: ReadonlyArray<string>,
) {
  const found = Object.fromEntries(names.map((name) => [name, Array<unknown>()]))
  yield* Effect.tryPromise(() =>
    parquetRead({
      file: bufferOf(bytes),
      columns: [...names],
      compressors: decompressors,
      // Without loss, also of bytes that are not UTF-8.
      parsers: { stringFromBytes: (bytes) => bytes === undefined ? undefined : textOf(bytes) },
      onChunk: ({ columnData, columnName, rowStart }: ColumnData) => {
        const column = found[columnName]
        for (let i = 0; i < columnData.length; i++) {
          if (column !== undefined) column[rowStart + i] = columnData[i] ?? null
        }
      },
    })
  )
  return found
})
