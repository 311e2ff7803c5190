/** Whole runs with a sink on a failing disk: exit codes, and no repeated request in the next run. */
import { Effect, Exit, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { exitsOf } from "../faults/matrix.ts"
import { beginTestRun, requestCount, runFolder, runToEnd, untilDone } from "../pipeline/running.ts"
import { test } from "../testing.ts"
import { SimulatedDisk } from "./SimulatedDisk.ts"
import { simulatedFiles } from "./simulatedFiles.ts"
import type { Make } from "./sinkSubjects.ts"

const sinkOn = (disk: SimulatedDisk, make: Make) =>
  Effect.provideService(make("/disk/sink"), FileSystem.FileSystem, simulatedFiles(disk))

/** Returns the names on the disk, without the extension of the format. */
const namesOn = (disk: SimulatedDisk) =>
  [...disk.files.keys()].map((path) => path.replace(/\.\w+$/, "")).toSorted()

/** Runs on a disk that makes `trouble`, and again on the repaired disk. */
const twoRuns = (trouble: SimulatedDisk["fault"], codes: ReadonlyArray<number>) => () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const [bad, good] = [new SimulatedDisk(), new SimulatedDisk()]
    const sinks = [sinkOn(bad, jsonSink), sinkOn(good, csvSink)]

    bad.fault = trouble
    const { events, fiber } = yield* beginTestRun({ data, sinks })
    const exit = yield* untilDone(fiber)
    assert.ok(Exit.isSuccess(exit))
    assert.ok(codes.includes(exit.value.code), `ends with ${exit.value.code}`)
    assert.ok(events.some((event) => event._tag === "SinkDown" && event.sink === "json"))
    assert.deepEqual([...bad.files.keys()].filter((path) => path.includes("tmp")), [])
    const { files } = good
    assert.ok(files.size > 10)

    const requests = yield* requestCount
    bad.restart()
    const second = yield* runToEnd({ data, sinks })
    assert.equal(second.code, 0)
    assert.deepEqual((yield* requestCount).length, requests.length)
    assert.deepEqual(good.files, files)
    // A CSV table corresponds to a folder of JSON files.
    const names = namesOn(bad.cut(0)).filter((name) => !/\/(details|gear)\/$/.test(name))
    assert.deepEqual(names, namesOn(good))
    return events.map(({ _tag }) => _tag)
  }).pipe(Effect.provide(Simulator.layer({ activities: 6, samples: 3 })))

const inStreams = (path: string) => path.startsWith("/disk/sink/streams/.")

test(
  "fault 8: a sink that runs out of space stops no other sink, and the next run delivers its missing items without a request",
  twoRuns(
    ({ kind, path }) => kind === "write" && inStreams(path) ? "ENOSPC" : undefined,
    exitsOf(8),
  ),
)

test(
  "fault 10: a sink that cannot open a file stops no other sink, and the next run delivers its missing items without a request",
  twoRuns(
    ({ kind, path }) => kind === "open" && inStreams(path) ? "EMFILE" : undefined,
    exitsOf(10),
  ),
)

test(
  "fault 11: a sink whose sync fails stops no other sink, and the next run delivers its missing items without a request",
  twoRuns(({ kind, path }) => kind === "sync" && inStreams(path) ? "EIO" : undefined, exitsOf(11)),
)

test("fault 9: a read-only sink is reported before the first request", () =>
  Effect.gen(function* () {
    const told = yield* twoRuns(({ changes }) => changes ? "EROFS" : undefined, exitsOf(9))()
    const [down, begun] = [told.indexOf("SinkDown"), told.indexOf("StageStarted")]
    assert.ok(down >= 0 && down < begun, told.slice(0, 5).join())
  }))
