/**
 * Files on a failing disk: each file is either the old or the new one, never a mix, and no
 * temporary file stays.
 */
import { Deferred, Effect, Fiber, FileSystem, Path, PlatformError, Stream } from "effect"
import assert from "node:assert/strict"
import { AthleteId } from "../../../schemas/Athlete.ts"
import { csvSink } from "../../../sinks/csv/CsvSink.ts"
import {
  openDirectory,
  replaceFile,
  syncDirectory,
  writeFileAtomic,
} from "../../../sinks/files/atomic.ts"
import { jsonSink } from "../../../sinks/json/JsonSink.ts"
import { type Batch, SinkError } from "../../../sinks/Sink.ts"
import { live } from "../../testing.ts"
import { activity, detailsItem, streamsItem } from "../items.ts"
import { patience } from "../../patience.ts"

const utf8 = (text: string) => new TextEncoder().encode(text)

const errno = (code: string, path: string) =>
  PlatformError.systemError({
    _tag: "Unknown",
    module: "FileSystem",
    method: "write",
    pathOrDescriptor: path,
    cause: Object.assign(new Error(code), { code }),
  })

/**
 * Returns the disk, except that the `nth` call that changes it fails with `code`; a failing write
 * stores half of the bytes.
 */
const failing = Effect.fnUntraced(function* (nth: number, code: string) {
  const fs = yield* FileSystem.FileSystem
  let calls = 0
  const call = <A, R>(
    path: string,
    self: Effect.Effect<A, PlatformError.PlatformError, R>,
    instead: Effect.Effect<unknown, PlatformError.PlatformError> = Effect.void,
  ) =>
    Effect.suspend(() =>
      ++calls === nth ? Effect.andThen(instead, Effect.fail(errno(code, path))) : self
    )
  const broken: FileSystem.FileSystem = {
    ...fs,
    makeDirectory: (path, options) => call(path, fs.makeDirectory(path, options)),
    rename: (from, to) => call(to, fs.rename(from, to)),
    open: (path, options) =>
      call(
        path,
        fs.open(path, options).pipe(Effect.map((file): FileSystem.File =>
          Object.create(file, {
            sync: { get: () => call(path, file.sync) },
            writeAll: {
              value: (bytes: Uint8Array) =>
                call(
                  path,
                  file.writeAll(bytes),
                  file.writeAll(bytes.subarray(0, bytes.length / 2)),
                ),
            },
          })
        )),
      ),
  }
  return { fs: broken, failed: () => calls >= nth }
})

const inFolder = <E>(
  body: (
    folder: string,
    fs: FileSystem.FileSystem,
    path: Path.Path,
  ) => Effect.Effect<unknown, E, FileSystem.FileSystem | Path.Path>,
) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    yield* body(yield* fs.makeTempDirectoryScoped({ prefix: "paceline-" }), fs, path)
  })

live(
  "writeFileAtomic leaves the old file and nothing else, whichever call fails",
  () =>
    inFolder((folder, fs, path) =>
      Effect.gen(function* () {
        const file = path.join(folder, "a.json")
        const contents = [utf8("new"), Stream.make(utf8("n"), utf8("e"), utf8("w"))]
        for (const content of contents) {
          yield* fs.writeFileString(file, "old")
          for (let nth = 1;; nth++) {
            const disk = yield* failing(nth, "ENOSPC")
            const exit = yield* writeFileAtomic(file, content).pipe(
              Effect.provideService(FileSystem.FileSystem, disk.fs),
              Effect.exit,
            )
            assert.deepEqual(yield* fs.readDirectory(folder), ["a.json"])
            if (!disk.failed()) {
              assert.equal(exit._tag, "Success")
              assert.equal(nth, content instanceof Uint8Array ? 5 : 7)
              break
            }
            assert.equal(exit._tag, "Failure", `call ${nth}`)
            assert.equal(yield* fs.readFileString(file), "old")
          }
          assert.equal(yield* fs.readFileString(file), "new")
        }
      })
    ),
)

live(
  "writeFileAtomic leaves the old file and nothing else when interrupted",
  () =>
    inFolder((folder, fs, path) =>
      Effect.gen(function* () {
        const file = path.join(folder, "a.json")
        yield* fs.writeFileString(file, "old")
        const begun = yield* Deferred.make<void>()
        const content = Stream.make(utf8("new")).pipe(
          Stream.concat(
            Stream.fromEffect(Effect.andThen(Deferred.succeed(begun, undefined), Effect.never)),
          ),
        )
        const fiber = yield* Effect.forkChild(writeFileAtomic(file, content))
        yield* Deferred.await(begun)
        assert.equal((yield* fs.readDirectory(folder)).length, 2)
        yield* Fiber.interrupt(fiber)
        assert.deepEqual(yield* fs.readDirectory(folder), ["a.json"])
        assert.equal(yield* fs.readFileString(file), "old")
      })
    ),
)

