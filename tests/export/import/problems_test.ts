/** Damage: each file that cannot be imported is named with its reason, and everything else is stored. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { exportedActivities } from "../../../pipeline/simulator/export/ExportedActivity.ts"
import type { ExportDamage } from "../../../pipeline/simulator/export/ExportOptions.ts"
import { writeExport } from "../../../pipeline/simulator/export/writeExport.ts"
import { live } from "../../testing.ts"
import { exportTime, filesIn, importedJson, importing, writtenExport } from "./importing.ts"

const damage: ReadonlyArray<ExportDamage> = [
  "error",
  "missing",
  "empty",
  "unreadable",
  "truncated",
  "hostile",
  "link",
  "flipped",
]

interface Problem {
  readonly id: string
  readonly file: string
  readonly reason: string
  readonly partial: boolean
}

const reasons: Readonly<Record<string, RegExp>> = {
  error: /#error#/,
  missing: /does not contain the file/,
  empty: /empty/,
  unreadable: /unknown format|not a FIT|malformed/,
  truncated: /ends early|damaged/,
  hostile: /evil/,
  link: /does not contain the file/,
  flipped: /checksum|CRC|damaged/i,
}

live(
  "damaged files are named with their reasons, the rest is imported, and the exit code is 2",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, path, world } = yield* writtenExport(
        { activities: 16, manual: 0 },
        { damage, formats: ["fit"] },
      )
      const truth = [...exportedActivities(world, { damage, formats: ["fit"] })]
      const damaged = new Map(
        truth.flatMap(({ damage, values }) =>
          damage === undefined ? [] : [[String(values.id), damage]]
        ),
      )
      assert.equal(damaged.size, damage.length)
      const { problems, resources, exit } = yield* importedJson(2, data, path, "--sink", "json")
      assert.equal(exit, 2)
      assert.deepEqual(
        problems.map(({ id }: Problem) => id).sort(),
        [...damaged.keys()].sort(),
      )
      for (const { id, partial, reason } of problems as ReadonlyArray<Problem>) {
        const kind = damaged.get(id)!
        assert.match(reason, reasons[kind]!, kind)
        assert.equal(partial, kind === "truncated", kind)
      }
      const withFile = truth.filter(({ file }) => file !== undefined).length
      assert.equal(resources.activities.fresh, world.size)
      assert.equal(resources.streams.fresh, withFile - damage.length + 1)
      assert.equal(
        (yield* fs.readDirectory(`${data}/json/streams`)).length,
        withFile - damage.length + 1,
      )
    }),
)

live(
  "a file that stays unreadable is named by each import, and no item changes",
  () =>
    Effect.gen(function* () {
      const { data, path } = yield* writtenExport(
        { activities: 8, manual: 0 },
        { damage: ["error", "unreadable"] },
      )
      const first = yield* importedJson(2, data, path, "--sink", "json")
      const before = yield* filesIn(`${data}/json`)
      const second = yield* importedJson(2, data, path, "--sink", "json")
      assert.deepEqual(second.problems, first.problems)
      assert.deepEqual(yield* filesIn(`${data}/json`), before)
      const { activities, streams } = second.resources
      assert.deepEqual([activities.fresh, activities.changed, streams.fresh], [0, 0, 0])
    }),
)

live(
  "the page names each file with a problem, and --partial-ok makes the exit code 0",
  () =>
    Effect.gen(function* () {
      const { data, path } = yield* writtenExport({ manual: 0 }, { damage: ["error", "missing"] })
      const result = yield* importing(data, path, "--sink", "json")
      assert.equal(result.code, 2)
      const page = result.stdout.replaceAll(/\s+/g, " ")
      assert.match(page, /2 files with problems/)
      assert.match(page, /#error# \(activity \d+, .*\): the export has "#error#"/)
      assert.match(result.stderr, /2 files could not be imported completely/)
      const accepted = yield* importing(data, path, "--sink", "json", "--partial-ok")
      assert.equal(accepted.code, 0)
      const silent = yield* importing(data, path, "--sink", "json", "--partial-ok", "--quiet")
      assert.deepEqual(silent, { code: 0, stdout: "", stderr: "" })
    }),
)

live(
  "a file that another export has in order is imported from there",
  () =>
    Effect.gen(function* () {
      const options = { formats: ["fit"] } as const
      const world = { activities: 6, manual: 0 }
      const { data, path } = yield* writtenExport(world, {
        ...options,
        damage: ["missing", "unreadable"],
      })
      const older = yield* writtenExport(world, {
        ...options,
        name: "older.zip",
        exportedAt: Date.UTC(2026, 10, 16),
      })
      const { problems, resources } = yield* importedJson(
        0,
        data,
        path,
        older.path,
        "--sink",
        "json",
      )
      assert.deepEqual(problems, [])
      assert.equal(resources.activities.fresh, older.world.size)
      const again = yield* importedJson(0, data, older.path, path, "--sink", "json")
      assert.deepEqual(again.problems, [])
      assert.equal(again.resources.activities.fresh, 0)
      assert.equal(again.resources.activities.changed, 0)
    }),
)

live(
  "damaged files of a newer export replace nothing of an earlier one",
  () =>
    Effect.gen(function* () {
      const { data, path, world } = yield* writtenExport(
        { activities: 16, manual: 0 },
        { formats: ["fit"] },
      )
      yield* importedJson(0, data, path, "--sink", "json")
      const stored = () =>
        Effect.all([filesIn(`${data}/json/streams`), filesIn(`${data}/originals`)])
      const before = yield* stored()
      const newer = `${path}.newer.zip`
      yield* writeExport(newer, world, {
        damage,
        formats: ["fit"],
        exportedAt: exportTime + 86_400_000,
      })
      const preview = yield* importedJson(2, data, newer, "--dry-run")
      assert.deepEqual(preview.originals, { files: 0, bytes: 0 })
      const { problems } = yield* importedJson(2, data, newer, "--sink", "json")
      assert.deepEqual(preview.problems, problems)
      // A file that is only missing is no problem, because an earlier export has it.
      assert.equal(problems.length, 5)
      for (const { reason } of problems) {
        assert.match(reason, /the file of an earlier export is kept$/)
      }
      assert.deepEqual(yield* stored(), before)
      assert.equal((yield* importing(data, path, newer)).code, 2)
      assert.deepEqual(yield* stored(), before)
    }),
)
