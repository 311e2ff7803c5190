/** Reads any sink that keeps responses, for reports and tables. A sink's own reader is faster. */
import { Array, Effect, Option, Result, type Scope, Stream } from "effect"
import type { AthleteId } from "../schemas/Athlete.ts"
import type { Resource } from "../schemas/Item.ts"
import { isolated } from "./isolate.ts"
import type { Sink, SinkContents, SinkError, SinkSource } from "./Sink.ts"
import { type ReadableSink, type SinkReader, SinkReadError } from "./SinkReader.ts"
import { parseTime } from "../schemas/time.ts"

const responsesAtOnce = 20

const readError = (cause: SinkError): SinkReadError =>
  new SinkReadError({ reason: cause.reason, detail: cause.detail, cause })

/** Returns the start of an activity in milliseconds since 1970; -Infinity if it is unknown. */
const startOf = (text: string): number => {
  const start = Result.getOrElse(
    Result.try(() => parseTime(JSON.parse(text).start_date)),
    () => NaN,
  )
  return Number.isNaN(start) ? -Infinity : start
}

const readerOf = (sink: Sink): SinkReader => {
  const idsOf = (resource: Resource) =>
    sink.held(resource).pipe(
      Stream.filter(({ fault }) => fault === undefined),
      Stream.map(({ id }) => id),
      Stream.filter((id) => id !== undefined),
      Stream.runCollect,
      Effect.mapError(readError),
    )
  const read = (resource: Resource, ids: ReadonlyArray<string>) =>
    Stream.fromIterable(Array.chunksOf(ids, responsesAtOnce)).pipe(
      Stream.mapEffect((some) =>
        Effect.map(Effect.mapError(sink.kept(resource, some), readError), (kept) => {
          const byId = new Map(kept.map((response) => [response.id, response]))
          return some.flatMap((id) => byId.get(id) ?? [])
        })
      ),
      Stream.flattenIterable,
    )
  const newestFirst = Effect.gen(function* () {
    const ids = yield* idsOf("activities")
    const starts = yield* Stream.runCollect(
      Stream.map(read("activities", ids), ({ id, text }) => ({ id, start: startOf(text) })),
    )
    return starts.toSorted((a, b) =>
      b.start - a.start || b.id.length - a.id.length ||
      (a.id < b.id ? 1 : -1)
    ).map(({ id }) => id)
  })
  return {
    counts: (athlete) =>
      Effect.mapError(
        sink.contents?.(athlete) ?? Effect.succeed<SinkContents>(new Map()),
        readError,
      ),
    activities: Stream.unwrap(Effect.map(newestFirst, (ids) => read("activities", ids))).pipe(
      Stream.map(({ text }) => text),
    ),
    exported: Stream.unwrap(Effect.map(idsOf("export"), (ids) => read("export", ids))).pipe(
      Stream.map(({ text }) => text),
    ),
    gear: Stream.unwrap(Effect.map(idsOf("gear"), (ids) => read("gear", ids.toSorted()))).pipe(
      Stream.map(({ text }) => text),
    ),
    profile: (resource) =>
      Effect.flatMap(idsOf(resource), (ids) => Stream.runHead(read(resource, ids))).pipe(
        Effect.map(Option.map(({ text }) => text)),
      ),
    ids: (resource) => Effect.map(idsOf(resource), (ids) => new Set(ids)),
    missing: () => Effect.succeed(new Map()),
    read,
  }
}

/** Returns `source` for reports and tables, by its own reader if it has one. */
export const readable = (source: SinkSource): ReadableSink =>
  source.reader ?? {
    contents: source.location,
    open: Effect.fnUntraced(function* (
      athlete: AthleteId | undefined,
    ): Effect.fn.Return<SinkReader, SinkReadError, Scope.Scope> {
      return readerOf(yield* Effect.mapError(isolated(source, { athlete }).look, readError))
    }),
  }
