/** The simulated disk behaves like a real one, call by call, as long as the power stays on. */
import { Effect, FileSystem, type PlatformError, Schema, Stream } from "effect"
import assert from "node:assert/strict"
import { live } from "../testing.ts"
import { SimulatedDisk } from "./SimulatedDisk.ts"
import { simulatedFiles } from "./simulatedFiles.ts"

/** Names of files: few, so that renames replace files by folders and every error occurs. */
const FileName = Schema.Literals(["a", "b", "d/a", "e/a"])
const FolderName = Schema.Literals(["d", "e", "d/f/g"])
const Name = Schema.Union([FileName, FolderName])
const Text = Schema.Literals(["", "x", "some more words"])

const Step = Schema.Union([
  Schema.TaggedStruct("write", { name: Name, flag: Schema.Literals(["w", "wx"]), text: Text }),
  Schema.TaggedStruct("rename", {
    from: Schema.Literals(["a", "b"]),
    to: Schema.Literals(["a", "b", "d"]),
  }),
  Schema.TaggedStruct("remove", { name: FileName, force: Schema.Boolean }),
  Schema.TaggedStruct("makeDirectory", { name: FolderName, recursive: Schema.Boolean }),
  Schema.TaggedStruct("read", { name: Name }),
  Schema.TaggedStruct("stream", { name: Name }),
  Schema.TaggedStruct("stat", { name: Name }),
  Schema.TaggedStruct("sync", { name: Name }),
  Schema.TaggedStruct("readDirectory", { name: Name }),
])

/** First steps, which create some files. */
const first: ReadonlyArray<typeof Step.Type> = [
  { _tag: "makeDirectory", name: "d", recursive: false },
  { _tag: "write", name: "a", flag: "wx", text: "some more words" },
  { _tag: "write", name: "d/a", flag: "w", text: "x" },
]

/**
 * Takes a step and returns its result without details that differ: inode numbers, times, the order
 * of names.
 */
const take = Effect.fnUntraced(function* (step: typeof Step.Type, folder: string) {
  const fs = yield* FileSystem.FileSystem
  const at = (name: string) => `${folder}/${name}`
  switch (step._tag) {
    case "write":
      return yield* Effect.scoped(Effect.gen(function* () {
        const handle = yield* fs.open(at(step.name), { flag: step.flag, mode: 0o640 })
        yield* handle.writeAll(new TextEncoder().encode(step.text))
        const written = yield* handle.write(new TextEncoder().encode(step.text))
        yield* handle.sync
        return [written, (yield* handle.stat).size]
      }))
    case "rename":
      return yield* fs.rename(at(step.from), at(step.to))
    case "remove":
      return yield* fs.remove(at(step.name), { force: step.force })
    case "makeDirectory":
      // The platform returns the created name, although its type says otherwise.
      return yield* Effect.asVoid(
        fs.makeDirectory(at(step.name), { recursive: step.recursive, mode: 0o700 }),
      )
    case "read":
      return yield* fs.readFileString(at(step.name))
    case "stream":
      return yield* Stream.mkString(Stream.decodeText(fs.stream(at(step.name), { chunkSize: 4 })))
    case "stat": {
      const found = [yield* fs.stat(at(step.name)), yield* fs.lstat(at(step.name))]
      return found.map(({ mode, size, type }) => [mode & ~0o077, type, type === "File" ? size : 0n])
    }
    case "sync":
      return yield* Effect.scoped(
        Effect.flatMap(fs.open(at(step.name), { flag: "r" }), (handle) => handle.sync),
      )
    case "readDirectory":
      return (yield* fs.readDirectory(at(step.name))).toSorted()
  }
}, (effect) => Effect.match(effect, { onFailure: likenessOf, onSuccess: (value) => ({ value }) }))

/** Returns the parts of an error that the program uses. */
const likenessOf = ({ reason }: PlatformError.PlatformError) => {
  const code = reason.cause instanceof Error && "code" in reason.cause ? reason.cause.code : "none"
  return { tag: reason._tag, method: reason.method, code }
}

live.prop(
  "the simulated disk and a real one agree on the result of every call",
  Schema.Array(Step).check(Schema.isMinLength(5), Schema.isMaxLength(25)),
  (steps) =>
    Effect.scoped(Effect.gen(function* () {
      const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const disk = new SimulatedDisk()
      const simulated = simulatedFiles(disk)
      for (const [i, step] of [...first, ...steps].entries()) {
        const real = yield* take(step, folder)
        const ours = yield* Effect.provideService(
          take(step, "/disk"),
          FileSystem.FileSystem,
          simulated,
        )
        assert.deepEqual(ours, real, JSON.stringify(steps.slice(0, i + 1 - first.length)))
      }
      return true
    })),
  { runs: 60 },
)
