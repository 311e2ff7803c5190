/** Every metric is on the dashboard for operations and in the docs, and in the file for Prometheus. */
import { Effect, FileSystem, Metric, Option, Path } from "effect"
import assert from "node:assert/strict"
import { metrics, recordMetric } from "../../pipeline/base/metrics.ts"
import { withMetrics } from "../../pipeline/output/telemetry/runMetrics.ts"
import { read } from "../../tools/files.ts"
import { test } from "../testing.ts"

const names = Object.values(metrics).map(({ id }) => id)
const namesIn = (path: string) => new Set(read(path).match(/paceline_[a-z_]+/g))

test("every metric is on the dashboard and in the docs, and they name no other", () =>
  Effect.sync(() => {
    for (
      const path of ["examples/grafana/dashboards/operations.json", "docs/observability.md"]
    ) {
      assert.deepEqual([...namesIn(path)].toSorted(), names.toSorted(), path)
    }
  }))

/** Samples of a text file of Prometheus by their names; fails if a line is not of its format. */
const samplesIn = (text: string): ReadonlyMap<string, string> => {
  const typed = new Set<string>()
  const samples = new Map<string, string>()
  assert.ok(text.endsWith("\n"))
  for (const line of text.trimEnd().split("\n")) {
    const comment = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line)
    if (comment !== null) {
      if (comment[1] === "TYPE") typed.add(comment[2] ?? "")
      continue
    }
    const sample = /^([a-z_]+)(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? (-?[0-9.e+]+)$/.exec(line)
    assert.ok(sample !== null, line)
    assert.ok(typed.has(sample[1] ?? ""), `${line} has no type before it`)
    samples.set(`${sample[1]}${sample[2] ?? ""}`, sample[4] ?? "")
  }
  return samples
}

test("the file for Prometheus is complete, and a run that fails keeps the time of the last success", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    const file = (yield* Path.Path).join(folder, "new", "paceline.prom")
    const run = (effect: Effect.Effect<void, Error>) =>
      withMetrics(effect, Option.some(file)).pipe(
        Effect.exit,
        // Each run is a process of its own.
        Effect.provideService(Metric.MetricRegistry, new Map()),
      )
    yield* run(recordMetric(metrics.requests, 3, { status: "200" }))
    const first = samplesIn(yield* fs.readFileString(file))
    assert.equal(first.get(`paceline_requests_total{status="200"}`), "3")
    assert.equal(first.get("paceline_last_run_exit_code"), "0")
    const success = first.get("paceline_last_success_timestamp_seconds")
    assert.ok(success !== undefined)
    yield* run(Effect.fail(new Error("no")))
    const second = samplesIn(yield* fs.readFileString(file))
    assert.equal(second.get("paceline_last_run_exit_code"), "1")
    assert.equal(second.get("paceline_last_success_timestamp_seconds"), success)
    assert.deepEqual(yield* fs.readDirectory(`${folder}/new`), ["paceline.prom"])
  }))
