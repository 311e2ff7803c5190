/** `--quiet` prints nothing with exit code 0, so that cron sends no mail. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { live } from "../testing.ts"
import { command, commandFolder } from "./driver/inProcess.ts"
import { simulatedServer, small } from "./driver/program.ts"

live(
  "with --quiet, a run that recovers the state file or fetches again prints nothing",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* commandFolder
      const env = yield* simulatedServer()
      const words = ["pipeline", "--data", data, "--sink", "json", "--quiet"]
      const quiet = { code: 0, stdout: "", stderr: "" }
      assert.deepEqual(yield* command(words, env), quiet)
      yield* fs.remove(`${data}/state.db`)
      assert.deepEqual(yield* command(words, env), quiet)
      assert.deepEqual(yield* command([...words, "--force", "--only", "zones"], env), quiet)
    }).pipe(Effect.provide(small({ activities: 3 }))),
)
