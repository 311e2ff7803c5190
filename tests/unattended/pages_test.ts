/** The workflow that publishes the demo's report: simulated data only, and no more permissions than it needs. */
import { Effect, Schema } from "effect"
import * as Yaml from "effect/encoding/Yaml"
import assert from "node:assert/strict"
import { read } from "../../tools/files.ts"
import { test } from "../testing.ts"

const Job = Schema.Struct({
  if: Schema.optionalKey(Schema.String),
  needs: Schema.optionalKey(Schema.String),
  permissions: Schema.Record(Schema.String, Schema.String),
  steps: Schema.Array(Schema.Struct({
    run: Schema.optionalKey(Schema.String),
    with: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  })),
})

const text = read(".github/workflows/pages.yml")
const { jobs, permissions } = Schema.decodeUnknownSync(
  Schema.Struct({
    permissions: Schema.Record(Schema.String, Schema.String),
    jobs: Schema.Struct({ build: Job, deploy: Job }),
  }),
)(Yaml.parse(text))

test("the published report is that of the demo, and the workflow is off by default", () =>
  Effect.sync(() => {
    const { build, deploy } = jobs
    assert.equal(build.if, "vars.DEMO_PAGES == 'on'")
    assert.equal(deploy.needs, "build")
    const commands = build.steps.flatMap(({ run = "" }) => run.split("\n"))
      .filter((line) => line.startsWith("deno "))
    assert.deepEqual(commands, [
      "deno task demo",
      "deno task report --data ./demo --maps --out site/index.html",
    ])
    assert.deepEqual(build.steps.map((step) => step.with?.["path"]).filter(Boolean), ["site"])
  }))

test("the workflow has no secret, and the job that runs the program cannot publish", () =>
  Effect.sync(() => {
    assert.doesNotMatch(text, /secrets\.|github\.token/)
    assert.deepEqual(permissions, {})
    assert.deepEqual(jobs.build.permissions, { contents: "read" })
    assert.deepEqual(jobs.deploy.permissions, { pages: "write", "id-token": "write" })
    assert.ok(jobs.deploy.steps.every(({ run }) => run === undefined))
  }))
