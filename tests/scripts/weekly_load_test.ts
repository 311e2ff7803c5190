/** examples/scripts/weekly_load.ts: a derived stage runs again exactly when its inputs change. */
import { Clock, ConfigProvider, Effect, FileSystem, Layer } from "effect"
import { Command } from "effect/cli"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { pipeline } from "../../examples/scripts/weekly_load.ts"
import { pacelineCommand } from "../../pipeline/commands/paceline.ts"
import type { Summary } from "../../pipeline/run/Summary.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { test } from "../testing.ts"
import { prepareScript } from "./running.ts"

/** Returns the numbers of weeks that a run changed; undefined if it computed none. */
const changesOf = ({ summary }: { readonly summary: Pick<Summary, "resources"> }) =>
  Object.entries(summary.resources).find(([name]) => name === "weekly_load")?.[1]

test("a derived stage computes again only when its inputs change, and removes what is gone", () =>
  Effect.gen(function* () {
    const { files, run, text } = yield* prepareScript(pipeline)
    const first = yield* run()
    assert.equal(first.code, 0)
    const weeks = (yield* files("json/weekly_load")).toSorted()
    assert.ok(weeks.length > 1)
    assert.equal(changesOf(first)?.fresh, weeks.length)
    const rows = (yield* text("csv/weekly_load.csv")).trim().split("\n")
    assert.equal(rows[0], "id,monday,minutes")
    assert.equal(rows.length - 1, weeks.length)

    yield* TestClock.adjust("1 hour")
    const second = yield* run()
    assert.equal(changesOf(second), undefined)

    // An activity of a week of its own appears, and is deleted again.
    const { world } = yield* Simulator
    yield* TestClock.adjust("14 days")
    const id = yield* world.add({ start: (yield* Clock.currentTimeMillis) - 60 * 60_000 })
    const third = yield* run()
    assert.equal(changesOf(third)?.fresh, 1)
    const more = (yield* files("json/weekly_load")).filter((name) => !weeks.includes(name))
    assert.equal(more.length, 1)
    yield* world.remove(id)
    yield* TestClock.adjust("1 hour")
    const last = yield* run([], { options: { allowDeletions: 1 } })
    assert.equal(changesOf(last)?.deleted, 1)
    assert.deepEqual((yield* files("json/weekly_load")).toSorted(), weeks)
  }).pipe(
    Effect.provide(Layer.fresh(Simulator.layer({ activities: 12, samples: 60 })), { local: true }),
  ))

test("a derived stage computes items again that every sink lost", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { data, files, run } = yield* prepareScript(pipeline)
    yield* run()
    const weeks = (yield* files("json/weekly_load")).toSorted()
    yield* fs.remove(`${data}/json/weekly_load`, { recursive: true })
    yield* Command.runWith(pacelineCommand, { version: "0" })([
      "verify",
      "--repair",
      "--data",
      data,
    ])
      .pipe(
        Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })), { local: true }),
        Effect.exit,
      )
    yield* TestClock.adjust("1 hour")
    yield* run()
    assert.deepEqual((yield* files("json/weekly_load")).toSorted(), weeks)
    yield* TestClock.adjust("1 hour")
    assert.equal(changesOf(yield* run()), undefined)
  }).pipe(
    Effect.provide(Layer.fresh(Simulator.layer({ activities: 12, samples: 60 })), { local: true }),
  ))
