/** The metrics as a text file for the textfile collector of Prometheus' node_exporter. */
import { Effect, FileSystem, Path } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { replaceFile } from "../../../sinks/files/atomic.ts"
import { notify } from "../../base/Progress.ts"

/** Returns the lines about the last success in an earlier file, because a run that fails does not know it. */
const lastSuccess = (before: string): string =>
  before.split("\n").filter((line) => line.includes("paceline_last_success_")).join("\n")

/** Writes the metrics of this process to `file`: all at once, so that no scrape reads a part of them. */
export const writeMetricsFile = Effect.fn("writeMetricsFile")(function* (file: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const now = yield* PrometheusMetrics.format()
  yield* Effect.gen(function* () {
    const before = yield* Effect.orElseSucceed(fs.readFileString(file), () => "")
    const text = now.includes("paceline_last_success_") ? now : `${now}${lastSuccess(before)}\n`
    yield* fs.makeDirectory(path.dirname(path.resolve(file)), { recursive: true })
    yield* replaceFile(path.resolve(file), new TextEncoder().encode(text))
    // The collector runs as another user.
    yield* fs.chmod(file, 0o644)
  }).pipe(
    Effect.catch(({ message }) =>
      notify({ _tag: "Note", text: `Cannot write the metrics to ${file}: ${message}` })
    ),
  )
})
