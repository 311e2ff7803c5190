/** Exports of the simulated athlete on disk, and the command that imports them. */
import { Effect, FileSystem, Layer, Option, type Scope } from "effect"
import assert from "node:assert/strict"
import { Exports, openExports } from "../../../pipeline/export/Exports.ts"
import { importExports } from "../../../pipeline/export/importExports.ts"
import { ImportOptions } from "../../../pipeline/export/ImportOptions.ts"
import { ImportReport } from "../../../pipeline/export/ImportReport.ts"
import { makeOriginals, Originals } from "../../../pipeline/export/originals.ts"
import { storeLayer } from "../../../pipeline/run/layers.ts"
import type { ExportOptions } from "../../../pipeline/simulator/export/ExportOptions.ts"
import { writeExport } from "../../../pipeline/simulator/export/writeExport.ts"
import { World, type WorldOptions } from "../../../pipeline/simulator/world/World.ts"
import { defaultOptions } from "../../../pipeline/stages/RunOptions.ts"
import { markName } from "../../../sinks/files/mark.ts"
import { command, commandFolder } from "../../commands/driver/inProcess.ts"
import { fileTexts } from "../../pipeline/model.ts"

export const exportTime = Date.UTC(2026, 10, 20, 12)

/** A small world, and its export in a folder of its own, next to the data directory of a test. */
export const writtenExport = Effect.fnUntraced(function* (
  world: WorldOptions = {},
  options: ExportOptions & { readonly name?: string } = {},
  parent: Effect.Effect<string, unknown, FileSystem.FileSystem | Scope.Scope> = commandFolder,
) {
  const folder = yield* parent
  const path = `${folder}/${options.name ?? "export_1.zip"}`
  const made = World.make({ activities: 8, samples: 40, manual: 0.2, ...world })
  yield* writeExport(path, made, { exportedAt: exportTime, ...options })
  return { path, data: `${folder}/data`, world: made, folder }
})

/** Runs `paceline import` with these words. */
export const importing = (data: string, ...words: ReadonlyArray<string>) =>
  command(["import", "--data", data, ...words])

/** Runs the command, which must end with this code, and returns its JSON. */
export const importedJson = Effect.fnUntraced(
  function* (code: number, data: string, ...words: ReadonlyArray<string>) {
    const result = yield* importing(data, "--json", ...words)
    assert.equal(result.code, code, result.stderr)
    return JSON.parse(result.stdout)
  },
)

/** Returns the time of the last change, the size and the inode of every file in `folder`, by path. */
export const filesIn = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const names = yield* fs.readDirectory(folder, { recursive: true })
  const files = new Map<string, string>()
  for (const name of names.sort()) {
    const { ino, mtime, size, type } = yield* fs.stat(`${folder}/${name}`)
    if (type !== "File") continue
    files.set(name, [mtime, ino, size].map(String).join(" "))
  }
  return files
})

/** Imports without the command, so that a test can provide services such as failpoints. */
export const importDirectly = Effect.fnUntraced(
  function* (data: string, ...paths: ReadonlyArray<string>) {
    const settings = {
      data,
      sinks: ["json"],
      databaseUrl: Option.none(),
      options: defaultOptions,
    }
    const choice = { data, stored: undefined, named: undefined }
    return yield* importExports().pipe(
      Effect.provide(Layer.merge(storeLayer(settings), ImportReport.layer), { local: true }),
      Effect.provideServiceEffect(Exports, openExports(paths, choice)),
      Effect.provideServiceEffect(Originals, makeOriginals(data, true)),
      Effect.provideService(ImportOptions, { prefer: undefined }),
    )
  },
  Effect.scoped,
)

/** Returns the files of the sinks and the original files, by folder, without the number of runs. */
export const importedFiles = Effect.fnUntraced(function* (
  data: string,
  folders: ReadonlyArray<string> = ["json", "csv", "originals"],
) {
  const files = yield* Effect.forEach(folders, (name) => fileTexts(`${data}/${name}`))
  for (const folder of files) folder.delete(markName)
  return files
})
