/** The table of a resource in one Parquet file, which each batch replaces as a whole. */
import { Effect, Stream } from "effect"
import { declarationOf } from "../../schemas/resources.ts"
import { bytesOfItem, isIdOf, type Item, type Resource } from "../../schemas/Item.ts"
import { bytesOf, textOf } from "../../schemas/json/utf8.ts"
import {
  exists,
  isDamagedName,
  renameDamaged,
  replaceFile,
  syncDirectory,
} from "../files/atomic.ts"
import { allProven, provenOf, versionOf } from "../files/fileVersion.ts"
import type { Failure, ResourceFiles, Services } from "../files/Format.ts"
import { find } from "../files/readBack.ts"
import type { SinkEntry } from "../Sink.ts"
import {
  type Columns,
  columnsIn,
  parquetBytes,
  type ParquetColumn,
  parquetColumn,
} from "./parquetFile.ts"
import { idColumnOf, rowValues, tableColumns } from "./tableColumns.ts"

/** A row: the item that it is made from. */
interface TableRow {
  readonly id: string
  readonly hash: string
  readonly fetchedAt: number
  readonly response: Uint8Array
}

const own = ["fetched_at", "sha256", "response"] as const

/** Longer ids come after shorter ones, so that numbers are in their order. */
const byId = (a: TableRow, b: TableRow) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1)

/** Returns the file with these rows. */
const bytesFor = (resource: Resource, rows: ReadonlyArray<TableRow>): Uint8Array => {
  const isNumber = declarationOf(resource).per !== "gear" && declarationOf(resource).per !== "other"
  const columns = tableColumns(resource)
  const values = rows.map(({ response }) =>
    rowValues({ resource, text: textOf(response) }, columns)
  )
  const data: Columns = {
    [idColumnOf(resource)]: rows.map(({ id }) => isNumber ? BigInt(id) : id),
    ...Object.fromEntries(columns.map(({ name }, i) => [name, values.map((row) => row[i])])),
    fetched_at: rows.map(({ fetchedAt }) => BigInt(Math.trunc(fetchedAt))),
    sha256: rows.map(({ hash }) => hash),
    response: rows.map(({ response }) => response),
  }
  const fileColumns: ReadonlyArray<ParquetColumn> = [
    isNumber ? parquetColumn.int64(idColumnOf(resource)) : parquetColumn.text(idColumnOf(resource)),
    ...columns.map(({ kind, name }) => parquetColumn[kind](name)),
    parquetColumn.time("fetched_at"),
    parquetColumn.text("sha256"),
    parquetColumn.text("response"),
  ]
  return parquetBytes(fileColumns, data)
}

const rowFor = (item: Item): TableRow => ({
  id: item.id,
  hash: item.hash,
  fetchedAt: item.fetchedAt,
  response: bytesOfItem(item).slice(),
})

/** Returns the rows of a file; undefined if it cannot be read. */
const rowsIn = Effect.fnUntraced(function* (resource: Resource, bytes: Uint8Array) {
  const found = yield* columnsIn(bytes, [idColumnOf(resource), ...own])
  return (found[idColumnOf(resource)] ?? []).map((id, i): TableRow => ({
    id: String(id),
    hash: String(found["sha256"]?.[i]),
    fetchedAt: Number(found["fetched_at"]?.[i]),
    response: bytesOf(String(found["response"]?.[i])),
  }))
}, Effect.orElseSucceed(() => undefined))

/** Returns the files of a resource in `directory`. */
export const tableFiles = (resource: Resource, file: string, folder: string): ResourceFiles => {
  const name = file.slice(folder.length + 1)
  const content = Effect.map(
    find(file),
    (found) => found === undefined || "fault" in found ? undefined : found.bytes,
  )
  const rows: Effect.Effect<ReadonlyArray<TableRow> | undefined, Failure, Services> = Effect
    .flatMap(
      content,
      (bytes) => bytes === undefined ? Effect.succeed([]) : rowsIn(resource, bytes),
    )
  const unreadable: SinkEntry = { id: undefined, fault: `${name} cannot be read as a table` }
  return {
    whole: true,
    owns: (path) => path === name || isDamagedName(path, name),
    write: Effect.fnUntraced(function* (items, gone) {
      const before = yield* rows
      if (before === undefined) yield* renameDamaged(file)
      const merged = new Map((before ?? []).map((row) => [row.id, row]))
      for (const item of items) merged.set(item.id, rowFor(item))
      for (const id of gone) merged.delete(id)
      if (merged.size === 0 && before?.length === 0) return
      yield* replaceFile(file, bytesFor(resource, [...merged.values()].sort(byId)))
      yield* syncDirectory(folder)
    }),
    count: Effect.map(rows, (found) => found?.length ?? 0),
    held: (proven) =>
      Stream.unwrap(Effect.gen(function* () {
        if (!(yield* exists(file))) return Stream.empty
        const version = yield* versionOf([file])
        if (proven !== undefined && allProven(proven, version)) return provenOf(proven, version)
        const found = yield* rows
        return found === undefined ? Stream.succeed(unreadable) : Stream.fromIterable(
          found.map(({ hash, id }): SinkEntry =>
            isIdOf(resource, id)
              ? { id, hash, version }
              : { id: undefined, fault: `${name} has a row with the id ${JSON.stringify(id)}` }
          ),
        )
      })),
    kept: () => Effect.succeed([]),
    differing: Effect.fnUntraced(function* (items) {
      const bytes = yield* content
      const found = bytes === undefined ? [] : yield* rowsIn(resource, bytes)
      const byKey = new Map((found ?? []).map((row) => [row.id, row]))
      // The file is made of the responses in it, so that it is correct if it is what they make now.
      const made = bytesFor(resource, found ?? [])
      const isMade = bytes !== undefined && made.length === bytes.length &&
        made.every((byte, i) => byte === bytes[i])
      return items.flatMap((item) => {
        const row = byKey.get(item.id)
        const detail = row === undefined
          ? "missing"
          : row.hash !== item.hash
          ? "another response"
          : isMade
          ? undefined
          : `${name} was changed`
        return detail === undefined ? [] : [{ item, detail }]
      })
    }),
    putAside: Effect.gen(function* () {
      const bytes = yield* content
      if (bytes === undefined || (yield* rowsIn(resource, bytes)) !== undefined) return []
      return [yield* renameDamaged(file)]
    }),
  }
}
