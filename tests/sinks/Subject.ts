/** Interfaces of a sink under test: how its stored data is read, and what each test receives. */
import type * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, FileSystem, Path, type Scope } from "effect"
import { AthleteId } from "../../schemas/Athlete.ts"
import type { Item, Resource } from "../../schemas/Item.ts"
import type { Refusal, Sink, SinkError, SinkSource } from "../../sinks/Sink.ts"
import type { Fields, TableName } from "./rows.ts"

export type { Fields, TableName } from "./rows.ts"

type Files = NodeServices.NodeServices

/** Samples of each stream type: numbers, booleans, nulls, `[lat, lng]`. */
export type StreamSamples = ReadonlyMap<string, ReadonlyArray<unknown>>

/** Stored items that are not deleted, read without the code of the sink. */
export interface Landed<R = never> {
  readonly athlete: Effect.Effect<Fields | undefined, unknown, R | Files>
  /** Activities in the order in which a reader sees them, which must be newest first. */
  readonly activities: Effect.Effect<ReadonlyArray<Fields>, unknown, R | Files>
  /** Returns the streams of one activity; undefined if none are stored. */
  streams(id: string): Effect.Effect<StreamSamples | undefined, unknown, R | Files>
  /**
   * Returns the rows of one of the other tables, in any order. Their fields are those that
   * `responseRows` in `rows.ts` returns for the response: `entryRow(raw, keys)` for PostgreSQL's
   * child tables, `responseRows(raw)` for its other tables.
   */
  table(name: TableName): Effect.Effect<ReadonlyArray<Fields>, unknown, R | Files>
  /**
   * All stored data as one string, including everything that a needless rewrite changes, such as
   * the time of a file.
   */
  readonly snapshot: Effect.Effect<string, unknown, R | Files>
}

/**
 * Changes that another program might make to stored items of any resource. Details are changed in
 * the row of their activity.
 */
export interface Damage<R = never> {
  /** Removes the item. */
  lose(resource: Resource, id: string): Effect.Effect<unknown, unknown, R | Files>
  /** Changes a value of the item so that the item stays readable. */
  edit(resource: Resource, id: string): Effect.Effect<unknown, unknown, R | Files>
}

/** Sink under test. `R` are the services besides files that it needs from the test runner. */
export interface SinkSubject<R = never> {
  readonly name: string
  /** Returns the sink that writes to `directory`, which does not exist yet. */
  source(directory: string): Effect.Effect<SinkSource, unknown, R | Files>
  landed(directory: string): Landed<R>
  /** True if it stores responses byte for byte, with or without values derived from them. */
  readonly keepsAnswers: boolean
  /** Returns the changes that another program might make to the stored data. */
  damage(directory: string): Damage<R>
  /**
   * Returns the text that this sink stores for a string: the same, except for characters that it
   * cannot store.
   */
  text(sent: string): string
}

/** `test`, `live` or `liveWith(…)` of `tests/testing.ts`. */
export type SinkTest<R = never> = <E>(
  name: string,
  body: () => Effect.Effect<unknown, E, R | Files | Scope.Scope>,
) => void

/** Items of one resource, as a sink receives them, and the ids of deleted ones. */
export type Batched = readonly [
  resource: Resource,
  items: ReadonlyArray<Item>,
  gone?: ReadonlyArray<string>,
]

const deletedAt = Date.UTC(2026, 1, 1)
const athlete = AthleteId.make(7)

/** Sink in its own folder. */
export interface SinkFolder<R = never> extends Landed<R>, Damage<R> {
  /** Parent folder, which must contain nothing but the sink's folder. */
  readonly outside: string
  /** Opens the sink, writes each batch, closes it and returns all refusals. */
  write(
    ...batches: ReadonlyArray<Batched>
  ): Effect.Effect<ReadonlyArray<Refusal>, unknown, R | Files>
  /** Opens the sink, uses it and closes it. */
  open<A>(use: (sink: Sink) => Effect.Effect<A, SinkError>): Effect.Effect<A, unknown, R | Files>
}

/** Defines a test of the sink. The body receives the sink in its own folder. */
export type Define<R = never> = (
  name: string,
  body: (place: SinkFolder<R>) => Effect.Effect<unknown, unknown, R | Files>,
) => void

export const defining = <R>(subject: SinkSubject<R>, run: SinkTest<R>): Define<R> => (name, body) =>
  run(`the ${subject.name} sink ${name}`, () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const outside = yield* fs.makeTempDirectoryScoped({ prefix: "paceline-" })
      const directory = path.join(outside, "sink")
      const write = (...batches: ReadonlyArray<Batched>) =>
        Effect.scoped(Effect.gen(function* () {
          const source = yield* subject.source(directory)
          const sink = yield* source.open
          const refused = yield* Effect.forEach(
            batches,
            ([resource, items, gone]): Effect.Effect<ReadonlyArray<Refusal>, SinkError> =>
              sink.write({
                resource,
                items,
                ...(gone === undefined ? {} : {
                  gone: gone.map((id) => ({ athlete, id, deletedAt })),
                }),
              }),
          )
          return refused.flat()
        }))
      const open = <A>(use: (sink: Sink) => Effect.Effect<A, SinkError>) =>
        Effect.scoped(Effect.gen(function* () {
          const source = yield* subject.source(directory)
          return yield* use(yield* source.open)
        }))
      const damage = subject.damage(directory)
      yield* body({ ...subject.landed(directory), ...damage, outside, write, open })
    }))

export const idsOf = (rows: ReadonlyArray<Fields>) => rows.map((row) => row.get("id"))
