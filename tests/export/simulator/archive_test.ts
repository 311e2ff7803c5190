/** The simulated export on disk: a ZIP file, a folder, and damage. */
import { Effect, FileSystem, Path } from "effect"
import assert from "node:assert/strict"
import { openArchive } from "../../../pipeline/export/archive/Archive.ts"
import { readActivityFile } from "../../../pipeline/export/recording/readActivityFile.ts"
import { exportedActivities } from "../../../pipeline/simulator/export/ExportedActivity.ts"
import { exportFiles } from "../../../pipeline/simulator/export/exportFiles.ts"
import type { ExportDamage } from "../../../pipeline/simulator/export/ExportOptions.ts"
import { writeExport } from "../../../pipeline/simulator/export/writeExport.ts"
import { World } from "../../../pipeline/simulator/world/World.ts"
import { test } from "../../testing.ts"

const world = World.make({ activities: 20, samples: 20 })
const exportedAt = Date.UTC(2026, 10, 1, 12, 30, 30)

const temporary = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  return yield* fs.makeTempDirectoryScoped()
})

for (const kind of ["export.zip", "folder/"]) {
  test(`${kind} has every file, at the time of the export`, () =>
    Effect.gen(function* () {
      const path = `${yield* temporary}/${kind}`
      const written = yield* writeExport(path, world, { exportedAt })
      const archive = yield* openArchive(path)
      const files = [...exportFiles(world)]
      assert.equal(archive.exportedAt, exportedAt)
      assert.equal(written.files, files.length)
      assert.deepEqual(archive.ignored, [])
      assert.deepEqual([...archive.entries.keys()].sort(), files.map(({ name }) => name).sort())
      for (const { bytes, name } of files) {
        assert.deepEqual(new Uint8Array(yield* archive.read(name)), bytes)
      }
    }))

  test(`${kind} can have another folder around it`, () =>
    Effect.gen(function* () {
      const path = `${yield* temporary}/${kind}`
      yield* writeExport(path, world, { exportedAt, folder: "export_42" })
      const archive = yield* openArchive(path)
      const files = [...exportFiles(world)]
      assert.deepEqual([...archive.entries.keys()].sort(), files.map(({ name }) => name).sort())
    }))
}

const damage: ReadonlyArray<ExportDamage> = [
  "error",
  "missing",
  "empty",
  "unreadable",
  "truncated",
  "hostile",
  "link",
  "bomb",
  "flipped",
]

test("each kind of damage is done to one activity, and to nothing outside the export", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { join } = yield* Path.Path
    const folder = yield* temporary
    const path = join(folder, "export.zip")
    yield* writeExport(path, world, { damage })
    assert.deepEqual(yield* fs.readDirectory(folder), ["export.zip"])
    const archive = yield* openArchive(path)
    assert.equal(archive.ignored.length, 2)
    const found = new Map<ExportDamage, string>()
    for (const { cells, damage: kind, file } of exportedActivities(world, { damage })) {
      if (kind === undefined || file === undefined) continue
      const filename = cells.get("Filename")!
      const outcome = yield* Effect.match(archive.read(filename), {
        onFailure: ({ reason }) => reason,
        onSuccess: (bytes) => {
          const { notes } = readActivityFile(bytes)
          return notes.length > 0 ? "noted" : "intact"
        },
      })
      assert.equal(found.has(kind), false)
      found.set(kind, outcome)
    }
    assert.deepEqual(Object.fromEntries(found), {
      error: "missing",
      missing: "missing",
      empty: "noted",
      unreadable: "noted",
      truncated: "noted",
      hostile: "missing",
      link: "missing",
      bomb: "noted",
      flipped: "damaged",
    })
  }))

test("a file of zeros makes the archive as large as that of a whole life", () =>
  Effect.gen(function* () {
    const path = `${yield* temporary}/export.zip`
    const padding = 4_800_000_000
    yield* writeExport(path, World.make({ activities: 3, samples: 5 }), { padding })
    const archive = yield* openArchive(path)
    assert.equal(archive.entries.get("media/padding.bin")?.size, padding)
    assert.ok((yield* archive.read("activities.csv")).length > 0)
  }))
