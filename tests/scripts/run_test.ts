/** `Pipeline.run`: its settings, and examples/scripts/daily.ts, which repeats it. */
import { Effect, Fiber, FileSystem, Redacted, Stream } from "effect"
import { TestClock, TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { daily } from "../../examples/scripts/daily.ts"
import { pipeline as segments } from "../../examples/scripts/segments.ts"
import { Pipeline, Sink, Stage } from "../../pipeline/mod.ts"
import { Simulated } from "../kit/mod.ts"
import { breathe, runFolder } from "../pipeline/running.ts"
import { test } from "../testing.ts"

const { activities, athlete, auth, streams } = Stage.builtIn
const pipeline = Pipeline.make({ stages: { auth, athlete, activities, streams } })

const requested = (paths: ReadonlyArray<string>) =>
  paths.filter((path) => path.endsWith("/streams")).length

test("a run that ends at the rate limit continues in the next window", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const { credentials, http, requests } = yield* Simulated.strava({ activities: 130 })
    const fiber = yield* Effect.forkScoped(daily({ data, sinks: ["json"], credentials, http }))
    // Time that passes in small steps, so that the first run ends in its window, however slow the machine is.
    for (let ends = 0; fiber.pollUnsafe() === undefined;) {
      yield* breathe
      const { length } = yield* TestConsole.logLines
      yield* TestClock.adjust(length > ends ? "15 minutes" : 1)
      ends = length
    }
    const { code } = yield* Fiber.join(fiber)
    assert.equal(code, 0)
    const codes = (yield* TestConsole.logLines).map((line) => /code (\d+)$/.exec(String(line))?.[1])
    assert.deepEqual([codes.at(0), codes.at(-1)], ["75", "0"])
    const paths = yield* requests
    assert.ok(paths.length > 100)
    assert.equal(new Set(paths.filter((path) => path.endsWith("/streams"))).size, requested(paths))
    assert.ok(!paths.some((path) => /zones|stats/.test(path)))
  }))

test("the settings of a run choose activities, and end it at a deadline", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const { credentials, http, requests } = yield* Simulated.strava({ activities: 40 })
    const settings = { data, sinks: ["json"], credentials, http }
    const none = yield* Pipeline.run(pipeline, { ...settings, sports: ["Kitesurf"] })
    assert.deepEqual([none.code, requested(yield* requests)], [0, 0])
    yield* Pipeline.run(pipeline, { ...settings, until: 0 })
    assert.equal(requested(yield* requests), 0)
    const ended = yield* Pipeline.run(pipeline, { ...settings, deadline: "0 seconds" })
    assert.deepEqual([ended.code, requested(yield* requests)], [75, 0])
    const whole = yield* Pipeline.run(pipeline, settings)
    assert.equal(whole.code, 0)
    const before = requested(yield* requests)
    assert.ok(before > 0)
    const ids = (yield* requests).flatMap((path) =>
      /\/activities\/(\d+)\/streams$/.exec(path)?.[1] ?? []
    )
    yield* TestClock.adjust("1 hour")
    yield* Pipeline.run(pipeline, { ...settings, activities: ids.slice(0, 2) })
    assert.equal(requested(yield* requests) - before, 2)
  }))

test("a run knows the resources that another script stored in its directory", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* runFolder
    const { credentials, http } = yield* Simulated.strava({ activities: 5 })
    const settings = { data, credentials, http }
    yield* Pipeline.run(segments, { ...settings, sinks: ["json"], with: ["details"] })
    yield* Pipeline.run(pipeline, { ...settings, sinks: ["json", "csv"] })
    const files = yield* fs.readDirectory(`${data}/json/segments`)
    const rows = (yield* fs.readFileString(`${data}/csv/segments.csv`)).trim().split("\n")
    assert.equal(rows.length - 1, files.length)
  }))

test("a run without a sign-in says how to sign in, and no secret", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const { http } = yield* Simulated.strava()
    const credentials = { clientId: "1", clientSecret: Redacted.make("wrong") }
    const error = yield* Pipeline.run(pipeline, { data, http, credentials, sinks: ["json"] }).pipe(
      Effect.map(({ error }) => String(error)),
      Effect.catch((error) => Effect.succeed(error.message)),
    )
    assert.match(error, /Not signed in: no token is stored/)
    assert.ok(!error.includes("wrong"))
  }))

test("a sink with the name of another one is refused, and nothing is changed", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const { credentials, http } = yield* Simulated.strava()
    const store = { put: () => Effect.void, remove: () => Effect.void, list: () => Stream.empty }
    const sinkOf = (name: string) =>
      Sink.make({ name, keeps: "hashes", open: () => Effect.succeed(store) })
    for (const sinks of [[sinkOf("json")], [sinkOf("mine"), sinkOf("mine")]]) {
      const clashing = Pipeline.make({ stages: { auth, athlete, activities, streams }, sinks })
      const error = yield* Effect.flip(Pipeline.run(clashing, { data, http, credentials }))
      assert.match(error.message, /another sink has this name\. Rename yours/)
    }
  }))
