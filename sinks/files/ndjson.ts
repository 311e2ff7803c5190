/** Items as lines of JSON in one file: activities newest first, others from the greatest id. */
import { Effect, FileSystem, Option, Path, Schema, Stream } from "effect"
import { SentId, startOf } from "../../schemas/Activity.ts"
import { hashOf } from "../../schemas/json/hash.ts"
import { isDecimalId, type Item } from "../../schemas/Item.ts"
import { idIn, onOneLine } from "../../schemas/json/Json.ts"
import { maybe } from "../../schemas/open.ts"
import { bytesOf, textOf } from "../../schemas/json/utf8.ts"
import {
  concat,
  exists,
  fileName,
  isDamagedName,
  readFile,
  renameDamaged,
  replaceFile,
  syncDirectory,
} from "./atomic.ts"
import { allProven, provenOf, versionOf } from "./fileVersion.ts"
import type { Failure, ResourceFiles, Services } from "./Format.ts"
import { KeptResponse } from "./KeptResponse.ts"
import { differenceOf, writtenAtOf } from "./readBack.ts"
import { merge, type PositionedRow, type UnpositionedRow } from "./merge.ts"
import type { SinkEntry, StoredResponse } from "../Sink.ts"
import { mapInTurns } from "./cooperative.ts"

const newline = 0x0a
const lineEnd = Uint8Array.of(newline)

const countByte = (bytes: Uint8Array, byte: number): number => {
  let count = 0
  for (let at = bytes.indexOf(byte); at !== -1; at = bytes.indexOf(byte, at + 1)) count++
  return count
}

/** Returns the lines of a file as bytes, without their ends. Empty lines are left out. */
export const linesOf = <E, R>(
  chunks: Stream.Stream<Uint8Array, E, R>,
): Stream.Stream<Uint8Array, E, R> =>
  Stream.mapAccum(chunks, (): ReadonlyArray<Uint8Array> => [], (begun, chunk) => {
    const lines: Array<Uint8Array> = []
    let start = 0
    for (let end; (end = chunk.indexOf(newline, start)) !== -1; start = end + 1) {
      const rest = chunk.subarray(start, end)
      lines.push(begun.length === 0 ? rest : concat([...begun, rest]))
      begun = []
    }
    return [[...begun, chunk.subarray(start)], lines]
  }, { onHalt: (begun) => [concat(begun)] }).pipe(Stream.filter((line) => line.length > 0))

/** Lines of a file. */
interface LineFormat {
  /** Member of each line with the id of its item. */
  readonly key: "id" | "activity_id"
  /** Words for the user: "an activity", and "activities". */
  readonly one: string
  readonly several: string
}

type PlacedLine = PositionedRow<Uint8Array> | UnpositionedRow<Uint8Array>

/** Returns a function that places a line by the fields that decide its position; the others can have any type. */
const placing = ({ key }: LineFormat) => {
  const decode = Schema.decodeUnknownOption(Schema.fromJsonString(
    Schema.Struct({ [key]: SentId, start_date: maybe(Schema.String) }),
  ))
  return (row: Uint8Array): PlacedLine => {
    const text = textOf(row)
    const head = Option.getOrUndefined(decode(text))
    const id = idIn(text, head, key)
    return head !== undefined && id !== undefined && isDecimalId(id)
      ? { id, start: startOf(head), row }
      : { id: undefined, row }
  }
}

const lineOf = (item: Item): Uint8Array => bytesOf(onOneLine(item.text))

/**
 * Reads and writes the file line by line. A line that cannot be read, because a user or another program
 * changed it, stays in its place and is reported in the log.
 */
const mergeInto = Effect.fnUntraced(function* (
  { file, placed, several }: LineFormat & {
    readonly file: string
    readonly placed: Stream.Stream<PlacedLine, Failure, Services>
  },
  batch: ReadonlyArray<PositionedRow<Uint8Array>>,
  gone: ReadonlySet<string>,
) {
  const unread: Array<number> = []
  const table = Stream.map(placed, (line, index) => {
    if (line.id === undefined) unread.push(index + 1)
    return line
  })
  yield* replaceFile(
    file,
    merge(table, batch, gone).pipe(
      Stream.mapArray((rows) => [concat(rows.flatMap((row) => [row, lineEnd]))] as const),
    ),
  )
  if (unread.length > 0) {
    yield* Effect.logWarning(
      `${unread.length} lines of ${file} are not ${several} and were kept. The first is line ${
        unread[0]
      }`,
    )
  }
})

export const ndjson = (file: string, format: LineFormat): ResourceFiles => {
  const placed = Stream.map(linesOf(readFile(file)), placing(format))
  const read = Stream.map(
    Stream.zipWithIndex(placed),
    ([line, index]): SinkEntry =>
      line.id === undefined
        ? { id: undefined, fault: `line ${index + 1} cannot be read as ${format.one}` }
        : { id: line.id, hash: hashOf(line.row), exact: true },
  )
  const name = fileName(file)
  return {
    whole: true,
    owns: (path) => path === name || isDamagedName(path, name),
    write: Effect.fnUntraced(function* (items, gone) {
      const batch = yield* mapInTurns(items, 100, (item): PositionedRow<Uint8Array> => ({
        id: item.id,
        start: startOf(item.value ?? JSON.parse(item.text)),
        row: lineOf(item),
      }))
      if (batch.length > 0 || (gone.size > 0 && (yield* exists(file)))) {
        yield* mergeInto({ ...format, file, placed }, batch, gone)
      }
      yield* syncDirectory((yield* Path.Path).dirname(file))
    }),

    count: Stream.runFold(
      readFile(file),
      () => 0,
      (count, chunk) => count + countByte(chunk, newline),
    ),

    held: (proven) =>
      Stream.unwrap(
        Effect.map(versionOf([file]), (version) =>
          allProven(proven, version)
            ? provenOf(proven, version)
            : Stream.map(read, (held): SinkEntry => ({ ...held, version }))),
      ),

    kept: Effect.fnUntraced(function* (wanted) {
      const info = yield* Effect.option(FileSystem.FileSystem.use((fs) => fs.stat(file)))
      const fetchedAt = Option.match(info, { onNone: () => 0, onSome: writtenAtOf })
      const ids = new Set(wanted)
      const kept = new Map<string, StoredResponse>()
      yield* Stream.runForEach(placed, ({ id, row }) =>
        Effect.sync(() => {
          if (id === undefined || !ids.has(id)) return
          kept.set(id, new KeptResponse({ id, bytes: row, fetchedAt }))
        }))
      return [...kept.values()]
    }),

    differing: Effect.fnUntraced(function* (items) {
      const expected = new Map(items.map((item) => [item.id, item]))
      const found = new Map<string, string | undefined>()
      yield* Stream.runForEach(placed, ({ id, row }) =>
        Effect.sync(() => {
          const item = id === undefined ? undefined : expected.get(id)
          if (id === undefined || item === undefined) return
          found.set(id, found.has(id) ? "occurs twice" : differenceOf(row, lineOf(item)))
        }))
      return Array.from(expected.values(), (item) => ({
        item,
        detail: found.has(item.id) ? found.get(item.id) : "missing",
      })).flatMap(({ detail, item }) => detail === undefined ? [] : [{ item, detail }])
    }),

    putAside: Stream.runHead(Stream.filter(read, ({ id }) => id === undefined)).pipe(
      Effect.flatMap((damage) =>
        Option.isSome(damage)
          ? Effect.map(renameDamaged(file), (name) => [name])
          : Effect.succeed([])
      ),
    ),
  }
}
