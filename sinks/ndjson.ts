/** The file of activities as lines of JSON: how it is read, and what it holds. */
import { Effect, Option, Schema, Stream } from "effect"
import { ActivityId, startOf } from "../schemas/Activity.ts"
import { onOneLine } from "../schemas/Json.ts"
import { maybe, open } from "../schemas/open.ts"
import { concat, readFile } from "./files.ts"
import type { TableLook } from "./Format.ts"
import { differenceOf, sha256, textOf } from "./look.ts"
import type { Placed, Unplaced } from "./order.ts"
import type { Held, Kept } from "./Sink.ts"

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const newline = 0x0a

/** The lines of a file as bytes, without their ends. Empty lines are left out. */
export const linesOf = <E, R>(
  chunks: Stream.Stream<Uint8Array, E, R>,
): Stream.Stream<Uint8Array, E, R> =>
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

export const placeLine = (row: Uint8Array): Placed<Uint8Array> | Unplaced<Uint8Array> =>
  Option.match(decodeHead(decoder.decode(row)), {
    onNone: () => ({ id: undefined, row }),
    onSome: (head) => ({ id: String(head.id), start: startOf(head), row }),
  })

/** What the line of an answer is. */
export const lineOf = (text: string): Uint8Array => encoder.encode(onOneLine(text))

const placed = (file: string) => Stream.map(linesOf(readFile(file)), placeLine)

export const look: TableLook = {
  held: (file) =>
    Stream.map(
      Stream.zipWithIndex(placed(file)),
      ([line, index]): Held =>
        line.id === undefined
          ? { id: undefined, fault: `line ${index + 1} cannot be read as an activity` }
          : { id: line.id, hash: sha256(line.row) },
    ),

  kept: Effect.fnUntraced(function* (file, ids, fetchedAt) {
    const kept = new Map<string, Kept>()
    yield* Stream.runForEach(placed(file), ({ id, row }) =>
      Effect.sync(() => {
        if (id === undefined || !ids.has(id)) return
        const text = textOf(row)
        const hash = sha256(row)
        if (text !== undefined) kept.set(id, { id, text, hash, fetchedAt })
      }))
    return [...kept.values()]
  }),

  differing: Effect.fnUntraced(function* (file, activities) {
    const expected = new Map(activities.map(({ item }) => [item.id, item.text]))
    const found = new Map<string, string | undefined>()
    yield* Stream.runForEach(placed(file), ({ id, row }) =>
      Effect.sync(() => {
        const text = id === undefined ? undefined : expected.get(id)
        if (id === undefined || text === undefined) return
        found.set(id, found.has(id) ? "is there twice" : differenceOf(row, lineOf(text)))
      }))
    return new Map(
      [...expected.keys()].map((id) => [id, found.has(id) ? found.get(id) : "missing"]),
    )
  }),

  damage: (file) =>
    Stream.runHead(Stream.filter(look.held(file), ({ id }) => id === undefined)).pipe(
      Effect.map((first) => Option.getOrUndefined(first)?.fault),
    ),
}
