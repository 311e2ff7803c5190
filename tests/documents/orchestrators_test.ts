/**
 * The examples for Airflow, Dagster and Prefect: their own packages load them, and a run that ends at the rate limit
 * is scheduled again for the next window.
 */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { files, read } from "../../tools/files.ts"
import { test } from "../testing.ts"
import { python, pythonThat, pythonWith, withPython } from "./python.ts"

const examples = files("examples/").filter((path) => path.endsWith(".py"))

withPython(
  pythonThat(""),
  "Python",
  "the examples in Python compile",
  (program) =>
    Effect.sync(() => {
      assert.equal(examples.length, 3)
      for (const path of examples) {
        const found = python(program, `compile(${JSON.stringify(read(path))}, "example", "exec")`)
        assert.ok(found?.success, `${path}\n${new TextDecoder().decode(found?.stderr)}`)
      }
    }),
)

/** Summary of a run, as `--json` prints it, as far as the examples read it. */
const summary = (end: number) =>
  JSON.stringify({
    quota: {
      quarter: { end, used: 100, cap: 100 },
      day: { end: end + 86_400_000, used: 100, cap: 1_000 },
    },
    requests: 3,
    setAside: 1,
    resources: {},
  })

/** Runs Python code with a `deno` that ends with a code; returns what the code prints. */
const withRun = Effect.fnUntraced(function* (program: string, code: number, body: string) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const end = Date.now() + 60_000
  yield* fs.writeFileString(`${folder}/summary.json`, summary(end))
  yield* fs.writeFileString(
    `${folder}/deno`,
    `#!/bin/sh\ncat ${folder}/summary.json\necho "message of the run" >&2\nexit ${code}\n`,
  )
  yield* fs.chmod(`${folder}/deno`, 0o755)
  const found = python(program, body, folder, {
    PATH: `${folder}:${Deno.env.get("PATH") ?? ""}`,
    HOME: folder,
    PACELINE_HOME: folder,
    AIRFLOW_HOME: folder,
    AIRFLOW_VAR_PACELINE: folder,
    DAGSTER_HOME: folder,
    PREFECT_HOME: folder,
    PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW: "ignore",
    PYTHONPATH: examples.map((path) => `${Deno.cwd()}/${path.replace(/\/[^/]+$/, "")}`).join(":"),
  })
  const text = new TextDecoder().decode(found?.stdout)
  assert.ok(found?.success, `${text}\n${new TextDecoder().decode(found?.stderr)}`)
  return text.trim().split("\n").at(-1) ?? ""
})

const dagster = `
import dagster as dg, paceline_assets as p
try:
    print("ok", p.strava(dg.build_asset_context()).metadata["requests"])
except dg.RetryRequested as e:
    print("retry", 30 < e.seconds_to_wait < 90 or e.seconds_to_wait)
except dg.Failure as e:
    print("failure", e.allow_retries)
`

withPython(
  pythonWith("dagster"),
  "Python with dagster; name one in PYTHON",
  "Dagster loads its example",
  (program) =>
    Effect.gen(function* () {
      assert.equal(yield* withRun(program, 0, dagster), "ok 3")
      assert.equal(yield* withRun(program, 2, dagster), "ok 3")
      assert.equal(yield* withRun(program, 75, dagster), "retry True")
      assert.equal(yield* withRun(program, 69, dagster), "retry 600")
      assert.equal(yield* withRun(program, 77, dagster), "failure False")
    }),
)

const prefect = `
import paceline_flow as p
try:
    code, summary, text = p.fetch.fn()
    print(type(p.paceline).__name__, code, summary["requests"])
except p.Unavailable:
    print("unavailable")
`

withPython(
  pythonWith("prefect"),
  "Python with prefect; name one in PYTHON",
  "Prefect loads its example",
  (program) =>
    Effect.gen(function* () {
      assert.equal(yield* withRun(program, 75, prefect), "Flow 75 3")
      assert.equal(yield* withRun(program, 69, prefect), "unavailable")
    }),
)

const airflow = `
import paceline_dag as p
from airflow.sdk.exceptions import AirflowRescheduleException
from airflow.exceptions import AirflowFailException
from datetime import datetime, timezone
dag = p.paceline()
try:
    print("ok", dag.get_task("fetch").python_callable()["requests"])
except AirflowRescheduleException as e:
    print("reschedule", 30 < (e.reschedule_date - datetime.now(timezone.utc)).total_seconds() < 90)
except AirflowFailException:
    print("fail")
except RuntimeError:
    print("retry")
`

withPython(
  pythonWith("airflow"),
  "Python with airflow; name one in PYTHON",
  "Airflow loads its example",
  (program) =>
    Effect.gen(function* () {
      assert.equal(yield* withRun(program, 2, airflow), "ok 3")
      assert.equal(yield* withRun(program, 75, airflow), "reschedule True")
      assert.equal(yield* withRun(program, 69, airflow), "retry")
      assert.equal(yield* withRun(program, 77, airflow), "fail")
    }),
)

test("every example of an orchestrator maps the exit codes that it names", () =>
  Effect.sync(() => {
    for (const path of [...examples, "examples/kestra/paceline.yaml"]) {
      const text = read(path)
      assert.match(text, /75 means that the rate limit\s+(# )?ended the run/, path)
      assert.match(text, /--on-limit(", "| )stop/, path)
    }
  }))
