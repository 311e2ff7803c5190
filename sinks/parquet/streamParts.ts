/**
 * Samples in `streams/year=YYYY/part-….parquet`. A batch adds a part to each of its years; a part is never
 * changed except to remove activities. Many parts of a year become one.
 */
import { Effect, FileSystem, Option, Path, Stream } from "effect"
import { Schema } from "effect"
import { isDecimalId, type Item } from "../../schemas/Item.ts"
import { hashOf } from "../../schemas/json/hash.ts"
import {
  exists,
  isDamagedName,
  makeDirectory,
  renameDamaged,
  replaceFile,
  syncDirectory,
} from "../files/atomic.ts"
import { versionOf } from "../files/fileVersion.ts"
import type { Failure, ResourceFiles, Services } from "../files/Format.ts"
import { find } from "../files/readBack.ts"
import type { ItemDifference, SinkEntry } from "../Sink.ts"
import { columnsIn, metadataIn, parquetBytes } from "./parquetFile.ts"
import { addSamples, noRows, sampleColumns, sampleNames, type SampleRows } from "./sampleColumns.ts"

/** Parts of a year after which they become one. */
const mostParts = 8

/** Folder of activities whose start is unknown: the name that Hive has for no value. */
const unknownYear = "__HIVE_DEFAULT_PARTITION__"

const metadataKey = "paceline.activities"

/** Hashes of the responses in a part, by activity. */
const Hashes = Schema.fromJsonString(Schema.Record(Schema.String, Schema.String))
const decodeHashes = Schema.decodeUnknownOption(Hashes)

interface Part {
  readonly path: string
  readonly year: string
  readonly hashes: Readonly<Record<string, string>>
}

const partName = /^part-[0-9a-f]{16}\.parquet$/
const yearName = /^year=(\d{4}|__HIVE_DEFAULT_PARTITION__)$/

/** Returns the hashes that the bytes of a part state; undefined if they are no part. */
const hashesIn = (bytes: Uint8Array) =>
  Effect.try(() => decodeHashes(metadataIn(bytes).get(metadataKey))).pipe(
    Effect.map(Option.getOrUndefined),
    Effect.orElseSucceed(() => undefined),
  )

/** Returns the bytes of a part with these groups of rows. */
const partBytes = (hashes: Part["hashes"], groups: Iterable<SampleRows>): Uint8Array =>
  parquetBytes(sampleColumns, groups, { [metadataKey]: JSON.stringify(hashes) })

/** Returns the rows for which `isWanted` returns true. */
const filtered = (rows: SampleRows, isWanted: (id: string) => boolean): SampleRows => {
  const kept = noRows()
  const ids = rows["activity_id"] ?? []
  for (let i = 0; i < ids.length; i++) {
    if (!isWanted(String(ids[i]))) continue
    for (const name of sampleNames) kept[name]?.push(rows[name]?.[i] ?? null)
  }
  return kept
}

const rowsOf = (bytes: Uint8Array) => Effect.orDie(columnsIn(bytes, sampleNames))

