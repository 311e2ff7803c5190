/** Bounds of the work of an import, in counts that are the same on every machine. */
import assert from "node:assert/strict"
import { Effect, FileSystem } from "effect"
import { importDirectly, writtenExport } from "../export/import/importing.ts"
import { live } from "../testing.ts"
import { type WorkDone, workOf } from "./Work.ts"

const callsOf = ({ calls }: WorkDone) => calls.values().reduce((sum, count) => sum + count, 0)

const bytesIn = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const names = yield* fs.readDirectory(folder)
  const sizes = yield* Effect.forEach(names, (name) => fs.stat(`${folder}/${name}`))
  return sizes.reduce((sum, { size }) => sum + Number(size), 0)
})

/** Returns the work of an import to JSON and of the same import again, and the bytes that it stored. */
const importTwice = (activities: number, samples: number) =>
  Effect.gen(function* () {
    const { data, path } = yield* writtenExport(
      { activities, samples, manual: 0 },
      { formats: ["fit"] },
    )
    const { work: first } = yield* workOf(importDirectly(data, path))
    const { work: again } = yield* workOf(importDirectly(data, path))
    const streams = yield* bytesIn(`${data}/json/streams`)
    return { first, again, streams, stored: streams + (yield* bytesIn(`${data}/originals`)) }
  }).pipe(Effect.scoped)

live(
  "the work of an import for an activity and for a sample stays within its bounds",
  () =>
    Effect.gen(function* () {
      const [activities, samples] = [6, 300]
      const base = yield* importTwice(activities, samples)
      const longer = yield* importTwice(activities, 2 * samples)
      const more = yield* importTwice(2 * activities, samples)
      const streams = longer.streams - base.streams
      const per = (name: "hashed" | "decoded" | "parsed" | "written", bytes: number) =>
        (longer.first[name] - base.first[name]) / bytes
      const reads = (work: WorkDone) =>
        [
          ...["export/importedActivity.ts importActivity", "export/fit/decodeFit.ts decodeFit"],
          ...[
            "export/recording/gunzip.ts gunzip",
            "export/recording/importedStreams.ts importedStreams",
          ],
        ].map((name) => work.calls.get(`pipeline/${name}`) ?? 0)
      const measured: ReadonlyArray<readonly [name: string, amount: number, bound: number]> = [
        // The state file is hashed for its backup.
        ["bytes hashed per byte of streams", per("hashed", streams), 1.5],
        ["bytes decoded per byte of streams", per("decoded", streams), 0.02],
        ["bytes parsed per byte of streams", per("parsed", streams), 0.02],
        ["bytes written per byte stored", per("written", longer.stored - base.stored), 1.02],
        ["syncs per activity", (more.first.syncs - base.first.syncs) / activities, 2.5],
        [
          "calls per sample",
          (callsOf(longer.first) - callsOf(base.first)) / (activities * samples),
          95,
        ],
        // A known activity costs a comparison with its row, however long its file is.
        [
          "calls per known activity",
          (callsOf(more.again) - callsOf(base.again)) / activities,
          300,
        ],
        [
          "calls per sample of a known activity",
          (callsOf(longer.again) - callsOf(base.again)) / (activities * samples),
          0.5,
        ],
        ["reads per file", Math.max(...reads(more.first)) / (2 * activities), 1],
        ["reads of known files", Math.max(...reads(more.again)), 0],
      ]
      const exceeded = measured.flatMap(([name, amount, bound]) =>
        amount <= bound ? [] : [`${name}: ${amount.toFixed(2)}, at most ${bound}`]
      )
      assert.deepEqual(exceeded, [])
    }),
)
