/** The dbt project in examples/dbt: its sources are those of the database, and dbt parses it. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { read } from "../../tools/files.ts"
import { python, pythonWith, withPython } from "../documents/python.ts"
import { test } from "../testing.ts"
import { sourcesFile, sourcesText } from "./sources.ts"

test("the sources of dbt are the tables and views of the database (run tests/dbt/sources.ts)", () =>
  Effect.sync(() => {
    assert.equal(read(sourcesFile), sourcesText())
    assert.match(sourcesText(), /- name: v_weekly\n/)
    assert.match(sourcesText(), /- name: id\n +description: .*\n +data_tests: \[not_null, unique\]/)
  }))

withPython(
  pythonWith("dbt.adapters.postgres"),
  "Python with dbt-postgres; name one in PYTHON",
  "dbt parses the project, and finds its sources and models",
  (program) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const project = `${Deno.cwd()}/examples/dbt`
      const code = `
from dbt.cli.main import dbtRunner
result = dbtRunner().invoke(["parse", "--project-dir", "${project}", "--profiles-dir", "${project}",
    "--target-path", "${folder}", "--log-path", "${folder}", "--no-send-anonymous-usage-stats"])
assert result.success, result.exception
manifest = result.result
print(len(manifest.sources), sorted(node.name for node in manifest.nodes.values() if node.resource_type == "model"))
`
      const found = python(program, code, folder)
      const text = new TextDecoder().decode(found?.stdout).trim().split("\n").at(-1) ?? ""
      assert.ok(found?.success, new TextDecoder().decode(found?.stderr) + text)
      assert.match(text, /^\d\d \['gear_distance', 'weekly_load'\]$/)
    }),
)
