/** The file sinks on a disk that is full, broken or short of handles at any of their calls. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { Effect, FileSystem, Path } from "effect"
import assert from "node:assert/strict"
import { sinkDiskError } from "../../sinks/files/atomic.ts"
import { SinkError } from "../../sinks/Sink.ts"
import { activity, athleteItem, streamsItem } from "../sinks/items.ts"
import { live, test } from "../testing.ts"
import { FolderEntries } from "./Inode.ts"
import { SimulatedDisk } from "./SimulatedDisk.ts"
import { simulatedFiles } from "./simulatedFiles.ts"
import { directory, type Make, makes, sinkSubjects } from "./sinkSubjects.ts"
import { attempt, none, troubled } from "./trial.ts"
import { lasting, passing } from "./troubles.ts"

for (const subject of sinkSubjects) {
  // The sinks share the code that writes files, so one of them suffices.
  const all = subject.name === "json" ? { ...passing, ...lasting } : passing
  for (const [name, trouble] of Object.entries(all)) {
    test(`${name} (${subject.name})`, () =>
      Effect.gen(function* () {
        const { failures, faults } = yield* troubled(subject, trouble)
        none(faults)
        assert.ok(failures > 20, `${failures} runs failed`)
      }))
  }

  test(`fault 8: the ${subject.name} sink writes whole files even if each write is short`, () =>
    Effect.gen(function* () {
      const whole = new SimulatedDisk()
      yield* attempt(subject, whole)
      for (const short of [1, 7]) {
        const disk = new SimulatedDisk()
        disk.fault = ({ kind }) => kind === "write" ? { short } : undefined
        const { exit } = yield* attempt(subject, disk)
        assert.equal(exit._tag, "Success")
        assert.deepEqual(disk.cut(0).files, whole.files)
      }
    }))
}

test("fault 11: a handle whose sync failed is closed, its file is removed, and no success is reported", () =>
  Effect.gen(function* () {
    const disk = new SimulatedDisk()
    const [json] = makes
    const error = yield* Effect.scoped(Effect.gen(function* () {
      const sink = yield* (yield* json(directory)).open
      disk.fault = ({ folder, kind }) => kind === "sync" && !folder ? "EIO" : undefined
      disk.calls.length = 0
      return yield* Effect.flip(sink.write({ resource: "activities", items: [activity(1)] }))
    })).pipe(Effect.provideService(FileSystem.FileSystem, simulatedFiles(disk)))
    assert.ok(error instanceof SinkError)
    assert.match(error.message, /cannot be written \(EIO\)/)
    const kinds = disk.calls.map(({ kind }) => kind)
    assert.deepEqual(kinds.slice(kinds.indexOf("sync")), ["sync", "remove"])
    assert.equal(disk.openNow, 0)
  }).pipe(Effect.provide(Path.layer)))

for (const make of makes) {
  test(`fault 10: the ${make === makes[0] ? "json" : "csv"} sink opens few files at a time, however large the batch`, () =>
    Effect.gen(function* () {
      const disk = new SimulatedDisk()
      const items = Array.from({ length: 200 }, (_, i) => streamsItem(i + 1, { time: [i] }))
      const write = Effect.scoped(Effect.gen(function* () {
        const sink = yield* (yield* make(directory)).open
        yield* sink.write({ resource: "streams", items })
        yield* sink.write({ resource: "activities", items: items.map((_, i) => activity(i + 1)) })
        yield* sink.write({ resource: "activities", items: [activity(1, { name: "New" })] })
      })).pipe(Effect.provideService(FileSystem.FileSystem, simulatedFiles(disk)))
      yield* write
      assert.ok(disk.openPeak <= 4, `${disk.openPeak} at the same time`)
      disk.restart()
      disk.mostOpen = 4
      yield* write
    }).pipe(Effect.provide(Path.layer)))
}

/** Opens a sink and writes the athlete. */
const writeAthlete = (disk: SimulatedDisk, make: Make) =>
  Effect.scoped(Effect.gen(function* () {
    const sink = yield* (yield* make(directory)).open
    yield* sink.write({ resource: "athlete", items: [athleteItem()] })
  })).pipe(
    Effect.provideService(FileSystem.FileSystem, simulatedFiles(disk)),
    Effect.provide(Path.layer),
  )

test("fault 11: a file that has become unreadable is rewritten if its whole content is known", () =>
  Effect.gen(function* () {
    for (const make of makes) {
      const disk = new SimulatedDisk()
      yield* writeAthlete(disk, make)
      const { files } = disk
      disk.restart()
      let failed = 0
      disk.fault = ({ kind }) => kind === "read" && ++failed > 0 ? "EIO" : undefined
      yield* writeAthlete(disk, make)
      // Two files fail: the data file and the mark of the folder.
      assert.equal(failed, 2)
      assert.deepEqual(disk.cut(0).files, files)
    }
  }))

