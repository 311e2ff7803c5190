/** The contract of a sink, as tests: everything that delivery, `verify` and a backfill rely on. */
import { Effect, Fiber, FileSystem, Option, Path, Stream } from "effect"
import assert from "node:assert/strict"
import type { Item, Resource } from "../../schemas/Item.ts"
import { allResources } from "../../schemas/resources.ts"
import { kindOf, type ScriptSink } from "../../sinks/ScriptSink.ts"
import type { Batch, Deletion, Sink, SinkError } from "../../sinks/Sink.ts"
import type { SinkKind } from "../../sinks/SinkKind.ts"
import { platform } from "../../pipeline/base/platform.ts"
import { sinkRuns } from "./sinkRuns.ts"
import {
  anyItem,
  awkwardTexts,
  contractActivity,
  contractAthlete,
  contractItem,
  exactTexts,
} from "./items.ts"

/** Defines a test: `Deno.test` does. */
export type DefineTest = (name: string, body: () => Promise<void>) => void

/** A sink in a folder of its own. */
interface Subject {
  /** Opens the sink, writes each batch, closes it. Returns the ids that it refused. */
  write(...batches: ReadonlyArray<Batch>): Effect.Effect<ReadonlyArray<string>, unknown, Services>
  /** Opens the sink, uses it and closes it. */
  open<A>(use: (sink: Sink) => Effect.Effect<A, SinkError>): Effect.Effect<A, unknown, Services>
  /** The same, read-only. */
  look<A>(use: (sink: Sink) => Effect.Effect<A, SinkError>): Effect.Effect<A, unknown, Services>
  /** The data directory, which has nothing but the sink's folder. */
  readonly data: string
  readonly keepsResponses: boolean
}

type Services = FileSystem.FileSystem | Path.Path

/** Describes one promise, and the test of it. */
type Promised = readonly [
  says: string,
  holds: (subject: Subject) => Effect.Effect<unknown, unknown, Services>,
]

const batch = (resource: Resource, items: ReadonlyArray<Item>): Batch => ({ resource, items })
const activities = (...items: ReadonlyArray<Item>) => batch("activities", items)

const deletion = (id: string, purged: boolean): Deletion => ({
  athlete: contractAthlete,
  id,
  deletedAt: Date.UTC(2026, 1, 1),
  ...(purged && { purged }),
})
const gone = (purged: boolean, ...ids: ReadonlyArray<string>): Batch => ({
  resource: "activities",
  items: [],
  gone: ids.map((id) => deletion(id, purged)),
})

/** Returns the id and hash of each item that a sink holds, sorted. */
const heldIn = (subject: Subject, resource: Resource = "activities") =>
  subject.open((sink) =>
    Effect.map(
      Stream.runCollect(sink.held(resource)),
      (entries) =>
        Array.from(entries, ({ fault, hash, id }) => fault ?? `${id} ${hash ?? ""}`).toSorted(),
    )
  )

const entriesOf = (items: ReadonlyArray<Item>) =>
  items.map(({ hash, id }) => `${id} ${hash}`).toSorted()

/** Fails unless the sink holds exactly these items, each once, and returns their texts if it keeps them. */
const holdsExactly = Effect.fnUntraced(function* (subject: Subject, items: ReadonlyArray<Item>) {
  const [first] = items
  const resource = first?.resource ?? "activities"
  assert.deepEqual(yield* heldIn(subject, resource), entriesOf(items))
  const ids = items.map(({ id }) => id)
  const { different, kept } = yield* subject.open((sink) =>
    Effect.all({
      kept: sink.kept(resource, ids),
      different: sink.differing(batch(resource, items)),
    })
  )
  assert.deepEqual(different.map(({ detail, item }) => `${item.id}: ${detail}`), [])
  if (!subject.keepsResponses) return
  const texts = new Map(kept.map(({ id, text }) => [id, text]))
  for (const { id, text } of items) assert.equal(texts.get(id), text, `the text of ${id}`)
})

