/** `tokens.json`: durability, disk errors, and secrets. */
import { Effect, Fiber, FileSystem, Layer, Option, PlatformError, Runtime } from "effect"
import { HttpClient } from "effect/http"
import { TestClock } from "effect/testing"
import * as NodeServices from "@effect/platform-node/NodeServices"
import assert from "node:assert/strict"
import { errorExitCode, exitCodes } from "../../../pipeline/base/exit.ts"
import { layerClient } from "../../../pipeline/simulator/client.ts"
import { canary, simulatedRefreshToken } from "../../../pipeline/simulator/Tokens.ts"
import { StateFile } from "../../../pipeline/state/StateFile.ts"
import { TokenFile } from "../../../pipeline/strava/auth/TokenFile.ts"
import { Strava } from "../../../pipeline/strava/Strava.ts"
import { ensureTokenSpace } from "../../../pipeline/strava/auth/tokenSpace.ts"
import { Tokens } from "../../../pipeline/strava/auth/Tokens.ts"
import { exitsOf } from "../../faults/matrix.ts"
import { live, test } from "../../testing.ts"
import { patience } from "../../patience.ts"
import {
  bearers,
  breatheLong,
  calls,
  clientEnvironment,
  clientFolder,
  ended,
  exitOf,
  failureOf,
  layerRun,
  posts,
  simulatedStrava,
  stored,
} from "../client.ts"

const athlete = Effect.flatMap(Strava, (strava) => strava.athlete)

/** Records each durable write and each request, in order; `broken` makes every rename fail. */
const recording = (steps: Array<string>, broken = () => false) => {
  const files = Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (fs) => ({
      ...fs,
      open: (...[path, options]: Parameters<typeof fs.open>) =>
        Effect.map(fs.open(path, options), (file): FileSystem.File => {
          const step = path.includes("tokens.json") ? "sync" : "sync folder"
          const sync = Effect.tap(file.sync, () => Effect.sync(() => steps.push(step)))
          return Object.create(file, { sync: { value: sync } })
        }),
      rename: (from: string, to: string) =>
        broken()
          ? Effect.fail(
            PlatformError.systemError({
              _tag: "Unknown",
              module: "FileSystem",
              method: "rename",
              pathOrDescriptor: to,
              cause: Object.assign(new Error("ENOSPC"), { code: "ENOSPC" }),
            }),
          )
          : Effect.tap(fs.rename(from, to), () => Effect.sync(() => steps.push("rename"))),
    })),
  ).pipe(Layer.provide(NodeServices.layer))
  const http = Layer.effect(
    HttpClient.HttpClient,
    Effect.map(
      HttpClient.HttpClient,
      (client) =>
        HttpClient.tapRequest(
          client,
          ({ method, url }) => Effect.sync(() => steps.push(`${method} ${new URL(url).pathname}`)),
        ),
    ),
  ).pipe(Layer.provide(layerClient))
  return { files, http }
}

test("a refreshed pair is durable before its first use", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    const steps: Array<string> = []
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, ...recording(steps) }))))
    assert.deepEqual(steps.slice(0, 6), [
      "POST /oauth/token",
      "sync folder",
      "sync",
      "rename",
      "sync folder",
      "GET /api/v3/athlete",
    ])
  }).pipe(Effect.provide(simulatedStrava())))

test("a pair that cannot be written is not used or requested again, and is stored once the disk allows it", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    let full = true
    yield* Effect.gen(function* () {
      const all = Effect.all(
        Array.from({ length: 8 }, () => Effect.flip(athlete)),
        { concurrency: 8 },
      )
      for (const error of yield* ended(all)) {
        assert.ok(error._tag === "TokenFileError")
        assert.match(
          error.message,
          /^Cannot store the tokens in .*tokens\.json: .* is full; free some space/,
        )
        assert.ok(!error.message.includes(canary))
        assert.ok(Object.values(error).includes("disk"))
      }
      assert.deepEqual([(yield* posts).length, (yield* calls).length], [1, 0])
      full = false
      yield* ended(athlete)
    }).pipe(Effect.provide(layerRun({ data, ...recording([], () => full) })))
    assert.deepEqual([(yield* posts).length, (yield* calls).length], [1, 1])
    assert.deepEqual(yield* bearers, [(yield* stored(data))["access_token"]])
  }).pipe(Effect.provide(simulatedStrava())))

test("a late success with the previous pair does not discard one that could not be written", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    let full = false
    yield* Effect.gen(function* () {
      const tokens = yield* Tokens
      const first = yield* ended(tokens.get)
      full = true
      yield* failureOf(tokens.renew(first))
      full = false
      yield* ended(tokens.confirm(first))
      yield* ended(athlete)
      yield* TestClock.adjust("7 hours")
      yield* ended(athlete)
    }).pipe(Effect.provide(layerRun({ data, ...recording([], () => full) })))
    assert.deepEqual((yield* posts).map(({ status }) => status), [200, 200, 200])
  }).pipe(Effect.provide(simulatedStrava())))

test("a good response is not lost if the previous token cannot be removed from disk", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    let writes = 0
    const { files, http } = recording([], () => ++writes > 1)
    const response = yield* ended(athlete.pipe(Effect.provide(layerRun({ data, files, http }))))
    assert.match(response.text, /^\{"id":/)
    assert.equal(writes, 2)
    assert.equal((yield* stored(data))["previous_refresh_token"], simulatedRefreshToken)
  }).pipe(Effect.provide(simulatedStrava())))

