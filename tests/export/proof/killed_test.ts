/** kill -9 of the real import at random times, several in one data directory: the same command completes it. */
import { Effect, FileSystem, Redacted } from "effect"
import assert from "node:assert/strict"
import { Random } from "../../../pipeline/simulator/world/random.ts"
import { command } from "../../commands/driver/inProcess.ts"
import { makeCrashStand, runProgram } from "../../crash/stand.ts"
import { TestServer } from "../../postgres/databases.ts"
import { freshDatabase } from "../../postgres/server.ts"
import { liveWith } from "../../testing.ts"
import { importedFiles, writtenExport } from "../import/importing.ts"

const live = liveWith(TestServer.layer)

/** Data directories, and kills in each of them. */
const [directories, kills] = [3, 4]

live(
  "after several kills at random times, the same import completes, in files and in PostgreSQL",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const onDisk = fs.makeTempDirectoryScoped()
      const { folder, path } = yield* writtenExport({ activities: 120, samples: 400 }, {}, onDisk)
      const { root } = yield* makeCrashStand()
      const server = yield* TestServer
      const random = new Random(17, 4)
      /** Imports with kills at these times, in milliseconds after the lock, and then to the end. */
      const imported = Effect.fnUntraced(function* (name: string, times: ReadonlyArray<number>) {
        const data = `${folder}/${name}`
        const env = { DATABASE_URL: Redacted.value(yield* freshDatabase(server)) }
        const words = ["import", path, "--data", data, "--quiet"]
        let killed = 0
        for (const [i, after] of [...times, undefined].entries()) {
          const trace = `${data}.trace${i}`
          yield* fs.writeFileString(trace, "")
          const run = { root, trace, env, words }
          const { code, signal, stderr } = yield* runProgram(
            after === undefined ? run : { ...run, later: { after, signal: "SIGKILL" } },
          )
          if (signal === "SIGKILL") killed++
          else assert.equal(code, 0, stderr)
        }
        const { code, stdout } = yield* command(["verify", "--full", "--data", data], env)
        assert.equal(code, 0, stdout)
        return { killed, stored: yield* importedFiles(data) }
      })
      const whole = yield* imported("whole", [])
      let killed = 0
      for (let i = 0; i < directories; i++) {
        const times = Array.from({ length: kills }, () => random.int(0, 700))
        const found = yield* imported(`killed${i}`, times)
        assert.deepEqual(found.stored, whole.stored, times.join(", "))
        killed += found.killed
      }
      // On a fast machine, an import can end before its kill.
      assert.ok(killed > 0)
    }),
)