live(
  "writeFileAtomic sets the requested mode, also if it replaces a file",
  () =>
    inFolder((folder, fs, path) =>
      Effect.gen(function* () {
        const file = path.join(folder, "tokens.json")
        yield* fs.writeFileString(file, "old", { mode: 0o644 })
        yield* writeFileAtomic(file, utf8("new"), { mode: 0o600 })
        yield* syncDirectory(folder)
        assert.equal((yield* fs.stat(file)).mode & 0o777, 0o600)
      })
    ),
)

live(
  "replaceFile does not touch a file with the same content",
  () =>
    inFolder((folder, fs, path) =>
      Effect.gen(function* () {
        const file = path.join(folder, "a")
        const number = Effect.map(fs.stat(file), ({ ino }) => ino)
        yield* replaceFile(file, utf8("same"))
        const first = yield* number
        yield* replaceFile(file, utf8("same"))
        yield* replaceFile(file, Stream.make(utf8("sa"), utf8("me")))
        assert.deepEqual(yield* number, first)
        yield* replaceFile(file, Stream.make(utf8("sa"), utf8("mE")))
        assert.equal(yield* fs.readFileString(file), "samE")
        assert.deepEqual(yield* fs.readDirectory(folder), ["a"])
      })
    ),
)

live(
  "openDirectory deletes the temporary files of a crash and nothing else",
  () =>
    inFolder((folder, fs, path) =>
      Effect.gen(function* () {
        const ours = `.activities.csv.${crypto.randomUUID()}.tmp`
        const others = [".hidden", ".notes.tmp", "activities.csv", "a.tmp"]
        for (const name of [ours, ...others]) {
          yield* fs.writeFileString(path.join(folder, name), "x")
        }
        yield* openDirectory(folder)
        assert.deepEqual((yield* fs.readDirectory(folder)).toSorted(), others.toSorted())
      })
    ),
)

for (const make of [jsonSink, csvSink]) {
  const name = make === jsonSink ? "json" : "csv"

  live(
    `the ${name} sink fails to open if a file has the name of its folder`,
    () =>
      inFolder((folder, fs, path) =>
        Effect.gen(function* () {
          const file = path.join(folder, "occupied")
          yield* fs.writeFileString(file, "x")
          for (const directory of [file, path.join(file, name)]) {
            const source = yield* make(directory)
            const error = yield* Effect.flip(Effect.scoped(source.open))
            assert.ok(error instanceof SinkError)
            assert.equal(error.sink, name)
            assert.equal(error.reason, "disk")
            assert.match(error.message, /is not a directory/)
            assert.ok(error.message.includes(directory))
          }
        })
      ),
  )

  for (
    const [code, words] of [
      ["ENOSPC", /is full; free some space/],
      ["EACCES", /no permission to write/],
      ["EROFS", /read-only disk/],
      ["EMFILE", /too many files are open/],
      ["EIO", /cannot be written \(EIO\)/],
    ] as const
  ) {
    live(
      `the ${name} sink fails to open on ${code}, and names the fix`,
      () =>
        inFolder((folder, _fs, path) =>
          Effect.gen(function* () {
            const directory = path.join(folder, "sink")
            yield* Effect.scoped(Effect.flatMap(make(directory), ({ open }) => open))
            // Skip the calls for the parent folder, which might belong to another user.
            const disk = yield* failing(3, code)
            const source = yield* make(directory).pipe(
              Effect.provideService(FileSystem.FileSystem, disk.fs),
            )
            const error = yield* Effect.flip(Effect.scoped(source.open))
            assert.equal(error.reason, "disk")
            assert.match(error.message, words)
            assert.ok(error.message.includes(directory))
          })
        ),
    )
  }

  live(
    `the ${name} sink stores everything after a replay, whichever call failed before`,
    () =>
      inFolder((folder, fs, path) =>
        Effect.gen(function* () {
          const write = (directory: string, version: string, disk = fs) =>
            Effect.scoped(Effect.gen(function* () {
              const sink = yield* (yield* make(directory)).open
              const items = [1, 2, 3].map((id) => activity(id, { name: version }))
              yield* sink.write({ resource: "activities", items })
              const samples = version === "old" ? [0, 1] : [0, 1, 2]
              yield* sink.write({ resource: "streams", items: [streamsItem(1, { time: samples })] })
            })).pipe(Effect.provideService(FileSystem.FileSystem, disk))
          const landed = (directory: string) =>
            Effect.gen(function* () {
              const names = (yield* fs.readDirectory(directory, { recursive: true })).toSorted()
              const files = names.filter((file) => /[.]/.test(file))
              return yield* Effect.forEach(files, (file) =>
                Effect.map(
                  fs.readFileString(path.join(directory, file)),
                  (text) => [file, text] as const,
                ))
            })
          const both = yield* Effect.forEach(["old", "new"], (version) => {
            const directory = path.join(folder, version)
            return Effect.andThen(write(directory, version), landed(directory))
          })
          const [before = [], after = []] = both

          let nth = 1
          for (let failed = true; failed; nth++) {
            const directory = path.join(folder, `${nth}`)
            yield* write(directory, "old")
            const disk = yield* failing(nth, "ENOSPC")
            const exit = yield* Effect.exit(write(directory, "new", disk.fs))
            failed = disk.failed()
            assert.equal(exit._tag, failed ? "Failure" : "Success", `call ${nth}`)
            for (const [i, [file, text]] of (yield* landed(directory)).entries()) {
              assert.equal(file, before[i]?.[0])
              assert.ok(text === before[i]?.[1] || text === after[i]?.[1], `${file}, call ${nth}`)
            }
            yield* write(directory, "new")
            assert.deepEqual(yield* landed(directory), after, `call ${nth}`)
          }
          // Opening takes ten calls. Each of the two batches takes four to write its file and two
          // to sync its folder.
          assert.equal(nth - 2, 22)
        })
      ),
  )
}

