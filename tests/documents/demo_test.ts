/** `deno task demo`, the first command of a new user, runs to its end. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { live } from "../testing.ts"

live(
  "the demo ends without an error, and lists the files that it wrote",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = `${yield* fs.makeTempDirectoryScoped()}/demo`
      const { code, stderr, stdout } = yield* Effect.promise(() =>
        new Deno.Command(Deno.execPath(), {
          args: ["task", "--quiet", "demo", "--data", folder],
          cwd: new URL("../../", import.meta.url),
        }).output()
      )
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
      assert.equal(code, 0, text(stderr))
      assert.match(text(stdout), /report\.html +[\d.]+ MB\n/)
      assert.ok(yield* fs.exists(`${folder}/report.html`))
    }),
)