test("an existing folder can be used if its parent cannot be read", () =>
  Effect.gen(function* () {
    for (const make of makes) {
      const disk = new SimulatedDisk()
      disk.place("/disk/ada", new FolderEntries(), { mode: 0o711, uid: 1001 })
      disk.place("/disk/ada/data", new FolderEntries(), { mode: 0o711, uid: 1001 })
      disk.place(directory, new FolderEntries(), { mode: 0o755 })
      yield* writeAthlete(disk, make)
      assert.equal(disk.openNow, 0)
    }
  }))

test("a folder can be used on a file system without syncs of folders", () =>
  Effect.gen(function* () {
    for (const make of makes) {
      const disk = new SimulatedDisk()
      disk.fault = ({ folder, kind }) => kind === "sync" && folder ? "EINVAL" : undefined
      yield* writeAthlete(disk, make)
    }
  }))

/** Folders that a sink cannot write to, and the messages. */
const closed: Readonly<
  Record<string, readonly [close: (disk: SimulatedDisk) => void, words: RegExp]>
> = {
  "a folder that is read-only": [
    (disk) => disk.place(directory, new FolderEntries(), { mode: 0o500 }),
    /no permission to write in \/disk\/ada\/data\/sink; allow it or use another/,
  ],
  "a folder of another owner": [
    (disk) => disk.place(directory, new FolderEntries(), { mode: 0o755, uid: 1001 }),
    /no permission to write in \/disk\/ada\/data\/sink; allow it or use another/,
  ],
  "a folder in one that is read-only": [
    (disk) => disk.lookUp("/disk/ada/data").mode = 0o500,
    /no permission to write in \/disk\/ada\/data\/sink; allow it or use another/,
  ],
  "a folder for streams that is read-only": [
    (disk) => {
      disk.place(directory, new FolderEntries(), { mode: 0o755 })
      disk.place(`${directory}/streams`, new FolderEntries(), { mode: 0o500 })
    },
    /no permission to write in \/disk\/ada\/data\/sink; allow it or use another/,
  ],
  "a disk that is read-only": [
    (disk) => {
      disk.place(directory, new FolderEntries(), { mode: 0o755 })
      disk.isReadOnly = true
    },
    /\/disk\/ada\/data\/sink is on a read-only disk; use another/,
  ],
}

for (const [name, [close, words]] of Object.entries(closed)) {
  test(`fault 9: ${name} is reported when the sink is opened, before the first request`, () =>
    Effect.gen(function* () {
      for (const make of makes) {
        const disk = new SimulatedDisk()
        for (const path of ["/disk/ada", "/disk/ada/data"]) {
          disk.place(path, new FolderEntries(), { mode: 0o755 })
        }
        close(disk)
        const before = disk.files
        const error = yield* Effect.flip(
          Effect.scoped(Effect.flatMap(make(directory), ({ open }) => open)),
        ).pipe(Effect.provideService(FileSystem.FileSystem, simulatedFiles(disk)))
        assert.equal(error.reason, "disk")
        assert.match(error.message, words)
        if (!name.includes("streams")) assert.deepEqual(disk.files, before)
      }
    }).pipe(Effect.provide(Path.layer)))
}

if (Deno.build.os === "linux") {
  live(
    "fault 8: a real device without space returns the error of the simulated disk",
    () =>
      Effect.gen(function* () {
        const write = Effect.fnUntraced(function* (path: string, disk: FileSystem.FileSystem) {
          const handle = yield* disk.open(path, { flag: "w" })
          return yield* Effect.flip(handle.writeAll(new Uint8Array(1)))
        }, Effect.scoped)
        const simulated = new SimulatedDisk()
        simulated.fault = ({ kind }) => kind === "write" ? "ENOSPC" : undefined
        simulated.uid = 0
        const ours = yield* write("/disk/full", simulatedFiles(simulated))
        // The file system of the program does not open devices.
        const node = yield* Effect.provide(FileSystem.FileSystem, NodeFileSystem.layer, {
          local: true,
        })
        const real = yield* write("/dev/full", node)
        for (const { reason } of [ours, real]) {
          assert.deepEqual([reason._tag, reason.method], ["Unknown", "writeAll"])
          assert.ok(reason.cause instanceof Error && "code" in reason.cause)
          assert.equal(reason.cause.code, "ENOSPC")
        }
        assert.match(
          sinkDiskError("json", "/sink")(real).message,
          /\/sink is full; free some space/,
        )
      }),
  )
}
