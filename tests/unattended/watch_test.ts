/** `watch`: repeated runs in one process, their health file, and its check. */
import { Clock, Effect, Fiber, FileSystem, Queue } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { endWith, exitCodeOf, Stderr } from "../../pipeline/base/runMain.ts"
import { type Health, healthProblem } from "../../pipeline/commands/unattended/health.ts"
import { repeatRuns } from "../../pipeline/commands/unattended/watch.ts"
import { command } from "../commands/driver/inProcess.ts"
import { interruptProgram, simulatedServer, small } from "../commands/driver/program.ts"
import { live, test } from "../testing.ts"

const minute = 60_000
const hour = 60 * minute

/** Returns the health file as it is now. */
const healthIn = (folder: string) =>
  FileSystem.FileSystem.use((fs) => fs.readFileString(`${folder}/health.json`)).pipe(
    Effect.map((text): Health => JSON.parse(text)),
  )

/** Starts runs that end with these codes and take ten minutes each; later ones end with 0. */
const watching = Effect.fnUntraced(function* (...codes: ReadonlyArray<number>) {
  const fs = yield* FileSystem.FileSystem
  const folder = `${yield* fs.makeTempDirectoryScoped()}/data`
  const begun = yield* Queue.unbounded<number>()
  const paused = yield* Queue.unbounded<string>()
  let printed = ""
  let count = 0
  const run = Effect.gen(function* () {
    const code = codes[count++] ?? 0
    yield* Queue.offer(begun, (yield* Clock.currentTimeMillis) / minute)
    yield* Effect.sleep(10 * minute)
    if (code !== 0) return yield* endWith(code, `Run ${count} failed`)
  })
  const write = (text: string) => {
    printed += text
    if (/Next run/.test(text)) Queue.offerUnsafe(paused, printed)
  }
  const fiber = yield* Effect.forkScoped(
    repeatRuns(run, { folder, every: hour, quiet: false }).pipe(
      Effect.provideService(Stderr, write),
    ),
  )
  return { begun: Queue.take(begun), fiber, folder, paused: Queue.take(paused) }
})

test("a run starts at once and an hour after each end, also after a failure", () =>
  Effect.gen(function* () {
    const { begun, fiber, folder, paused } = yield* watching(69, 75)
    assert.equal(yield* begun, 0)
    const before = { ended: null, exit: null, next: null }
    assert.deepEqual(yield* healthIn(folder), {
      running: true,
      started: "1970-01-01T00:00:00Z",
      ...before,
    })
    yield* TestClock.adjust("10 minutes")
    assert.match(yield* paused, /Run 1 failed.*The run ended with 69\. Next run: /s)
    assert.deepEqual(yield* healthIn(folder), {
      running: false,
      started: "1970-01-01T00:00:00Z",
      ended: "1970-01-01T00:10:00Z",
      exit: 69,
      next: "1970-01-01T01:10:00Z",
    })
    yield* TestClock.adjust("1 hour")
    assert.equal(yield* begun, 70)
    const { ended, exit, running } = yield* healthIn(folder)
    assert.deepEqual([running, ended, exit], [true, "1970-01-01T00:10:00Z", 69])
    yield* TestClock.adjust("10 minutes")
    assert.match(yield* paused, /ended with 75/)
    yield* Fiber.interrupt(fiber)
    assert.equal((yield* healthIn(folder)).exit, 75)
  }))

test("a missing setting ends the process at the first run, but not at a later one", () =>
  Effect.gen(function* () {
    const first = yield* watching(78)
    yield* first.begun
    yield* TestClock.adjust("10 minutes")
    const exit = yield* Fiber.await(first.fiber)
    assert.equal(exitCodeOf(exit), 78)
    const later = yield* watching(0, 78)
    yield* later.begun
    yield* TestClock.adjust("10 minutes")
    yield* later.paused
    yield* TestClock.adjust("1 hour")
    yield* later.begun
    yield* TestClock.adjust("10 minutes")
    assert.match(yield* later.paused, /ended with 78/)
    yield* TestClock.adjust("1 hour")
    assert.equal(yield* later.begun, 10 + 140 + 0)
  }))

test("a run is unhealthy if it failed, or if the next one is late", () =>
  Effect.sync(() => {
    const health: Health = {
      running: false,
      started: "1970-01-01T00:00:00Z",
      ended: "1970-01-01T00:10:00Z",
      exit: 0,
      next: "1970-01-01T01:00:00Z",
    }
    for (const exit of [0, 2, 75]) assert.equal(healthProblem({ ...health, exit }, hour), undefined)
    for (const exit of [1, 65, 69, 74, 77, 78, 143]) {
      assert.match(healthProblem({ ...health, exit }, hour) ?? "", new RegExp(`exit code ${exit}`))
    }
    assert.equal(healthProblem(health, hour + 15 * minute), undefined)
    assert.match(healthProblem(health, hour + 16 * minute) ?? "", /due at 1970-01-01T01:00:00Z/)
    const running = { ...health, running: true, next: null }
    assert.equal(healthProblem(running, 100 * hour), undefined)
    assert.match(healthProblem(undefined, 0) ?? "", /no run/)
  }))

live(
  "SIGTERM ends the pause at once with 143, and the check accepts the last run",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* fs.makeTempDirectoryScoped()
      const env = yield* simulatedServer()
      const before = yield* command(["watch", "--check", "--data", data])
      assert.equal(before.code, 69)
      assert.match(before.stderr, /Unhealthy: no run/)
      const isPaused = Effect.orElseSucceed(
        Effect.map(healthIn(data), ({ running }) => !running),
        () => false,
      )
      const paused = Effect.gen(function* () {
        while (!(yield* isPaused)) yield* Effect.sleep("20 millis")
      }).pipe(Effect.provideService(FileSystem.FileSystem, fs))
      const words = ["watch", "--data", data, "--sink", "json", "--every", "1d", "--quiet"]
      const ended = yield* interruptProgram(words, env, "SIGTERM", paused)
      assert.equal(ended.code, 143, ended.stderr)
      const check = yield* command(["watch", "--check", "--data", data])
      assert.deepEqual([check.code, JSON.parse(check.stdout).exit], [0, 0])
    }).pipe(Effect.provide(small({ activities: 2 }))),
)
