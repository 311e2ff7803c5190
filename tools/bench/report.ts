/** The report of a long history: time, memory and size, without and with its cache. */
import { Effect, FileSystem } from "effect"
import { Buffer } from "node:buffer"
import { markdown } from "../markdown.ts"
import { bytesUnder, measure, temporaryFolder } from "./measure.ts"
import { paceline, pacelineSync } from "./programs.ts"
import { startStrava } from "./strava.ts"

/** Syncs `activities` activities to JSON, reports them twice, and returns the row of the table. */
const rowOf = Effect.fnUntraced(function* (activities: number) {
  const fs = yield* FileSystem.FileSystem
  const strava = yield* startStrava({ activities, prepared: false })
  const data = yield* temporaryFolder
  yield* measure(pacelineSync("JSON only", "json").words(data), strava.env)
  const make = Effect.gen(function* () {
    const measured = yield* measure(paceline("report", data))
    const names = (yield* fs.readDirectory(data)).filter((name) => /^report.*html$/.test(name))
    const files = yield* Effect.forEach(names.toSorted(), (name) => fs.readFile(`${data}/${name}`))
    return { ...measured, files, size: files.reduce((sum, { length }) => sum + length, 0) }
  })
  const first = yield* make
  const second = yield* make
  const isSame = first.files.every((file, i) => Buffer.compare(file, second.files[i]!) === 0)
  const streams = yield* bytesUnder(`${data}/json/streams`)
  return [
    ...[activities, (streams / 1e6).toFixed(0), first.wall.toFixed(1), second.wall.toFixed(1)],
    ...[first.cpu.toFixed(1), first.peak.toFixed(0), (first.size / 1e6).toFixed(2)],
    ...[first.files.length, isSame ? "yes" : "no"],
  ]
}, Effect.scoped)

/** Returns a table with a row per length of the history. */
export const report = Effect.fnUntraced(function* (lengths: ReadonlyArray<number>) {
  const header = ["activities", "streams MB", "first s", "second s", "CPU s", "peak MB", "MB"]
  return [
    markdown([...header, "files", "identical"], yield* Effect.forEach(lengths, rowOf)),
  ]
})
