/** Output whose reader has ended, as in `… | head -0`. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { program, simulatedServer, small, startProgram } from "../commands/driver/program.ts"
import { leastOfProgram } from "../pipeline/model.ts"
import { live } from "../testing.ts"
import { exitsOf } from "./matrix.ts"

const folder = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())
const files = ["--sink", "json", "--sink", "csv"]

type Child = Effect.Success<ReturnType<typeof startProgram>>

const textOf = (stream: Child["stderr"]) => Effect.promise(() => new Response(stream).text())
const leave = (stream: Child["stderr"]) => Effect.promise(() => stream.cancel())
const codeOf = (child: Child) => Effect.promise(async () => (await child.status).code)

live(
  "fault 51: a run without readers completes and ends with its exit code",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* simulatedServer()
      const child = yield* startProgram(["pipeline", "--data", data, ...files], env)
      yield* leave(child.stdout)
      yield* leave(child.stderr)
      const code = yield* codeOf(child)
      assert.equal(code, 0)
      assert.ok(exitsOf(51).includes(code))
      const fs = yield* FileSystem.FileSystem
      const list = yield* fs.readFileString(`${data}/json/activities.ndjson`)
      assert.equal(list.trim().split("\n").length, 12)
      const { requests, world } = yield* Simulator
      const asked = (yield* requests).filter(({ quota }) => quota)
      assert.equal(asked.length, leastOfProgram(world))
    }).pipe(Effect.scoped, Effect.provide(small())),
)

live(
  "fault 51: a closed stdout prints no stack trace to stderr",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* simulatedServer()
      for (const words of [["pipeline", "--data", data, ...files], ["status", "--data", data]]) {
        const child = yield* startProgram(words, env)
        yield* leave(child.stdout)
        const output = yield* textOf(child.stderr)
        assert.equal(yield* codeOf(child), 0, output)
        assert.doesNotMatch(output, /error|pipe|bug|\s{4}at /i)
      }
    }).pipe(Effect.scoped, Effect.provide(small())),
)

live("fault 51: an error without a reader keeps its exit code", () =>
  Effect.gen(function* () {
    const child = yield* startProgram(["pipeline", "--data", `${yield* folder}/data`], {})
    yield* leave(child.stdout)
    yield* leave(child.stderr)
    const told = yield* program(["pipeline", "--data", `${yield* folder}/data`])
    assert.equal(yield* codeOf(child), told.code)
    assert.equal(told.code, 78)
  }).pipe(Effect.scoped))
