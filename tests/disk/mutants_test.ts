/** Mutants that omit one of the steps that make files durable: the trials must detect each of them. */
import { Array as Arr, Effect, FileSystem, Option, Path, Stream } from "effect"
import assert from "node:assert/strict"
import { live } from "../testing.ts"
import { type Make, sinkSubject } from "./sinkSubjects.ts"
import { interruptTrial, type TrialSubject, troubled } from "./trial.ts"
import { broken, partial } from "./troubles.ts"

interface Mutant {
  readonly name: string
  /** Replacements in `sinks/files/atomic.ts`; each text occurs once. */
  readonly patches: ReadonlyArray<readonly [from: string, to: string]>
  /** Pattern that one of the found faults matches. */
  readonly seen: RegExp
}

const mutants: ReadonlyArray<Mutant> = [
  {
    name: "the folder is not synced",
    patches: [["Effect.catchIf(handle.sync, ", "Effect.catchIf(Effect.void, "]],
    seen: /holds undefined after 4 steps/,
  },
  {
    name: "the file is not synced",
    patches: [["    yield* handle.sync\n", ""]],
    seen: /holds "" after/,
  },
  {
    name: "the file is synced only after it has its name",
    patches: [
      ["    yield* handle.sync\n", ""],
      [
        "Effect.andThen(fs.rename(from, to), ",
        `Effect.andThen(
          Effect.andThen(
            fs.rename(from, to),
            Effect.scoped(Effect.flatMap(fs.open(to, { flag: "r" }), (handle) => handle.sync)),
          ),
          `,
      ],
    ],
    seen: /holds "" after/,
  },
  {
    name: "a sync that failed is tried again on the same handle",
    patches: [["yield* handle.sync\n", "yield* Effect.retry(handle.sync, { times: 1 })\n"]],
    seen: /sync of .* on a handle whose sync had failed/,
  },
  {
    name: "the file is written in place, without a temporary name",
    patches: [
      ["const temporary = path.join(path.dirname(file), name)", "const temporary = file"],
      ['{ flag: "wx", mode: fileMode(), ...options }', '{ flag: "w", ...options }'],
      ["Effect.onError(() => Effect.ignore(fs.remove(temporary, { force: true }))),", ""],
    ],
    seen: /holds "[^"]/,
  },
  {
    name: "only as much is written as the disk takes in one call",
    patches: [["(chunk) => handle.writeAll(chunk)", "(chunk) => handle.write(chunk)"]],
    seen: /holds "/,
  },
  {
    name: "the temporary file of a failure is not removed",
    patches: [["Effect.onError(() => Effect.ignore(fs.remove(temporary, { force: true }))),", ""]],
    seen: /\.tmp was left/,
  },
  {
    name: "the temporary file of a crash is not removed",
    patches: [["names.filter((name) => leftover.test(name))", "[]"]],
    seen: /\.tmp was left/,
  },
  {
    name: "an existing folder is assumed to be durable",
    patches: [["yield* there ? keep : make", "yield* there ? Effect.void : make"]],
    seen: /killed: .* holds undefined after 4 steps/,
  },
]

const root = new URL("../../", import.meta.url)

/** Returns the JSON sink of a copy of the sources with these replacements. */
const patched = Effect.fnUntraced(function* (patches: Mutant["patches"]) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const copy = yield* fs.makeTempDirectoryScoped({ prefix: "paceline-" })
  for (const folder of ["schemas", "sinks"]) {
    yield* fs.copy(yield* path.fromFileUrl(new URL(folder, root)), path.join(copy, folder))
  }
  const file = path.join(copy, "sinks", "files", "atomic.ts")
  let text = yield* fs.readFileString(file)
  for (const [from, to] of patches) {
    assert.equal(text.split(from).length, 2, `${from} occurs once`)
    text = text.replace(from, () => to)
  }
  yield* fs.writeFileString(file, text)
  const url = yield* path.toFileUrl(path.join(copy, "sinks", "json", "JsonSink.ts"))
  const { jsonSink }: { jsonSink: Make } = yield* Effect.promise(() => import(url.href))
  return sinkSubject("mutant", jsonSink, 4)
})

/** Runs the trials one after the other, and emits the faults that they find. */
const trials = (subject: TrialSubject) =>
  Stream.make(
    Effect.map(interruptTrial(subject, Arr.range(0, 6)), ({ faults }) => faults),
    ...[partial, broken].map((
      trouble,
    ) => Effect.map(troubled(subject, trouble), ({ faults }) => faults)),
  ).pipe(Stream.mapEffect((trial) => trial), Stream.flatMap(Stream.fromIterable))

for (const { name, patches, seen } of mutants) {
  live(`fault 4: the trials detect if ${name}`, () =>
    Effect.gen(function* () {
      const subject = yield* patched(patches)
      const found = yield* trials(subject).pipe(
        Stream.filter((fault) => seen.test(fault)),
        Stream.runHead,
      )
      assert.ok(Option.isSome(found), `no fault says ${seen}`)
    }))
}

live("fault 4: the trials find nothing in an unchanged copy", () =>
  Effect.gen(function* () {
    assert.deepEqual(yield* Stream.runCollect(trials(yield* patched([]))), [])
  }))
