/**
 * Filling with the real sinks: responses stored in JSON or PostgreSQL fill the other sinks with the
 * data that a run would have written.
 */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { verifyCode } from "../../pipeline/verify/verdict.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import { runToEnd } from "../pipeline/running.ts"
import { testWith } from "../testing.ts"
import { finished, options, Shared } from "./fixture.ts"

const test = testWith(Shared.layer)

const cases: ReadonlyArray<{
  readonly from: SinkName
  readonly run: ReadonlyArray<SinkName>
}> = [
  { from: "json", run: ["csv", "postgres"] },
  { from: "postgres", run: ["json", "csv"] },
  { from: "postgres", run: ["postgres", "json", "csv"] },
]

for (const { from, run } of cases) {
  test(`a run with ${run.join(", ")} after one with ${from} fills them, item by item as written`, () =>
    Effect.gen(function* () {
      const { asked, data, every, look } = yield* finished([from])
      const sinks = every.filter(({ name }) => run.includes(name))
      const others = every.filter(({ name }) => !run.includes(name))
      const { code, summary } = yield* runToEnd({ data, sinks, others })
      assert.equal(code, 0)
      assert.ok((yield* asked).every((path) => !/streams|details/.test(path)))
      assert.deepEqual(
        [...new Set(summary.filled.map(({ sink }) => sink))].sort(),
        run.filter((name) => name !== from).sort(),
      )
      assert.deepEqual(summary.lacks, [])
      const report = yield* look(every)
      assert.equal(verifyCode(report), 0)
      assert.deepEqual(report.unknown, [])
      for (const { compared, there } of report.parts) assert.equal(compared, there)
      assert.ok(report.parts.some(({ there }) => there === 12))
    }).pipe(Effect.provide(Simulator.layer(options))))
}
