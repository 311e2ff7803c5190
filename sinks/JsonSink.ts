/**
 * JSON as Strava sent it, byte for byte: `athlete.json`, `activities.ndjson` (a line each, newest
 * first), `streams/<id>.json`.
 */
import { Effect, Option, Schema, Stream } from "effect"
import { startOf } from "../schemas/Activity.ts"
import { DetailedAthlete } from "../schemas/Athlete.ts"
import type { Accepted } from "./accept.ts"
import { concat, readFile, replaceFile } from "./files.ts"
import * as FileSink from "./FileSink.ts"
import type { Format } from "./Format.ts"
import { textOf } from "./look.ts"
import { lineOf, linesOf, look, placeLine } from "./ndjson.ts"
import { merge, type Placed } from "./order.ts"

const encoder = new TextEncoder()
const lineEnd = Uint8Array.of(0x0a)

/**
 * The file is read and written line by line. A line that cannot be read (torn by hand or by another
 * program) is kept where it is, since nobody knows what it holds, and told in the log.
 */
const mergeActivities: Format["mergeActivities"] = Effect.fn("JsonSink.mergeActivities")(
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
      row: lineOf(item.text),
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

const decodeAthlete = Schema.decodeUnknownOption(Schema.fromJsonString(DetailedAthlete))

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
    keepsAnswers: true,
    athleteIdOf: (content) =>
      Effect.succeed(
        Option.getOrUndefined(Option.map(decodeAthlete(textOf(content)), ({ id }) => String(id))),
      ),
    look,
  })