const promises: ReadonlyArray<Promised> = [
  ["keeps what an earlier run wrote", (subject) =>
    Effect.gen(function* () {
      const all = [1, 2, 3].map((id) => contractActivity(id))
      yield* subject.write(activities(...all.slice(0, 2)))
      yield* subject.write(activities(...all.slice(2)))
      yield* holdsExactly(subject, all)
    })],
  ["replaces an item with its later version", (subject) =>
    Effect.gen(function* () {
      yield* subject.write(activities(contractActivity(1, "Old"), contractActivity(2)))
      const later = contractActivity(1, "New")
      yield* subject.write(activities(later))
      yield* holdsExactly(subject, [later, contractActivity(2)])
    })],
  ["keeps one copy of items that come twice", (subject) =>
    Effect.gen(function* () {
      const all = [1, 2].map((id) => contractActivity(id))
      yield* subject.write(activities(...all), activities(...all))
      yield* subject.write(activities(...all))
      yield* holdsExactly(subject, all)
    })],
  ["keeps every resource apart from the others", (subject) =>
    Effect.gen(function* () {
      const items = allResources().map((resource) => anyItem(resource, 5))
      yield* subject.write(...items.map((item) => batch(item.resource, [item])))
      for (const item of items) yield* holdsExactly(subject, [item])
    })],
  ["keeps texts that have broken others, to the last byte", (subject) =>
    Effect.gen(function* () {
      const named = awkwardTexts.map((text, i) => contractActivity(i + 1, text))
      yield* subject.write(activities(...named))
      yield* holdsExactly(subject, named)
      for (const text of exactTexts) {
        const item = contractItem("details", "1", text)
        yield* subject.write(batch("details", [item]))
        yield* holdsExactly(subject, [item])
      }
    })],
  [
    "deletes what is gone, and stores it again if it comes back",
    (subject) =>
      Effect.gen(function* () {
        const all = [1, 2, 3, 4].map((id) => contractActivity(id))
        yield* subject.write(activities(...all))
        yield* subject.write(gone(false, "2", "9"), gone(true, "3"))
        yield* holdsExactly(subject, [contractActivity(1), contractActivity(4)])
        yield* subject.write(gone(false, "2"))
        yield* subject.write(activities(contractActivity(2, "Back")))
        yield* holdsExactly(subject, [
          contractActivity(1),
          contractActivity(2, "Back"),
          contractActivity(4),
        ])
      }),
  ],
  ["refuses what can never be stored, and stores the others", (subject) =>
    Effect.gen(function* () {
      const bad = [
        contractItem("activities", "../../etc/passwd", `{"id":1}`),
        contractItem("activities", "6", "<html>"),
        contractItem("activities", "7", `{"id":8}`),
      ]
      const refused = yield* subject.write(activities(...bad, contractActivity(1)))
      assert.deepEqual(refused.toSorted(), bad.map(({ id }) => id).toSorted())
      yield* holdsExactly(subject, [contractActivity(1)])
    })],
  ["shows items that are missing or different", (subject) =>
    Effect.gen(function* () {
      yield* subject.write(activities(contractActivity(1), contractActivity(2, "Old")))
      const found = yield* subject.open((sink) =>
        sink.differing(
          activities(contractActivity(1), contractActivity(2, "New"), contractActivity(3)),
        )
      )
      assert.deepEqual(found.map(({ item }) => item.id).toSorted(), ["2", "3"])
      const kept = yield* subject.open((sink) => sink.kept("activities", ["3", "4"]))
      assert.deepEqual(kept, [])
    })],
  ["creates nothing when it is only read", (subject) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const held = (sink: Sink) => Stream.runCollect(sink.held("activities"))
      assert.deepEqual(Array.from(yield* subject.look(held)), [])
      assert.deepEqual(yield* fs.readDirectory(subject.data), [])
      yield* subject.write(activities(contractActivity(1)))
      assert.deepEqual(Array.from(yield* subject.look(held), ({ id }) => id), ["1"])
    })],
  ["stores many items", (subject) =>
    Effect.gen(function* () {
      const many = Array.from({ length: 1_200 }, (_, i) => contractActivity(10_000 + i))
      const parts = [0, 500, 1_000].map((from) => activities(...many.slice(from, from + 500)))
      yield* subject.write(...parts)
      yield* holdsExactly(subject, many)
    })],
  [
    "is complete when a batch that was interrupted comes again",
    (subject) =>
      Effect.gen(function* () {
        const all = Array.from({ length: 300 }, (_, i) => contractActivity(500 + i))
        yield* subject.open((sink) =>
          Effect.gen(function* () {
            const fiber = yield* Effect.forkChild(sink.write(activities(...all)))
            yield* Effect.yieldNow
            yield* Fiber.interrupt(fiber)
            yield* sink.write(activities(...all))
          })
        )
        yield* holdsExactly(subject, all)
      }),
  ],
]

/** Returns the sink in a new folder. */
const subjectOf = Effect.fnUntraced(function* (kind: SinkKind) {
  const fs = yield* FileSystem.FileSystem
  const data = yield* fs.makeTempDirectoryScoped({ prefix: "paceline-contract-" })
  const source = yield* kind.make({ data, databaseUrl: Option.none() })
  const open: Subject["open"] = (use) => Effect.scoped(Effect.flatMap(source.open, use))
  return {
    data,
    keepsResponses: kind.keepsResponses,
    open,
    look: (use) => Effect.scoped(Effect.flatMap(source.look, use)),
    write: (...batches) =>
      open((sink) =>
        Effect.map(
          Effect.forEach(batches, (one) => sink.write(one)),
          (refusals) => refusals.flat().map(({ item }) => item.id),
        )
      ),
  } satisfies Subject
})

/** Defines the tests of the contract for a kind of sink; each test has a new one. */
export const kindContract = (makeKind: () => SinkKind, define: DefineTest): void => {
  for (const [says, holds] of promises) {
    define(`the sink ${makeKind().name} ${says}`, () =>
      Effect.runPromise(
        Effect.flatMap(subjectOf(makeKind()), holds).pipe(
          Effect.asVoid,
          Effect.scoped,
          Effect.provide(platform),
        ),
      ))
  }
}

/**
 * Defines the tests of the contract for a sink that `Sink.make` made. A sink that passes can be down, be killed
 * while it writes, and be added later: nothing is lost, and nothing is there twice. `sink` can be a function that
 * returns the sink with a new store, for one whose store is not in its folder.
 */
export const sinkContract = (
  sink: ScriptSink | (() => ScriptSink),
  define: DefineTest = Deno.test,
): void => {
  const makeSink = typeof sink === "function" ? sink : () => sink
  kindContract(() => kindOf(makeSink(), 9), define)
  sinkRuns(makeSink, define)
}