test("fault 51: an interruption during a response loses no pair", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    const steps: Array<string> = []
    const { files, http } = recording(steps)
    const slow = Layer.effect(
      FileSystem.FileSystem,
      Effect.map(FileSystem.FileSystem, (fs) => ({
        ...fs,
        rename: (from: string, to: string) =>
          Effect.andThen(Effect.sleep(1_000), fs.rename(from, to)),
      })),
    ).pipe(Layer.provide(files))
    yield* Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(athlete)
      while (!steps.includes("sync")) yield* breatheLong
      yield* exitOf(Fiber.interrupt(fiber))
    }).pipe(Effect.provide(layerRun({ data, files: slow, http })))
    assert.ok((yield* stored(data))["refresh_token"] !== simulatedRefreshToken)
    assert.equal((yield* calls).length, 0)
  }).pipe(Effect.provide(simulatedStrava())))

test("fault 47: tokens and credentials are in tokens.json and in no other file of the data directory", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    const fs = yield* FileSystem.FileSystem
    yield* ended(
      athlete.pipe(Effect.provide(layerRun({ data, state: StateFile.layer(data, ["json"]) }))),
    )
    const names = yield* fs.readDirectory(data)
    assert.ok(names.includes("state.db"))
    for (const name of names.filter((name) => name !== "tokens.json")) {
      const bytes = yield* fs.readFile(`${data}/${name}`)
      assert.ok(!new TextDecoder("latin1").decode(bytes).includes(canary), name)
    }
  }).pipe(Effect.provide(simulatedStrava())))

test("a damaged token file is named and not quoted", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    const fs = yield* FileSystem.FileSystem
    for (const text of ["", "{", `{"access_token":"canary"`, `{"refresh_token":["canary"]}`]) {
      yield* fs.writeFileString(`${data}/tokens.json`, text)
      // A seed that Strava accepts would replace it.
      const env = { ...clientEnvironment, STRAVA_REFRESH_TOKEN: "of another day" }
      const error = yield* failureOf(athlete.pipe(Effect.provide(layerRun({ data, env }))))
      assert.match(error.message, /tokens in .*tokens\.json: .* Delete the file and run again/)
      assert.ok(Object.values(error).includes("damaged"))
      assert.ok(!Deno.inspect(error, { depth: 9 }).includes("canary"))
    }
  }).pipe(Effect.provide(simulatedStrava())))

live(
  "a token file that is a pipe or a directory is refused at once",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const read = Effect.fnUntraced(function* (data: string) {
        const { read } = yield* Effect.provide(TokenFile, TokenFile.layer(data))
        return yield* Effect.flip(read).pipe(Effect.timeout(patience))
      })
      const data = yield* fs.makeTempDirectoryScoped()
      const path = `${data}/tokens.json`
      yield* Effect.promise(() => new Deno.Command("mkfifo", { args: [path] }).output())
      // Opening the pipe for writing unblocks any reader.
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => Deno.openSync(path, { read: true, write: true }).close())
      )
      const folder = yield* fs.makeTempDirectoryScoped()
      yield* fs.makeDirectory(`${folder}/tokens.json`)
      for (const error of [yield* read(data), yield* read(folder)]) {
        assert.match(error.message, /tokens\.json: it is not a regular file\. Move it away/)
        assert.ok(error._tag === "TokenFileError")
        assert.equal(error[errorExitCode], exitCodes.disk)
      }
    }),
)

if (Deno.build.os !== "windows") {
  live(
    "fault 48: on a real disk, tokens that others can read become private, and a symbolic link is refused",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const data = yield* fs.makeTempDirectoryScoped()
        const path = `${data}/tokens.json`
        const read = Effect.flatMap(TokenFile, ({ read }) => read).pipe(
          Effect.provide(TokenFile.layer(data)),
        )
        const tokens = {
          access_token: null,
          refresh_token: "made-up",
          expires_at: 1,
          previous_refresh_token: null,
          seeds: [],
        }
        const text = JSON.stringify(tokens) + "\n"
        yield* fs.writeFileString(path, text)
        yield* fs.chmod(path, 0o644)
        assert.ok(Option.isSome(yield* read))
        assert.equal((yield* fs.stat(path)).mode & 0o777, 0o600)
        assert.equal(yield* fs.readFileString(path), text)
        assert.deepEqual(yield* fs.readDirectory(data), ["tokens.json"])

        yield* fs.rename(path, `${data}/elsewhere.json`)
        yield* fs.symlink(`${data}/elsewhere.json`, path)
        const error = yield* Effect.flip(read)
        assert.match(error.message, /tokens\.json: it is a symbolic link/)
        assert.equal(yield* fs.readFileString(`${data}/elsewhere.json`), text)
      }),
  )
}

test("fault 7: on a full disk no token is requested, because the pair could not be stored", () =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(ensureTokenSpace("/data/tokens.json", () => 1_000))
    assert.match(error.message, /^Cannot store the tokens in .*: .*\/data is full; free some space/)
    assert.deepEqual([Runtime.getErrorExitCode(error)], exitsOf(7))
    yield* ensureTokenSpace("/data/tokens.json", () => 1_000_000)
    yield* ensureTokenSpace("/data/tokens.json", () => Infinity)
  }))
