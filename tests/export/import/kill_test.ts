/** kill -9 of the real import at every failpoint that it passes, with all sinks: the same command completes it. */
import { Effect, FileSystem, Redacted } from "effect"
import assert from "node:assert/strict"
import type { Failpoint } from "../../../sinks/failpoints.ts"
import { command } from "../../commands/driver/inProcess.ts"
import { makeCrashStand, runProgram } from "../../crash/stand.ts"
import { TestServer } from "../../postgres/databases.ts"
import { freshDatabase } from "../../postgres/server.ts"
import { liveWith } from "../../testing.ts"
import { importedFiles, writtenExport } from "./importing.ts"

const live = liveWith(TestServer.layer)

const onDisk = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())

live(
  "after kill -9 at any failpoint, the same import completes, in files and in PostgreSQL",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { folder, path } = yield* writtenExport({ activities: 24, samples: 8 }, {}, onDisk)
      const { root } = yield* makeCrashStand()
      const server = yield* TestServer
      let runs = 0
      /** Imports into a new data directory and database; then again, if the first run is to be killed. */
      const imported = Effect.fnUntraced(function* (stop?: {
        readonly at: Failpoint
        readonly hit: number
      }) {
        const data = `${folder}/data${runs++}`
        const trace = `${data}.trace`
        yield* fs.writeFileString(trace, "")
        const env = { DATABASE_URL: Redacted.value(yield* freshDatabase(server)) }
        const run = { root, trace, env, words: ["import", path, "--data", data, "--quiet"] }
        const first = yield* runProgram(
          stop === undefined ? run : { ...run, stop: { ...stop, signal: "SIGKILL" } },
        )
        const second = stop === undefined ? first : yield* runProgram(run)
        assert.equal(second.code, 0, `${JSON.stringify(stop)}: ${second.stderr}`)
        const verified = yield* command(["verify", "--full", "--data", data], env)
        return { first, verified, files: yield* importedFiles(data), data }
      })
      const whole = yield* imported()
      const passed = Map.groupBy(whole.first.passed, (name) => name)
      assert.ok(passed.size > 25)
      for (const [name, hits] of passed) {
        for (const hit of new Set([1, Math.ceil(hits.length / 2)])) {
          const at = `${name} #${hit}`
          const killed = yield* imported({ at: name as Failpoint, hit })
          assert.equal(killed.first.signal, "SIGKILL", at)
          assert.equal(killed.verified.code, 0, `${at}: ${killed.verified.stdout}`)
          assert.deepEqual(killed.files, whole.files, at)
          yield* fs.remove(killed.data, { recursive: true })
        }
      }
    }),
)
