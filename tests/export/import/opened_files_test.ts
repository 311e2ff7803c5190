/** Files of an export that an import opens: the tables that it needs, and the files that rows name. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { exportedActivities } from "../../../pipeline/simulator/export/ExportedActivity.ts"
import { live } from "../../testing.ts"
import { importDirectly, writtenExport } from "./importing.ts"

const tables = ["activities.csv", "bikes.csv", "profile.csv", "shoes.csv"]

live(
  "an import opens the needed tables and the named files, once each, and nothing private",
  () =>
    Effect.gen(function* () {
      const { data, folder, path, world } = yield* writtenExport({}, { name: "export/" })
      const fs = yield* FileSystem.FileSystem
      yield* fs.writeFileString(`${folder}/export/activities/999.gpx`, "no row names this file")
      const opened: Array<string> = []
      const note = (file: string) => {
        const own = file.split("/export/")[1]
        if (own !== undefined) opened.push(own)
      }
      const watched: FileSystem.FileSystem = {
        ...fs,
        readFile: (file) => Effect.andThen(Effect.sync(() => note(file)), fs.readFile(file)),
        readFileString: (file, encoding) =>
          Effect.andThen(Effect.sync(() => note(file)), fs.readFileString(file, encoding)),
        open: (file, options) =>
          Effect.andThen(Effect.sync(() => note(file)), fs.open(file, options)),
      }
      const importing = importDirectly(data, path)
      const named = [...exportedActivities(world)].flatMap(({ file }) => file?.name ?? [])
      yield* Effect.provideService(importing, FileSystem.FileSystem, watched)
      assert.deepEqual(opened.toSorted(), [...tables, ...named].toSorted())
      opened.length = 0
      yield* Effect.provideService(importing, FileSystem.FileSystem, watched)
      assert.deepEqual(opened.toSorted(), tables, "known files are not opened")
    }),
)
