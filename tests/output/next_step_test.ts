/** A run ends with one next step, never two. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { nextStep, withoutStep } from "../../pipeline/output/summary/nextStep.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { DeadlineReached, LimitReached, Unreachable } from "../../pipeline/strava/errors.ts"
import { command, commandFolder } from "../commands/driver/inProcess.ts"
import { simulatedServer, small } from "../commands/driver/program.ts"
import { live, test } from "../testing.ts"

const at = Date.UTC(2026, 10, 23, 13, 17)
const limit = new LimitReached({ until: Date.UTC(2026, 10, 23, 13, 30), why: "Limit reached" })
const deadline = new DeadlineReached()

const stepOf = (
  code: number,
  error?: Error,
  { force = false, left = 0, sentence = error?.message ?? "" } = {},
) =>
  nextStep({ at, left }, {
    ...{ code, error, force, folder: "./data", timeWords: () => "14:30" },
    sentences: sentence === "" ? [] : [sentence],
  })

test("the next step follows from the state after the run", () => {
  assert.equal(stepOf(0), "Next: deno task report")
  assert.equal(
    stepOf(0, undefined, { left: 206 }),
    "Next: deno task pipeline   (streams of 206 activities are pending)",
  )
  assert.equal(stepOf(2, undefined, { sentence: "1 item quarantined" }), "Next: deno task status")
  assert.equal(stepOf(75, limit), "Next: run the same command again after 14:30")
  assert.equal(stepOf(75, deadline), "Next: run the same command again")
  assert.match(stepOf(75, limit, { force: true }) ?? "", /without --force after 14:30/)
  assert.equal(
    stepOf(74, undefined, { sentence: "The disk is full" }),
    "Next: deno task doctor",
  )
  return Effect.void
})

test("a sentence that has the step gets no second one, and a step in a line of its own is removed there", () => {
  const unreachable = new Unreachable({
    request: "read the list",
    detail: "refused",
    hasResponse: false,
  })
  assert.equal(stepOf(69, unreachable), undefined)
  assert.equal(stepOf(77, undefined, { sentence: "Sign in again: deno task auth" }), undefined)
  for (const { message } of [limit, deadline]) {
    assert.doesNotMatch(withoutStep(message), /again/)
    assert.match(withoutStep(message), /Everything fetched so far is kept\.$/)
  }
  return Effect.void
})

const stepsIn = ({ stderr, stdout }: { readonly stderr: string; readonly stdout: string }) =>
  `${stdout}${stderr}`.split("\n").filter((line) => /^ *next\b/i.test(line))

live(
  "every end of a run has one next step, as its last line",
  () =>
    Effect.gen(function* () {
      const data = yield* commandFolder
      const env = yield* simulatedServer()
      const run = (...words: ReadonlyArray<string>) =>
        command(["pipeline", "--data", data, "--sink", "json", ...words], env)
      const first = yield* run("--limit", "5")
      assert.deepEqual(stepsIn(first), [
        `Next: deno task pipeline --data ${data}   (streams of 7 activities are pending)`,
      ])
      const late = yield* run("--deadline", "1s", "--reserve", "99", "--on-limit", "stop")
      assert.equal(late.code, 75)
      assert.match(late.stderr.trimEnd(), /\nNext: run the same command again after \d{4}-\S+Z$/)
      assert.equal(stepsIn(late).length, 1)
      assert.doesNotMatch(late.stderr, /To continue/)
      const whole = yield* run()
      assert.deepEqual(stepsIn(whole), [`Next: deno task report --data ${data}`])
      assert.match(whole.stdout, /\n\nNext: .*\n$/)
      for (const quiet of ["--quiet", "--json"]) assert.deepEqual(stepsIn(yield* run(quiet)), [])
      yield* (yield* Simulator).revoke
      const failed = yield* run()
      assert.notEqual(failed.code, 0)
      assert.ok(stepsIn(failed).length <= 1)
    }).pipe(Effect.provide(small())),
)
