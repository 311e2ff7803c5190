/** The library can be published: every public type is explicit, and every export has a description. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { files, read } from "../../tools/files.ts"
import { live } from "../testing.ts"

const root = new URL("../../", import.meta.url)

const denoIn = (folder: URL | string, ...args: ReadonlyArray<string>) =>
  Effect.promise(async () => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output()
    return { code, words: new TextDecoder().decode(stderr) }
  })

const deno = (...args: ReadonlyArray<string>) => denoIn(root, ...args)

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

live(
  "scripts in a folder of their own pass deno check, with Deno's own compiler options",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const { href } = root
      const imports = {
        "@paceline/paceline": `${href}pipeline/mod.ts`,
        "@paceline/testing": `${href}tests/kit/mod.ts`,
        effect: JSON.parse(read("deno.json")).imports.effect,
      }
      yield* fs.writeFileString(`${folder}/deno.json`, JSON.stringify({ imports }))
      const scripts = files("examples/scripts/").filter((path) => path.endsWith(".ts"))
      for (const path of scripts) {
        yield* fs.writeFileString(`${folder}/${path.slice(path.lastIndexOf("/") + 1)}`, read(path))
      }
      const contract = [
        'import { sinkContract } from "@paceline/testing"',
        'import { sqlite } from "./sqlite_sink.ts"',
        "sinkContract(sqlite)",
      ]
      yield* fs.writeFileString(`${folder}/sqlite_test.ts`, contract.join("\n"))
      const { code, words } = yield* denoIn(folder, "check", ".")
      assert.equal(code, 0, words)
    }),
)
