/** GPX and TCX files that are cut: their beginning is imported, and the file is named with the reason. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { live } from "../../testing.ts"
import { importedJson, writtenExport } from "./importing.ts"

interface CutFile {
  readonly file: string
  readonly reason: string
  readonly partial: boolean
}

for (const format of ["gpx", "tcx"] as const) {
  live(
    `a cut ${format} file is imported up to the cut, and is a problem`,
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { data, path } = yield* writtenExport(
          { activities: 6, samples: 400, manual: 0 },
          { formats: [format], name: "export/" },
        )
        const names = yield* fs.readDirectory(`${path}/activities`)
        for (const name of names) {
          const file = `${path}/activities/${name}`
          const bytes = yield* fs.readFile(file)
          yield* fs.writeFile(file, bytes.subarray(0, Math.floor(bytes.length * 0.7)))
        }
        const { problems } = yield* importedJson(2, data, path, "--sink", "json")
        assert.equal(problems.length, names.length)
        for (const { file, partial, reason } of problems as ReadonlyArray<CutFile>) {
          assert.equal(partial, true)
          assert.match(
            reason,
            file.endsWith(".gz")
              ? /^damaged: the compressed file is cut$/
              : /^malformed XML at character \d+: unclosed tag/,
          )
        }
      }),
  )
}
