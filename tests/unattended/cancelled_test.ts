/** Twenty runs on temporary machines, five of them cancelled at random with the signals of GitHub's runner. */
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { serve } from "../../pipeline/simulator/serve.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../../pipeline/simulator/Tokens.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { modelOf } from "../pipeline/model.ts"
import { test } from "../testing.ts"
import { job } from "./job.ts"
import { makeMachine } from "./keepStand.ts"
import { git, hasTools, machine, makeGitStand } from "./stand.ts"

const start = Date.UTC(2026, 10, 23, 9, 17)
const runs = 20

/** Cancelled runs by number: streams that Strava sends before, and true if further responses hang. */
const cancelled = new Map([
  [2, { after: 3, hang: true }],
  [4, { after: 9, hang: false }],
  [5, { after: 1, hang: true }],
  [8, { after: 6, hang: false }],
  [9, { after: 7, hang: true }],
])

const streamsAsked = Effect.map(
  Effect.flatMap(Simulator, ({ requests }) => requests),
  (all) => all.filter(({ path }) => /\/streams$/.test(path)),
)

const body = Effect.gen(function* () {
  yield* TestClock.setTime(start)
  const simulator = yield* Simulator
  const { apiUrl, oauthUrl } = yield* Effect.orDie(serve({ port: 0 }))
  const at = yield* makeGitStand({ STRAVA_API_URL: apiUrl, STRAVA_OAUTH_URL: oauthUrl })
  const script = job.steps.find(({ name }) => name === "Fetch")?.run ?? ""
  const env = {
    STRAVA_CLIENT_ID: simulatedClientId,
    STRAVA_CLIENT_SECRET: simulatedClientSecret,
    STRAVA_REFRESH_TOKEN: simulatedRefreshToken,
    PACELINE_TOKEN_KEY: "dSq5oY0Qm3l8bZp1Jr7cXw2EvT9uKfGhNaLiMxOyR4s=",
    PACELINE_DATA: "data",
    DATABASE_URL: "",
    FLAGS: "--without zones,stats,gear",
  }
  /** Requests that were in flight, or just completed, when a run was cancelled. */
  const inFlight = new Set<string>()

  for (let run = 1; run <= runs; run++) {
    const on = yield* machine(at)
    const kept = yield* makeMachine(at, {}, on.folder)
    yield* kept.restore
    const before = (yield* streamsAsked).length
    const stop = cancelled.get(run)
    if (stop?.hang === true) {
      yield* simulator.fault({
        path: "/streams",
        response: { _tag: "Hang" },
        after: stop.after,
      })
    }
    const step = yield* Effect.forkChild(on.bash(script, env))
    if (stop !== undefined) {
      const isTime = Effect.map(streamsAsked, (all) => all.length - before > stop.after)
      while (!(yield* isTime) && step.pollUnsafe() === undefined) {
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 10)))
      }
      yield* on.cancel(0.1)
    }
    const { code, output } = yield* Fiber.join(step)
    if (stop === undefined) assert.ok(code === 0, `run ${run}: ${code}\n${output}`)
    else {
      for (const { path } of (yield* streamsAsked).slice(before).slice(-8)) inFlight.add(path)
      yield* simulator.clearFaults
    }
    yield* kept.save
    yield* TestClock.adjust("1 hour")
  }

  const wanted = [...modelOf(simulator.world)].filter(([key]) => key.startsWith("streams/"))
  const names = (yield* git(at, "ls-tree", "-r", "--name-only", "paceline-data")).split("\n")
  assert.deepEqual(
    names.filter((name) => name.startsWith("json/streams/")).toSorted(),
    wanted.map(([key]) => `json/${key}.json`).toSorted(),
  )
  for (const [key, text] of wanted) {
    const stored = yield* git(at, "show", `paceline-data:json/${key}.json`)
    assert.equal(stored.trimEnd(), text.trimEnd(), key)
  }
  const paths = (yield* streamsAsked).map(({ path }) => path)
  const twice = paths.filter((path, i) => paths.indexOf(path) !== i)
  assert.deepEqual(twice.filter((path) => !inFlight.has(path)), [])
  assert.ok(twice.length <= 8 * cancelled.size, `${twice.length} requests were sent again`)
})

if (hasTools) {
  test(
    "of twenty runs, five cancelled at random: nothing is lost, and only requests in flight are sent again",
    () =>
      body.pipe(
        Effect.provide(Simulator.layer({
          world: World.make({ activities: 90, samples: 20, manual: 0, until: start - 86_400_000 }),
          limits: { read: { short: 14, day: 1_000 } },
        })),
      ),
  )
}