live(
  "the csv sink stores details and deletes others by a replay, whichever call failed before",
  () =>
    inFolder((folder, fs, path) =>
      Effect.gen(function* () {
        const laps = (id: number, name: string) => detailsItem(id, { laps: [{ name }, { name }] })
        const athlete = AthleteId.make(7)
        const old: Batch = { resource: "details", items: [laps(1, "old"), laps(2, "old")] }
        const new_: Batch = {
          resource: "details",
          items: [laps(1, "new"), laps(3, "new")],
          gone: [{ athlete, id: "2", deletedAt: 0 }],
        }
        const write = Effect.fnUntraced(function* (directory: string, batch: Batch, disk = fs) {
          const source = yield* Effect.provideService(
            csvSink(directory),
            FileSystem.FileSystem,
            disk,
          )
          return yield* Effect.scoped(Effect.flatMap(source.open, (sink) => sink.write(batch)))
        })
        const landed = Effect.fnUntraced(function* (directory: string) {
          const names = (yield* fs.readDirectory(directory)).toSorted()
          return yield* Effect.forEach(
            names.filter((name) => name !== "streams"),
            (name) =>
              Effect.map(fs.readFileString(path.join(directory, name)), (text) => [name, text]),
          )
        })
        const expected = path.join(folder, "expected")
        yield* write(expected, old)
        const before = yield* landed(expected)
        yield* write(expected, new_)
        const after = yield* landed(expected)
        assert.deepEqual(after.map(([name]) => name), [
          "best_efforts.csv",
          "details.csv",
          "laps.csv",
          "segment_efforts.csv",
          "splits.csv",
        ])

        // The first ten calls open the sink; the tests above cover them.
        let nth = 11
        for (let failed = true; failed; nth++) {
          const directory = path.join(folder, `${nth}`)
          yield* write(directory, old)
          const disk = yield* failing(nth, "ENOSPC")
          const exit = yield* Effect.exit(write(directory, new_, disk.fs))
          failed = disk.failed()
          assert.equal(exit._tag, failed ? "Failure" : "Success", `call ${nth}`)
          for (const [i, [name, text]] of (yield* landed(directory)).entries()) {
            assert.equal(name, before[i]?.[0])
            assert.ok(text === before[i]?.[1] || text === after[i]?.[1], `${name}, call ${nth}`)
          }
          yield* write(directory, new_)
          assert.deepEqual(yield* landed(directory), after, `call ${nth}`)
        }
        // Writing takes at least four calls for each of the five files.
        assert.ok(nth > 30, `${nth}`)
      })
    ),
)

if (Deno.build.os !== "windows") {
  live(
    "a pipe or folder with the name of a table is reported at once",
    () =>
      inFolder((folder, fs, path) =>
        Effect.gen(function* () {
          const made = yield* Effect.promise(() =>
            new Deno.Command("mkfifo", { args: [path.join(folder, "activities.csv")] }).output()
          )
          assert.ok(made.success)
          yield* fs.makeDirectory(path.join(folder, "activities.ndjson"))
          for (const make of [csvSink, jsonSink]) {
            const error = yield* Effect.scoped(Effect.gen(function* () {
              const opened = yield* (yield* make(folder)).open
              return yield* Effect.flip(
                opened.write({ resource: "activities", items: [activity(1)] }),
              )
            })).pipe(Effect.timeout(patience))
            assert.ok(error instanceof SinkError)
            assert.equal(error.reason, "disk")
            assert.match(error.message, /activities\.(csv|ndjson) is not a file; move it away/)
          }
        })
      ),
  )
}
