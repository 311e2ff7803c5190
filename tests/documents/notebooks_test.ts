/** Runs the Python code of docs/notebooks.md: the three libraries must find the same weeks and samples. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { read } from "../../tools/files.ts"
import { command, commandFolder } from "../commands/driver/inProcess.ts"
import { simulatedServer } from "../commands/driver/program.ts"
import { python, pythonThat, pythonWith, withPython } from "./python.ts"

const page = read("docs/notebooks.md")

/** Blocks of code; the one that needs a database server is not run. */
const blocks = [...page.matchAll(/^```python\n([^]*?)^```/gm)].map(([, code = ""]) => code)
const runnable = blocks.filter((code) => !code.includes("postgres://"))

const libraries = ["polars", "pandas", "duckdb"] as const

const anyPython = pythonThat("")
const withLibraries = pythonWith(...libraries)

withPython(
  anyPython,
  "Python",
  "the code of docs/notebooks.md is valid Python",
  (program) =>
    Effect.sync(() => {
      assert.ok(blocks.length >= 8, String(blocks.length))
      for (const code of blocks) {
        const found = python(program, `compile(${JSON.stringify(code)}, "page", "exec")`)
        assert.ok(found?.success, `${code}\n${new TextDecoder().decode(found?.stderr)}`)
      }
    }),
)

/** Code that prints what a block has found, by a line of it. */
const results: ReadonlyArray<readonly [line: string, print: string]> = [
  [
    "weekly = (\n    activities.group_by",
    `weekly.select(pl.col("week").dt.strftime("%Y-%m-%d"), "sport_type", "activities", "km").rows()`,
  ],
  [
    "weekly = (\n    activities.groupby",
    `[(str(w)[:10], s, int(n), float(km)) for w, s, n, km in ` +
    `weekly.reset_index()[["start", "sport_type", "activities", "km"]].itertuples(index=False)]`,
  ],
  ["weekly = duckdb.sql", `[(str(w)[:10], s, n, km) for w, s, n, km, h in weekly.fetchall()]`],
  ["samples = pl.scan_csv", `samples.select(pl.len()).collect().item()`],
  ["samples = pd.concat", `len(samples)`],
  ["read_parquet", `duckdb.sql("select count(*) from samples").fetchall()[0][0]`],
]

withPython(
  withLibraries,
  `Python with ${libraries.join(", ")}; name one in PYTHON`,
  "polars, pandas and DuckDB find the same weeks and samples with the code of docs/notebooks.md",
  (program) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* commandFolder
      const sinks = ["--sink", "json", "--sink", "csv", "--sink", "parquet", "--quiet"]
      const run = yield* command(
        ["pipeline", "--data", `${folder}/data`, ...sinks],
        yield* simulatedServer(),
      )
      assert.equal(run.code, 0, run.stderr)
      const found = new Map<string, unknown>()
      for (const code of runnable) {
        const [name, print] = results.find(([line]) => code.includes(line)) ?? []
        const more = print === undefined ? "" : `\nimport json\nprint("=", json.dumps(${print}))`
        const { stderr, stdout, success } = python(program, code + more, folder) ?? {}
        assert.ok(success, `${code}\n${new TextDecoder().decode(stderr)}`)
        const last = new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? ""
        if (name !== undefined) found.set(name, JSON.parse(last.slice(2)))
      }
      assert.equal(found.size, results.length)
      const [polars, pandas, duckdb, ...counts] = results.map(([line]) => found.get(line))
      const rounded = (rows: unknown) =>
        (rows as ReadonlyArray<readonly [string, string, number, number]>)
          .map(([week, sport, count, km]) => `${week} ${sport} ${count} ${Math.round(km)}`)
          .toSorted()
      assert.ok(rounded(polars).length > 3)
      assert.deepEqual(rounded(pandas), rounded(polars))
      assert.deepEqual(rounded(duckdb), rounded(polars))
      let samples = 0
      for (const name of yield* fs.readDirectory(`${folder}/data/json/streams`)) {
        const streams = JSON.parse(yield* fs.readFileString(`${folder}/data/json/streams/${name}`))
        samples += streams.time.data.length
      }
      assert.deepEqual(counts, [samples, samples, samples])
    }).pipe(Effect.provide(Simulator.layer({ activities: 12, samples: 40, rotation: "never" }))),
)
