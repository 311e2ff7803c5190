/**
 * Samples in `streams/year=YYYY/part-….parquet`. A batch adds a part to each of its years; a part is never
 * changed except to remove activities. Many parts of a year become one.
 */
import { Effect, Path, Stream } from "effect"
import { isDecimalId, type Item } from "../../schemas/Item.ts"
import { isDamagedName, renameDamaged } from "../files/atomic.ts"
import { versionOf } from "../files/fileVersion.ts"
import type { Failure, ResourceFiles, Services } from "../files/Format.ts"
import type { ItemDifference, Proven, SinkEntry } from "../Sink.ts"
import {
  addPart,
  compactParts,
  filteredRows,
  mostParts,
  type Part,
  partName,
  partPaths,
  partsIn,
  readPart,
  readSamples,
  removeFrom,
  unknownYear,
  yearName,
} from "./parts.ts"
import { addSamples, noRows, type SampleColumns, sampleNames } from "./sampleColumns.ts"

const isPart = (name: string): boolean => {
  const [first, year = "", part = "", ...rest] = name.split("/")
  const [plain = ""] = part.split(".damaged-")
  return first === "streams" && yearName.test(year) && rest.length === 0 && partName.test(plain) &&
    (part === plain || isDamagedName(part, plain))
}

const sameRows = (a: SampleColumns, b: SampleColumns): boolean =>
  sampleNames.every((name) => {
    const [these, those] = [a[name] ?? [], b[name] ?? []]
    return these.length === those.length && these.every((value, i) => Object.is(value, those[i]))
  })

/** Returns the activities of a part; a part of the version that was proven is not read again. */
const entriesOf = Effect.fnUntraced(function* (
  file: string,
  name: string,
  proven: Proven | undefined,
) {
  const version = yield* versionOf([file])
  const part = yield* readPart(file)
  if (part === undefined) return [{ id: undefined, fault: `${name} cannot be read as samples` }]
  return Object.entries(part.hashes).map(([id, hash]): SinkEntry => ({
    id: isDecimalId(id) ? id : undefined,
    hash,
    version,
    proven: version !== undefined && proven?.has(id, version) === true,
  }))
})

/** Returns how the items that a part has differ from it, by id; undefined if an item does not. */
const differencesIn = Effect.fnUntraced(function* (
  { hashes, path }: Part,
  items: ReadonlyMap<string, Item>,
) {
  const found = new Map<string, string | undefined>()
  const mine = Object.keys(hashes).flatMap((id) => items.get(id) ?? [])
  if (mine.length === 0) return found
  const rows = yield* readSamples(path)
  for (const item of mine) {
    const expected = noRows()
    addSamples(expected, item)
    const isEqual = sameRows(expected, filteredRows(rows, (id) => id === item.id))
    const detail = hashes[item.id] !== item.hash ? "another response" : "its samples were changed"
    found.set(item.id, isEqual && hashes[item.id] === item.hash ? undefined : detail)
  }
  return found
})

/** Returns the files of the streams in `directory`; `yearsOf` returns the years of activities by id. */
export const streamParts = Effect.fnUntraced(function* (
  directory: string,
  yearsOf: Effect.Effect<ReadonlyMap<string, string>, Failure, Services>,
) {
  const path = yield* Path.Path
  const folder = path.join(directory, "streams")
  const files: ResourceFiles = {
    // After the activities, which have the years.
    whole: true,
    owns: isPart,
    folder: { path: folder, made: "when needed" },
    write: Effect.fnUntraced(function* (items, gone) {
      const ids = new Set([...items.map(({ id }) => id), ...gone])
      // Removed before they are added: a kill in between loses samples that are delivered again, and no
      // reader finds them twice.
      const { readable } = yield* partsIn(folder)
      const parts = (yield* Effect.forEach(readable, (part) => removeFrom(part, ids))).flat()
      if (items.length === 0) return
      const years = yield* yearsOf
      const byYear = Map.groupBy(items, ({ id }) => years.get(id) ?? unknownYear)
      for (const [year, some] of byYear) parts.push(yield* addPart(folder, year, some))
      for (const [year, some] of Map.groupBy(parts, ({ year }) => year)) {
        if (some.length > mostParts) yield* compactParts(folder, year, some)
      }
    }),
    count: Effect.map(
      partsIn(folder),
      ({ readable }) => readable.reduce((sum, { hashes }) => sum + Object.keys(hashes).length, 0),
    ),
    held: (proven) =>
      Stream.unwrap(Effect.map(partPaths(folder), (all) =>
        Stream.fromIterable(all).pipe(
          Stream.mapEffect(({ file }) => entriesOf(file, path.relative(directory, file), proven)),
          Stream.flattenIterable,
        ))),
    kept: () => Effect.succeed([]),
    differing: Effect.fnUntraced(function* (items) {
      const wanted = new Map(items.map((item) => [item.id, item]))
      const { readable } = yield* partsIn(folder)
      const found = new Map(
        (yield* Effect.forEach(readable, (part) => differencesIn(part, wanted)))
          .flatMap((part) => [...part]),
      )
      return items.flatMap((item): ReadonlyArray<ItemDifference> => {
        const detail = found.has(item.id) ? found.get(item.id) : "missing"
        return detail === undefined ? [] : [{ item, detail }]
      })
    }),
    putAside: Effect.flatMap(
      partsIn(folder),
      ({ damaged }) => Effect.forEach(damaged, (file) => renameDamaged(file)),
    ),
  }
  return files
})
