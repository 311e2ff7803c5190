/** Parts of samples on the disk: finding, reading, adding and removing them, and making one of many. */
import { Effect, FileSystem, Option, Path, Schema } from "effect"
import type { Item } from "../../schemas/Item.ts"
import { hashOf } from "../../schemas/json/hash.ts"
import { exists, makeDirectory, replaceFile, syncDirectory } from "../files/atomic.ts"
import type { Failure, Services } from "../files/Format.ts"
import { find } from "../files/readBack.ts"
import { columnsIn, metadataIn, newParquet, parquetBytes } from "./parquetFile.ts"
import {
  addSamples,
  noRows,
  type SampleColumns,
  sampleColumns,
  sampleNames,
} from "./sampleColumns.ts"

/** Parts of a year after which they become one. */
export const mostParts = 8

/** Folder of activities whose start is unknown: the name that Hive has for no value. */
export const unknownYear = "__HIVE_DEFAULT_PARTITION__"

const metadataKey = "paceline.activities"

/** Hashes of the responses in a part, by activity. */
const Hashes = Schema.fromJsonString(Schema.Record(Schema.String, Schema.String))
const decodeHashes = Schema.decodeUnknownOption(Hashes)

export interface Part {
  readonly path: string
  readonly year: string
  readonly hashes: Readonly<Record<string, string>>
}

export const partName = /^part-[0-9a-f]{16}\.parquet$/
export const yearName = /^year=(\d{4}|__HIVE_DEFAULT_PARTITION__)$/

/** Returns the metadata that states these hashes. */
const statedIn = (hashes: Part["hashes"]) => ({ [metadataKey]: JSON.stringify(hashes) })

/** Returns the hashes that the bytes of a part state; undefined if they are no part. */
const hashesIn = (bytes: Uint8Array) =>
  Effect.try(() => decodeHashes(metadataIn(bytes).get(metadataKey))).pipe(
    Effect.map(Option.getOrUndefined),
    Effect.orElseSucceed(() => undefined),
  )

/** Returns the rows for which `isWanted` returns true. */
export const filteredRows = (
  rows: SampleColumns,
  isWanted: (id: string) => boolean,
): SampleColumns => {
  const kept = noRows()
  const ids = rows["activity_id"] ?? []
  for (let i = 0; i < ids.length; i++) {
    if (!isWanted(String(ids[i]))) continue
    for (const name of sampleNames) kept[name]?.push(rows[name]?.[i] ?? null)
  }
  return kept
}

/** Returns the paths of the parts below `folder`, with their years. */
export const partPaths = Effect.fnUntraced(function* (folder: string): Effect.fn.Return<
  ReadonlyArray<{ readonly file: string; readonly year: string }>,
  Failure,
  Services
> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  if (!(yield* exists(folder))) return []
  const years = (yield* fs.readDirectory(folder)).filter((name) => yearName.test(name)).toSorted()
  const found = yield* Effect.forEach(
    years,
    (year) =>
      Effect.map(
        fs.readDirectory(path.join(folder, year)),
        (names) =>
          names.filter((name) => partName.test(name)).toSorted().map((name) => ({
            file: path.join(folder, year, name),
            year: year.slice("year=".length),
          })),
      ),
  )
  return found.flat()
})

/** Returns the bytes of a part, and the hashes that it states; undefined if it cannot be read. */
export const readPart = Effect.fnUntraced(function* (file: string) {
  const found = yield* find(file)
  if (found === undefined || "fault" in found) return undefined
  const hashes = yield* hashesIn(found.bytes)
  return hashes === undefined ? undefined : { bytes: found.bytes, hashes }
})

/** Returns the parts below `folder`, and the files that cannot be read. */
export const partsIn = Effect.fnUntraced(function* (folder: string) {
  const readable: Array<Part> = []
  const damaged: Array<string> = []
  for (const { file, year } of yield* partPaths(folder)) {
    const part = yield* readPart(file)
    if (part === undefined) damaged.push(file)
    else readable.push({ path: file, year, hashes: part.hashes })
  }
  return { readable, damaged }
})

/** Returns the rows of a part; none if it cannot be read. */
export const readSamples = Effect.fnUntraced(function* (file: string) {
  const part = yield* readPart(file)
  if (part === undefined) return noRows()
  return yield* Effect.orElseSucceed(columnsIn(part.bytes, sampleNames), noRows)
})

/** Removes activities from a part; returns what is left of it. */
export const removeFrom = Effect.fnUntraced(function* (part: Part, ids: ReadonlySet<string>) {
  const kept = Object.entries(part.hashes).filter(([id]) => !ids.has(id))
  if (kept.length === Object.keys(part.hashes).length) return [part]
  if (kept.length === 0) {
    yield* (yield* FileSystem.FileSystem).remove(part.path, { force: true })
    yield* syncDirectory((yield* Path.Path).dirname(part.path))
    return []
  }
  const hashes = Object.fromEntries(kept)
  const rows = filteredRows(yield* readSamples(part.path), (id) => !ids.has(id))
  yield* replaceFile(part.path, parquetBytes(sampleColumns, rows, statedIn(hashes)))
  return [{ ...part, hashes }]
})

/** Writes a part in the folder of a year. */
const writePart = Effect.fnUntraced(function* (
  folder: string,
  year: string,
  hashes: Part["hashes"],
  content: Effect.Effect<Uint8Array, Failure, Services>,
) {
  const path = yield* Path.Path
  const name = `part-${hashOf(JSON.stringify(hashes)).slice(0, 16)}.parquet`
  const file = path.join(folder, `year=${year}`, name)
  yield* makeDirectory(path.dirname(file))
  yield* replaceFile(file, yield* content)
  yield* syncDirectory(path.dirname(file))
  return { path: file, year, hashes } satisfies Part
})

/** Adds a part with these items. */
export const addPart = Effect.fnUntraced(function* (
  folder: string,
  year: string,
  items: ReadonlyArray<Item>,
) {
  const rows = noRows()
  const ordered = items.toSorted((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1))
  for (const item of ordered) addSamples(rows, item)
  const hashes = Object.fromEntries(ordered.map(({ hash, id }) => [id, hash]))
  const bytes = Effect.sync(() => parquetBytes(sampleColumns, rows, statedIn(hashes)))
  return yield* writePart(folder, year, hashes, bytes)
})

/** Makes one part of several of a year. A reader between its rename and the deletions sees samples twice. */
export const compactParts = Effect.fnUntraced(function* (
  folder: string,
  year: string,
  parts: ReadonlyArray<Part>,
) {
  const fs = yield* FileSystem.FileSystem
  const hashes: Part["hashes"] = Object.assign({}, ...parts.map((part) => part.hashes))
  const content = Effect.gen(function* () {
    const file = newParquet(sampleColumns, statedIn(hashes))
    for (const part of parts) file.add(yield* readSamples(part.path))
    return file.end()
  })
  const whole = yield* writePart(folder, year, hashes, content)
  for (const { path } of parts) if (path !== whole.path) yield* fs.remove(path, { force: true })
  yield* syncDirectory((yield* Path.Path).dirname(whole.path))
})
