/** The scripts in docs/scripts.md are the files in examples/scripts/, which other tests run. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { files, read } from "../../tools/files.ts"
import { test } from "../testing.ts"

const page = read("docs/scripts.md")

test("the scripts on the page are the files", () =>
  Effect.sync(() => {
    const blocks = [...page.matchAll(/<!-- file: (\S+) -->\n+```ts\n([^]*?)\n```/g)]
    assert.ok(blocks.length >= 4)
    for (const [, name = "", code = ""] of blocks) {
      assert.equal(`${code}\n`, read(`examples/scripts/${name}`), name)
    }
  }))

test("a script needs about 30 lines, and every example is on the page or linked from it", () =>
  Effect.sync(() => {
    for (const path of files("examples/scripts/").filter((path) => path.endsWith(".ts"))) {
      assert.ok(page.includes(path.slice(path.lastIndexOf("/") + 1)), path)
      const lines = read(path).split("\n").filter((line) => line.trim() !== "")
      assert.ok(lines.length <= 70, `${path} has ${lines.length} lines`)
    }
  }))
