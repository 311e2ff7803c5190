/**
 * JSON as Strava sent it, byte for byte: `athlete.json`, `activities.ndjson` (a line each, newest
 * first), `streams/<id>.json`.
 */
import { Effect, Option, Schema, Stream } from "effect"
import { ActivityId, startOf } from "../schemas/Activity.ts"
import { onOneLine } from "../schemas/Json.ts"
import { maybe, open } from "../schemas/open.ts"
import type { Accepted } from "./accept.ts"
import { concat, readFile, replaceFile } from "./files.ts"
import * as FileSink from "./FileSink.ts"
import { merge, type Placed, type Unplaced } from "./order.ts"

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const newline = 0x0a
const lineEnd = Uint8Array.of(newline)

/** The lines of a file as bytes, without their ends. Empty lines are left out. */
const linesOf = <E, R>(chunks: Stream.Stream<Uint8Array, E, R>): Stream.Stream<Uint8Array, E, R> =>
  Stream.mapAccum(chunks, (): ReadonlyArray<Uint8Array> => [], (begun, chunk) => {
    const lines: Array<Uint8Array> = []
    let start = 0
    for (let end; (end = chunk.indexOf(newline, start)) !== -1; start = end + 1) {
      lines.push(concat([...begun, chunk.subarray(start, end)]))
      begun = []
    }
    return [[...begun, chunk.subarray(start)], lines]
  }, { onHalt: (begun) => [concat(begun)] }).pipe(Stream.filter((line) => line.length > 0))

/** Only what places a line: the rest of it may be of any year's shape. */
const Head = Schema.fromJsonString(open({ id: ActivityId, start_date: maybe(Schema.String) }))
const decodeHead = Schema.decodeUnknownOption(Head)

const placeLine = (row: Uint8Array): Placed<Uint8Array> | Unplaced<Uint8Array> =>
  Option.match(decodeHead(decoder.decode(row)), {
    onNone: () => ({ id: undefined, row }),
    onSome: (head) => ({ id: String(head.id), start: startOf(head), row }),
  })

/**
 * The file is read and written line by line. A line that cannot be read (torn by hand or by another
 * program) is kept where it is, since nobody knows what it holds, and told in the log.
 */
const mergeActivities: FileSink.Format["mergeActivities"] = Effect.fn("JsonSink.mergeActivities")(
  function* (file, activities) {
    const unread: Array<number> = []
    const table = linesOf(readFile(file)).pipe(
      Stream.map((line, index) => {
        const placed = placeLine(line)
        if (placed.id === undefined) unread.push(index + 1)
        return placed
      }),
    )
    const batch = activities.map(({ item, value }): Placed<Uint8Array> => ({
      id: item.id,
      start: startOf(value),
      row: encoder.encode(onOneLine(item.text)),
    }))
    yield* replaceFile(
      file,
      merge(table, batch).pipe(
        Stream.mapArray((rows) => [concat(rows.flatMap((row) => [row, lineEnd]))] as const),
      ),
    )
    if (unread.length > 0) {
      yield* Effect.logWarning(
        `Kept ${unread.length} lines of ${file} that are no activity, the first is line ${
          unread[0]
        }`,
      )
    }
  },
)

const asSent = ({ item }: Accepted<unknown>) => Effect.sync(() => encoder.encode(item.text))

/** The sink that lands in `directory`. */
export const make = (directory: string) =>
  FileSink.make(directory, {
    name: "json",
    athlete: "athlete.json",
    activities: "activities.ndjson",
    extension: ".json",
    athleteContent: asSent,
    streamsContent: asSent,
    mergeActivities,
  })
