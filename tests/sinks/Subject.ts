/** A sink under test, how what landed in it is read, and how a test is given both. */
import type * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, FileSystem, Path, type Scope } from "effect"
import { AthleteId } from "../../schemas/Athlete.ts"
import type { Item, Resource } from "../../schemas/Item.ts"
import type { Refusal, Sink, SinkError, SinkSource } from "../../sinks/Sink.ts"
import type { Fields, TableName } from "./rows.ts"

export type { Fields, TableName } from "./rows.ts"

type Files = NodeServices.NodeServices

/** The samples of each stream type: numbers, booleans, nulls, `[lat, lng]`. */
export type StreamSamples = ReadonlyMap<string, ReadonlyArray<unknown>>

/** Items that are stored and not deleted, from a reader that shares no code with the sink. */
export interface Landed<R = never> {
  readonly athlete: Effect.Effect<Fields | undefined, unknown, R | Files>
  /** In the order a reader meets them, which must be newest first. */
  readonly activities: Effect.Effect<ReadonlyArray<Fields>, unknown, R | Files>
  /** Of one activity; undefined where nothing landed. */
  streams(id: string): Effect.Effect<StreamSamples | undefined, unknown, R | Files>
  /**
   * The rows of one of the other tables, in any order, with the fields that `responseRows` in `rows.ts` returns
   * for what was sent: of PostgreSQL's child tables `entryRow(raw, keys)`, of its others `responseRows(raw)`.
   */
  table(name: TableName): Effect.Effect<ReadonlyArray<Fields>, unknown, R | Files>
  /** All of it in one string, with whatever a needless rewrite would touch, such as a file's time. */
  readonly snapshot: Effect.Effect<string, unknown, R | Files>
}

/** Somebody's hands in what landed, of every resource; of details, in the row of the activity. */
export interface Damage<R = never> {
  /** Take the item away. */
  lose(resource: Resource, id: string): Effect.Effect<unknown, unknown, R | Files>
  /** Change a value of the item, so that it can still be read. */
  edit(resource: Resource, id: string): Effect.Effect<unknown, unknown, R | Files>
}

/** A sink under test. `R` are the services that it needs besides files, from the test runner. */
export interface SinkSubject<R = never> {
  readonly name: string
  /** The sink that lands in `directory`, a folder that does not exist yet. */
  source(directory: string): Effect.Effect<SinkSource, unknown, R | Files>
  landed(directory: string): Landed<R>
  /** True if it keeps responses byte for byte, with or without what it makes of them. */
  readonly keepsAnswers: boolean
  /** Changes to the stored data that another program might make. */
  damage(directory: string): Damage<R>
  /** Returns the text that this sink stores for a string: the same, except for what it cannot hold. */
  text(sent: string): string
}

/** `test`, `live` or `liveWith(…)` of `tests/testing.ts`. */
export type SinkTest<R = never> = <E>(
  name: string,
  body: () => Effect.Effect<unknown, E, R | Files | Scope.Scope>,
) => void

/** Items of one resource, as a sink is given them, and the ids of those that are gone. */
export type Batched = readonly [
  resource: Resource,
  items: ReadonlyArray<Item>,
  gone?: ReadonlyArray<string>,
]

const deletedAt = Date.UTC(2026, 1, 1)
const athlete = AthleteId.make(7)

/** A sink in a folder of its own. */
export interface SinkFolder<R = never> extends Landed<R>, Damage<R> {
  /** The folder around the sink's own, which must stay empty but for it. */
  readonly outside: string
  /** Open the sink, write each batch, close it; the refusals of all. */
  write(
    ...batches: ReadonlyArray<Batched>
  ): Effect.Effect<ReadonlyArray<Refusal>, unknown, R | Files>
  /** Open the sink, use it, close it. */
  open<A>(use: (sink: Sink) => Effect.Effect<A, SinkError>): Effect.Effect<A, unknown, R | Files>
}

/** Define a test of what the sink does, whose body is given a place. */
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
