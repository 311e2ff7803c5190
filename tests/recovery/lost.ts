/** A data directory after two runs, and changes to its state file before the next. */
import { Cause, Effect, Exit, FileSystem, Option, Runtime } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { type MemorySink, memorySink, unreachable } from "../delivery/MemorySink.ts"
import { modelOf } from "../pipeline/model.ts"
import {
  beginTestRun,
  requestCount,
  runStart,
  type Setup,
  streamsAsked,
  untilDone,
} from "../pipeline/running.ts"

export const simulatedActivities = (activities = 12) =>
  Effect.provide(Simulator.layer({ activities, samples: 3, limits: "none" }))

/** Files of the state by name. `restoreState` deletes state files that are not in the map. */
type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>

const ofState = (data: string) =>
  [...Deno.readDirSync(data)].map(({ name }) => name).filter((name) => name.startsWith("state"))

export const stateBytes = (data: string): Files =>
  new Map(ofState(data).sort().map((name) => [name, Deno.readFileSync(`${data}/${name}`)]))

export const restoreState = (data: string, files: Files) => {
  for (const name of ofState(data)) Deno.removeSync(`${data}/${name}`)
  for (const [name, bytes] of files) Deno.writeFileSync(`${data}/${name}`, bytes)
}

export const edit = (data: string, sql: string) => {
  const db = new DatabaseSync(`${data}/state.db`)
  db.exec(sql)
  db.close()
}

export const cell = (data: string, sql: string) => {
  const db = new DatabaseSync(`${data}/state.db`, { readOnly: true })
  const value = Object.values(db.prepare(sql).get() ?? {})[0]
  db.close()
  return value
}

/** Runs to the end. Returns the requests, the notes and the exit code. */
export const runSetup = Effect.fnUntraced(function* (setup: Setup) {
  const before = (yield* requestCount).length
  const streamsBefore = (yield* streamsAsked).length
  const { events, fiber } = yield* beginTestRun(setup)
  const exit = yield* untilDone(fiber)
  const notes = events.flatMap((event) => event._tag === "Note" ? [event.text] : [])
  const error = Exit.isFailure(exit) ? Cause.findErrorOption(exit.cause) : Option.none()
  return {
    exit,
    code: Exit.isSuccess(exit) ? exit.value.code : Runtime.getErrorExitCode(
      Option.getOrElse(error, () => Cause.squash(exit.cause)),
    ),
    message: Option.match(error, {
      onNone: () => "",
      onSome: (error) => error instanceof Error ? error.message : String(error),
    }),
    notes: notes.join("\n"),
    requests: (yield* requestCount).length - before,
    streams: (yield* streamsAsked).slice(streamsBefore),
  }
})

/** Creates a data directory after a complete run into two sinks, with its backup. */
export const prepared = Effect.gen(function* () {
  yield* TestClock.setTime(runStart)
  const fs = yield* FileSystem.FileSystem
  const data = yield* fs.makeTempDirectoryScoped()
  const json = memorySink("json")
  const postgres = memorySink("postgres", [])
  const setup: Setup = { data, sinks: [json.source, postgres.source] }
  assert.equal((yield* runSetup(setup)).code, 0)
  yield* TestClock.adjust("2 hours")
  return { data, json, postgres, setup, first: stateBytes(data) }
})

export const down = Effect.fail(unreachable("postgres"))

/** Adds activities to the simulated account. */
export const add = Effect.fnUntraced(function* (count: number) {
  const { world } = yield* Simulator
  for (let i = 1; i <= count; i++) yield* world.add({ start: runStart - i * 24 * 60 * 60_000 })
})

/** Returns the activities and streams of the model that a sink lacks or holds with another text. */
export const missingIn = Effect.fnUntraced(function* (sink: MemorySink) {
  const { world } = yield* Simulator
  return [...modelOf(world)].flatMap(([key, text]) =>
    key.startsWith("athlete/") || sink.items.get(key)?.text === text ? [] : [key]
  )
})
