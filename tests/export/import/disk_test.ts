/** Disks and locks: an import that cannot write says what is kept and how to continue. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { makeOriginals } from "../../../pipeline/export/originals.ts"
import { lockDataDirectory } from "../../../pipeline/state/file/lock.ts"
import { live } from "../../testing.ts"
import { importedJson, importing, writtenExport } from "./importing.ts"

live(
  "a folder of original files that cannot be used ends the import with 74",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, path } = yield* writtenExport()
      yield* fs.makeDirectory(data)
      yield* fs.writeFileString(`${data}/originals`, "a file")
      const { code, stderr } = yield* importing(data, path, "--sink", "json")
      assert.equal(code, 74, stderr)
      assert.match(stderr, /Cannot store the original files: .* --no-originals/)
      yield* importedJson(0, data, path, "--sink", "json", "--no-originals")
    }),
)

live(
  "too little room for the original files is found before the first is stored",
  () =>
    Effect.gen(function* () {
      const { folder } = yield* writtenExport()
      const originals = yield* makeOriginals(folder, true)
      yield* originals.ensureRoom(1)
      const { message } = yield* Effect.flip(originals.ensureRoom(Number.MAX_SAFE_INTEGER))
      assert.match(
        message,
        /Cannot store the original files: they need .* left\. Nothing was imported/,
      )
    }),
)

live(
  "while another run uses the data directory, an import ends with 75",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, path } = yield* writtenExport()
      yield* fs.makeDirectory(data)
      yield* lockDataDirectory(data)
      const { code, stderr } = yield* importing(data, path, "--sink", "json")
      assert.equal(code, 75, stderr)
      assert.match(stderr, /Another run is using/)
    }),
)
