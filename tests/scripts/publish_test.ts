/** The library can be published: every public type is explicit, and every export has a description. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { live } from "../testing.ts"

const root = new URL("../../", import.meta.url)

const deno = (...args: ReadonlyArray<string>) =>
  Effect.promise(async () => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd: root,
      env: { NO_COLOR: "1" },
    }).output()
    return { code, words: new TextDecoder().decode(stderr) }
  })

live("deno publish accepts the package, with explicit types only", () =>
  Effect.gen(function* () {
    const { code, words } = yield* deno("publish", "--dry-run", "--allow-dirty")
    assert.equal(code, 0, words)
  }))

live("every export has a description and only public types", () =>
  Effect.gen(function* () {
    const { code, words } = yield* deno("doc", "--lint", "pipeline/mod.ts", "tests/kit/mod.ts")
    assert.equal(code, 0, words)
  }))
