/** `deno task purge` as a user meets it: what it says, what it refuses, how it ends. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { program, simulated, small } from "../commands/program.ts"
import { live } from "../testing.ts"
import { below } from "./folder.ts"

const folder = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())

live(
  "purge says what goes, asks, and deletes it; --revoke ends the permission first",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* folder
      const env = yield* simulated()
      const run = ["pipeline", "--data", data, "--record", `${data}/rec`]
      assert.equal((yield* program(run, env)).code, 0)
      yield* fs.writeFileString(`${data}/mine.txt`, "mine")
      const all = below(data)

      const asked = yield* program(["purge", "--data", data])
      assert.equal(asked.code, 64)
      assert.match(asked.stderr, /no terminal to ask at.*Nothing was deleted\. .* --yes/)
      assert.match(asked.stdout, /12 activities and the\s+samples of \d+:\n/)
      for (const part of ["recordings", "csv", "json", "postgres", "tokens", "state"]) {
        assert.match(asked.stdout, new RegExp(`^  ${part} +[\\d,]+ files?, [\\d.]+ .B +/`, "m"))
      }
      assert.match(asked.stdout, /^ {2}mine\.txt: not made by Paceline$/m)
      assert.deepEqual(below(data), all)

      const wrong = yield* program(["purge", "--data", `${data}/rec`, "--yes"])
      assert.deepEqual([wrong.code, /is not a folder that Paceline/.test(wrong.stderr)], [64, true])
      const elsewhere = yield* program(["purge", "--data", `${data}/none`, "--yes"])
      assert.equal(elsewhere.code, 0)
      assert.deepEqual(below(data), all)

      const purged = yield* program(["purge", "--data", data, "--yes", "--revoke", "--json"], env)
      assert.equal(purged.code, 0, purged.stderr)
      const { deleted, left } = JSON.parse(purged.stdout)
      assert.deepEqual(left, ["mine.txt"])
      assert.ok(deleted.every(({ files }: { readonly files: number }) => files > 0))
      assert.deepEqual(below(data), ["mine.txt"])
      const { requests } = yield* Simulator
      assert.equal((yield* requests).at(-1)?.path, "/oauth/revoke")
      const again = yield* program(["pipeline", "--data", data, "--sink", "json"], env)
      assert.deepEqual([again.code, /deno task auth/.test(again.stderr)], [77, true])
    }).pipe(Effect.provide(small())),
)