/** Returns the files of the streams in `directory`; `yearsOf` returns the years of activities by id. */
export const streamParts = Effect.fnUntraced(function* (
  directory: string,
  yearsOf: Effect.Effect<ReadonlyMap<string, string>, Failure, Services>,
) {
  const path = yield* Path.Path
  const folder = path.join(directory, "streams")

  const paths = Effect.fnUntraced(function* (): Effect.fn.Return<
    ReadonlyArray<{ readonly file: string; readonly year: string }>,
    Failure,
    Services
  > {
    const fs = yield* FileSystem.FileSystem
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

  const read = Effect.fnUntraced(function* (file: string) {
    const found = yield* find(file)
    return found === undefined || "fault" in found ? undefined : found.bytes
  })

  /** Returns the parts, and the files that cannot be read. */
  const parts = Effect.fnUntraced(function* () {
    const readable: Array<Part> = []
    const damaged: Array<string> = []
    for (const { file, year } of yield* paths()) {
      const bytes = yield* read(file)
      const hashes = bytes === undefined ? undefined : yield* hashesIn(bytes)
      if (hashes === undefined) damaged.push(file)
      else readable.push({ path: file, year, hashes })
    }
    return { readable, damaged }
  })

  /** Removes activities from the parts that have them. */
  const remove = Effect.fnUntraced(function* (
    readable: ReadonlyArray<Part>,
    ids: ReadonlySet<string>,
  ) {
    const fs = yield* FileSystem.FileSystem
    const left: Array<Part> = []
    for (const part of readable) {
      const kept = Object.entries(part.hashes).filter(([id]) => !ids.has(id))
      if (kept.length === Object.keys(part.hashes).length) {
        left.push(part)
        continue
      }
      if (kept.length === 0) {
        yield* fs.remove(part.path, { force: true })
        yield* syncDirectory(path.dirname(part.path))
        continue
      }
      const hashes = Object.fromEntries(kept)
      const bytes = yield* read(part.path)
      if (bytes === undefined) continue
      const rows = filtered(yield* rowsOf(bytes), (id) => !ids.has(id))
      yield* replaceFile(part.path, partBytes(hashes, [rows]))
      left.push({ ...part, hashes })
    }
    return left
  })

  const add = Effect.fnUntraced(function* (year: string, items: ReadonlyArray<Item>) {
    const rows = noRows()
    const ordered = items.toSorted((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1))
    for (const item of ordered) addSamples(rows, item)
    const hashes = Object.fromEntries(ordered.map(({ hash, id }) => [id, hash]))
    const name = `part-${hashOf(JSON.stringify(hashes)).slice(0, 16)}.parquet`
    const file = path.join(folder, `year=${year}`, name)
    yield* makeDirectory(path.dirname(file))
    yield* replaceFile(file, partBytes(hashes, [rows]))
    yield* syncDirectory(path.dirname(file))
    return { path: file, year, hashes } satisfies Part
  })

  /** Makes one part of many. A reader that comes between its rename and the deletions sees samples twice. */
  const compact = Effect.fnUntraced(function* (some: ReadonlyArray<Part>) {
    const fs = yield* FileSystem.FileSystem
    const hashes = Object.assign({}, ...some.map((part) => part.hashes))
    const contents = yield* Effect.forEach(some, (part) => read(part.path))
    const groups = yield* Effect.forEach(
      contents.filter((bytes) => bytes !== undefined),
      (bytes) => rowsOf(bytes),
    )
    const name = `part-${hashOf(JSON.stringify(hashes)).slice(0, 16)}.parquet`
    const file = path.join(path.dirname(some[0]?.path ?? folder), name)
    yield* replaceFile(file, partBytes(hashes, groups))
    for (const part of some) if (part.path !== file) yield* fs.remove(part.path, { force: true })
    yield* syncDirectory(path.dirname(file))
  })

  const files: ResourceFiles = {
    // After the activities, which tell the years.
    whole: true,
    owns: (name) => {
      const [first, year = "", part = "", ...rest] = name.split("/")
      const [plain = ""] = part.split(".damaged-")
      return first === "streams" && yearName.test(year) && rest.length === 0 &&
        partName.test(plain) && (part === plain || isDamagedName(part, plain))
    },
    folder: { path: folder, made: "when needed" },
    write: Effect.fnUntraced(function* (items, gone) {
      const { readable } = yield* parts()
      // Removed before they are added: a kill in between loses samples that are delivered again, and no
      // reader finds them twice.
      const left = yield* remove(readable, new Set([...items.map(({ id }) => id), ...gone]))
      if (items.length === 0) return
      const years = yield* yearsOf
      const byYear = Map.groupBy(items, ({ id }) => years.get(id) ?? unknownYear)
      for (const [year, some] of byYear) left.push(yield* add(year, some))
      for (const [, some] of Map.groupBy(left, ({ year }) => year)) {
        if (some.length > mostParts) yield* compact(some)
      }
    }),
    count: Effect.map(
      parts(),
      ({ readable }) => readable.reduce((sum, { hashes }) => sum + Object.keys(hashes).length, 0),
    ),
    held: (proven) =>
      Stream.unwrap(Effect.map(paths(), (all) =>
        Stream.fromIterable(all).pipe(
          Stream.mapEffect(Effect.fnUntraced(function* ({ file }) {
            const version = yield* versionOf([file])
            const bytes = yield* read(file)
            const hashes = bytes === undefined ? undefined : yield* hashesIn(bytes)
            if (hashes === undefined) {
              const fault = `${path.relative(directory, file)} cannot be read as samples`
              return [{ id: undefined, fault }]
            }
            return Object.entries(hashes).map(([id, hash]): SinkEntry => ({
              id: isDecimalId(id) ? id : undefined,
              hash,
              version,
              proven: version !== undefined && proven?.has(id, version) === true,
            }))
          })),
          Stream.flattenIterable,
        ))),
    kept: () => Effect.succeed([]),
    differing: Effect.fnUntraced(function* (items) {
      const { readable } = yield* parts()
      const wanted = new Map(items.map((item) => [item.id, item]))
      const found = new Map<string, string | undefined>()
      for (const part of readable) {
        const ids = Object.keys(part.hashes).filter((id) => wanted.has(id))
        if (ids.length === 0) continue
        const bytes = yield* read(part.path)
        const rows = bytes === undefined
          ? noRows()
          : yield* Effect.orElseSucceed(columnsIn(bytes, sampleNames), noRows)
        for (const id of ids) {
          const item = wanted.get(id)
          if (item === undefined) continue
          const expected = noRows()
          addSamples(expected, item)
          const isEqual = sameRows(expected, filtered(rows, (one) => one === id))
          found.set(
            id,
            part.hashes[id] !== item.hash
              ? "another response"
              : isEqual
              ? undefined
              : "its samples were changed",
          )
        }
      }
      return items.flatMap((item): ReadonlyArray<ItemDifference> => {
        const detail = found.has(item.id) ? found.get(item.id) : "missing"
        return detail === undefined ? [] : [{ item, detail }]
      })
    }),
    putAside: Effect.flatMap(
      parts(),
      ({ damaged }) => Effect.forEach(damaged, (file) => renameDamaged(file)),
    ),
  }
  return files
})

const sameRows = (a: SampleRows, b: SampleRows): boolean =>
  sampleNames.every((name) => {
    const [these, those] = [a[name] ?? [], b[name] ?? []]
    return these.length === those.length && these.every((value, i) => Object.is(value, those[i]))
  })
