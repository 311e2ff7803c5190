/** Files of the simulated export, read again: every sample equals the truth. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { importedStreams } from "../../../pipeline/export/recording/importedStreams.ts"
import { readActivityFile } from "../../../pipeline/export/recording/readActivityFile.ts"
import type { DeviceSamples } from "../../../pipeline/simulator/export/DeviceSamples.ts"
import {
  expectedSamples,
  exportedActivities,
  type ExportedActivity,
} from "../../../pipeline/simulator/export/ExportedActivity.ts"
import { exportFiles } from "../../../pipeline/simulator/export/exportFiles.ts"
import type { ExportOptions } from "../../../pipeline/simulator/export/ExportOptions.ts"
import type { FitQuirks } from "../../../pipeline/simulator/export/fit/FitQuirks.ts"
import { World } from "../../../pipeline/simulator/world/World.ts"
import { textOf } from "../../../schemas/json/utf8.ts"
import { test } from "../../testing.ts"

interface ImportedStream {
  readonly data: ReadonlyArray<unknown>
  readonly derived?: boolean
}

/** Reads the file of an activity as an import does. */
const importOf = ({ file, values }: ExportedActivity) => {
  const recording = readActivityFile(file!.bytes())
  const { bytes, facts, notes } = importedStreams(recording, {
    start: values.start,
    elapsed: values.elapsed,
    file: file!.name,
  })
  const streams: Readonly<Record<string, ImportedStream>> = JSON.parse(
    bytes === undefined ? "{}" : textOf(bytes),
  )
  return { streams, facts, notes, recording }
}

/** Streams that the file has itself, by type. */
const ofFile = (streams: Readonly<Record<string, ImportedStream>>) =>
  Object.fromEntries(
    Object.entries(streams).filter(([, { derived }]) => derived !== true)
      .map(([type, { data }]) => [type, data]),
  )

const equalsTruth = (activity: ExportedActivity): void => {
  const { file, values } = activity
  const { facts, streams } = importOf(activity)
  assert.deepEqual(ofFile(streams), { ...expectedSamples(activity) }, file!.name)
  const { deviceTime, recordsOnly } = file!.quirks
  if (file!.format !== "fit" || deviceTime || recordsOnly) return
  assert.equal(facts.utcOffset, JSON.parse(world.summaryText(values.id)).utc_offset)
}

const world = World.make({ activities: 50, samples: 120 })
const filed = (options: ExportOptions): ReadonlyArray<ExportedActivity> =>
  [...exportedActivities(world, options)].filter(({ file }) => file !== undefined)

for (const format of ["fit", "gpx", "tcx"] as const) {
  test(`the samples of ${format} files equal the truth`, () =>
    Effect.sync(() => {
      const activities = filed({ formats: [format] }).filter(({ file }) => file?.format === format)
      assert.ok(activities.length > 25)
      for (const activity of activities) equalsTruth(activity)
    }))
}

const quirks: Readonly<Record<keyof FitQuirks, FitQuirks>> = {
  bigEndian: { bigEndian: true },
  shortHeader: { shortHeader: true },
  chained: { chained: true },
  compressedTimes: { compressedTimes: true },
  compressedDistance: { compressedDistance: true },
  enhancedOnly: { enhancedOnly: true },
  developerFields: { developerFields: true, bigEndian: true },
  sessions: { sessions: true },
  deviceTime: { deviceTime: true },
  heartRateMessages: { heartRateMessages: true },
  repeatedSeconds: { repeatedSeconds: true },
  unsorted: { unsorted: true, heartRateMessages: true },
  gaps: { gaps: true },
  recordsOnly: { recordsOnly: true },
  badChecksum: { badChecksum: true },
  truncated: { truncated: 0.6 },
}

for (const [name, fit] of Object.entries(quirks)) {
  if (fit.truncated !== undefined) continue
  test(`the samples of FIT files equal the truth: ${name}`, () =>
    Effect.sync(() => {
      for (const activity of filed({ formats: ["fit"], fit }).slice(0, 30)) equalsTruth(activity)
    }))
}

test("the samples of a truncated file are the first ones of the whole file", () =>
  Effect.sync(() => {
    for (const truncated of [0.3, 0.6, 0.9]) {
      for (const activity of filed({ formats: ["fit"], fit: { truncated } }).slice(0, 20)) {
        const { notes, streams } = importOf(activity)
        const { time } = expectedSamples(activity)!
        const read = streams["time"]!.data
        assert.ok(read.length > 0 && read.length <= time.length, `${read.length}`)
        assert.equal(read.length < time.length * 0.9, truncated < 0.9)
        assert.notDeepEqual(notes, [])
        for (const [type, data] of Object.entries(ofFile(streams))) {
          const whole: ReadonlyArray<unknown> = expectedSamples(
            activity,
          )![type as keyof DeviceSamples]!
          assert.deepEqual(data, whole.slice(0, read.length), type)
        }
      }
    }
  }))

test("of an activity that was cropped, only the samples in its time are expected and read", () =>
  Effect.gen(function* () {
    const cropped = World.make({ activities: 20, samples: 100 })
    const ids = cropped.ids.slice(0, 10)
    for (const id of ids) yield* cropped.crop(id, 0.6)
    for (const activity of exportedActivities(cropped)) {
      if (activity.file === undefined) continue
      const expected = expectedSamples(activity)!
      const whole = activity.file.samples.time.length
      assert.equal(expected.time.length < whole, ids.includes(activity.values.id))
      const { notes, streams } = importOf(activity)
      assert.deepEqual(streams["time"]!.data, expected.time)
      assert.equal(
        notes.some((note) => note.startsWith("cropped")),
        expected.time.length < whole || activity.file.quirks.sessions === true,
      )
    }
  }))

test("the rows of a triathlon name one file, and each has the samples of its own session", () =>
  Effect.gen(function* () {
    const triathlons = World.make({ activities: 6, samples: 40 })
    const start = Date.UTC(2024, 5, 1, 8)
    const sports = ["Swim", "Ride", "Run"] as const
    const ids: Array<number> = []
    for (const [i, sport_type] of sports.entries()) {
      ids.push(yield* triathlons.add({ start: start + i * 86_400_000 / 8, sport_type }))
    }
    const options = { multisport: [ids] }
    const activities = [...exportedActivities(triathlons, options)]
      .filter(({ values }) => ids.includes(values.id))
    assert.equal(new Set(activities.map(({ cells }) => cells.get("Filename"))).size, 1)
    const [name] = activities.map(({ file }) => file!.name)
    assert.equal(
      [...exportFiles(triathlons, options)].filter((file) => file.name === name).length,
      1,
    )
    for (const activity of activities) {
      const { recording, streams } = importOf(activity)
      assert.equal(recording.times.length, 120)
      assert.deepEqual(ofFile(streams), { ...expectedSamples(activity) })
    }
  }))
