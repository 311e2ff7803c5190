/** Two pairs of tokens of two machines: the one that Strava accepts survives. */
import { Effect, FileSystem } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { Strava } from "../../../pipeline/strava/Strava.ts"
import { test } from "../../testing.ts"
import {
  clientEnvironment,
  clientFolder,
  ended,
  failureOf,
  layerRun,
  posts,
  simulatedStrava,
  stored,
} from "../client.ts"

const athlete = Effect.flatMap(Strava, (strava) => strava.athlete)

const key = "fLJ0Qw3zS1u8yYh2m5bqk0kqXb7o1dE9aVt4RcN6pHM="

/** Makes two directories of one sign-in, `alive` and `dead`; the second has an outdated pair. */
const apart = Effect.fnUntraced(function* (env: Record<string, string>) {
  const fs = yield* FileSystem.FileSystem
  const dead = yield* clientFolder
  const alive = yield* clientFolder
  yield* ended(athlete.pipe(Effect.provide(layerRun({ data: dead, env }))))
  yield* fs.copyFile(`${dead}/tokens.json`, `${alive}/tokens.json`)
  const { STRAVA_REFRESH_TOKEN: _, ...rest } = env
  yield* TestClock.adjust("7 hours")
  yield* ended(athlete.pipe(Effect.provide(layerRun({ data: alive, env: rest }))))
  return { alive, dead, env: rest }
})

for (const env of [clientEnvironment, { ...clientEnvironment, PACELINE_TOKEN_KEY: key }]) {
  const how = "PACELINE_TOKEN_KEY" in env ? "sealed" : "plain"

  for (const ours of ["alive", "dead"] as const) {
    test(`of two ${how} pairs the one that Strava accepts survives if ours is the ${ours} one`, () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { env: rest, ...folders } = yield* apart(env)
        const theirs = ours === "alive" ? "dead" : "alive"
        const data = folders[ours]
        yield* fs.copyFile(`${folders[theirs]}/tokens.json`, `${data}/tokens.other.json`)
        const before = (yield* posts).length
        const run = athlete.pipe(Effect.provide(layerRun({ data, env: rest })))
        yield* ended(run)
        yield* ended(run)
        const statuses = (yield* posts).slice(before).map(({ status }) => status)
        assert.deepEqual(statuses, ours === "alive" ? [200] : [400, 200])
        assert.deepEqual(yield* fs.readDirectory(data), ["tokens.json"])
      }).pipe(Effect.provide(simulatedStrava())))
  }
}

test("a single pair under the other name is used as it is", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { alive: data, env } = yield* apart(clientEnvironment)
    const pair = yield* stored(data)
    yield* fs.rename(`${data}/tokens.json`, `${data}/tokens.other.json`)
    const before = (yield* posts).length
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env }))))
    assert.deepEqual(yield* stored(data), pair)
    assert.equal((yield* posts).length, before)
    assert.deepEqual(yield* fs.readDirectory(data), ["tokens.json"])
  }).pipe(Effect.provide(simulatedStrava())))

test("a pair under the other name that cannot be decrypted leaves both files unchanged", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { alive, dead: data, env } = yield* apart(clientEnvironment)
    const pair = yield* stored(data)
    yield* ended(
      athlete.pipe(
        Effect.provide(layerRun({ data: alive, env: { ...env, PACELINE_TOKEN_KEY: key } })),
      ),
    )
    yield* fs.copyFile(`${alive}/tokens.json`, `${data}/tokens.other.json`)
    const before = (yield* posts).length
    const error = yield* failureOf(athlete.pipe(Effect.provide(layerRun({ data, env }))))
    assert.match(
      error.message,
      /^Cannot decrypt the tokens in .*tokens\.other\.json: they are encrypted/,
    )
    assert.deepEqual(yield* stored(data), pair)
    assert.ok(yield* fs.exists(`${data}/tokens.other.json`))
    assert.equal((yield* posts).length, before)
  }).pipe(Effect.provide(simulatedStrava())))
