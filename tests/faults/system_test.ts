/** System errors, and special files instead of regular ones: exit code 74, without waiting. */
import { Cause, Effect, Exit, FileSystem, Runtime, Stream } from "effect"
import assert from "node:assert/strict"
import { expectSystemErrors } from "../../pipeline/base/runMain.ts"
import { healthOf } from "../../pipeline/state/recovery/health.ts"
import { activeRun, lockPath } from "../../pipeline/state/file/lock.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { embedded } from "../../sinks/postgres/connection/client.ts"
import { readFile, writeFileAtomic } from "../../sinks/files/atomic.ts"
import { program } from "../commands/driver/program.ts"
import { live, test } from "../testing.ts"

const folder = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())

const makePipe = (path: string) =>
  Effect.promise(async () => {
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true })
    assert.ok((await new Deno.Command("mkfifo", { args: [path] }).output()).success)
  })

const run = (data: string) =>
  Effect.scoped(Effect.provide(
    Effect.flatMap(StateFile, (state) => state.recordEnd(0)),
    StateFile.layer(data, []),
  ))
const look = (data: string) =>
  Effect.scoped(Effect.provide(StateFile, StateFile.layerReadOnly(data, [])))

/** Asserts an error with exit code 74 and a message that says that the path is not a file. */
const refuses = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), (error) => {
    assert.equal(Runtime.getErrorExitCode(error), 74)
    assert.match(String(error), /not a file; move it away/)
  })

test("a pipe instead of a state file is refused at once by every command", () =>
  Effect.gen(function* () {
    for (const name of ["state.db", "state.db-wal", "state.db-journal", "state.db-shm"]) {
      const data = yield* folder
      yield* run(data)
      Deno.removeSync(`${data}/state.db`)
      if (name !== "state.db") Deno.copyFileSync(`${data}/state.db.prev`, `${data}/state.db`)
      yield* makePipe(`${data}/${name}`)
      yield* refuses(run(data))
      yield* refuses(look(data))
      yield* refuses(healthOf(data))
    }
    const data = yield* folder
    yield* makePipe(`${data}/state.epoch`)
    yield* refuses(run(data))
    yield* makePipe(`${data}/state.lock`)
    yield* refuses(Effect.scoped(lockPath(`${data}/state.lock`)))
    yield* refuses(activeRun(data))
  }))

test("the next run replaces a pipe at the path of the backup of the state file", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* run(data)
    Deno.removeSync(`${data}/state.db.prev`)
    yield* makePipe(`${data}/state.db.prev`)
    yield* run(data)
    assert.ok(Deno.lstatSync(`${data}/state.db.prev`).isFile)
  }))

test("a pipe in the directory of the embedded database is refused before it is opened", () =>
  Effect.gen(function* () {
    for (const name of ["PG_VERSION", "global/pg_control"]) {
      const data = yield* folder
      yield* makePipe(`${data}/postgres/${name}`)
      const error = yield* Effect.flip(
        Effect.scoped(embedded(`${data}/postgres`).make ?? Effect.never),
      )
      assert.match(error.detail, /is not a file; move it away/)
    }
  }))

test("a pipe is refused if it would be read, and replaced if a file is written", () =>
  Effect.gen(function* () {
    const data = yield* folder
    const file = `${data}/athlete.json`
    yield* makePipe(file)
    const error = yield* Effect.flip(Stream.runDrain(readFile(file)))
    assert.match(String(error.reason.cause), /it is not a file/)
    yield* writeFileAtomic(file, new TextEncoder().encode("{}"))
    assert.equal(Deno.readTextFileSync(file), "{}")
  }))

test("the lock is released even if its file cannot be deleted", () =>
  Effect.gen(function* () {
    const path = `${yield* folder}/state.lock`
    const remove = Deno.removeSync
    yield* Effect.addFinalizer(() => Effect.sync(() => void (Deno.removeSync = remove)))
    yield* Effect.scoped(Effect.andThen(
      lockPath(path),
      Effect.sync(() =>
        void (Deno.removeSync = () => {
          throw new Deno.errors.PermissionDenied("Permission denied (os error 13)")
        })
      ),
    ))
    yield* Effect.scoped(lockPath(path))
  }))

test("an uncaught system error is not reported as a bug, and ends with 74", () =>
  Effect.gen(function* () {
    const thrown = Object.assign(new Error("Too many open files (os error 24)"), { code: "EMFILE" })
    const error = yield* Effect.flip(expectSystemErrors(Cause.die(thrown)))
    assert.equal(Runtime.getErrorExitCode(error), 74)
    assert.match(String(error), /Cannot continue: too many files are open; raise the limit/)
    const bug = Cause.die(new TypeError("x is undefined"))
    assert.deepEqual(yield* Effect.exit(expectSystemErrors(bug)), Exit.failCause(bug))
  }))

live(
  "output to a full disk ends with 74 and says so; a `.env` that is a pipe is ignored",
  () =>
    Effect.gen(function* () {
      if (Deno.build.os !== "linux") return
      const data = yield* folder
      const cwd = yield* folder
      yield* makePipe(`${cwd}/.env`)
      for (const words of [["status", "--data", data], ["plan", "--help"]]) {
        const { code, stderr } = yield* program(words, {}, { cwd, stdout: "/dev/full" })
        assert.equal(code, 74, stderr)
        assert.match(stderr, /: the disk is full/)
        assert.doesNotMatch(stderr, /bug|\s{4}at /)
        assert.match(stderr, /Cannot read \.env: it is not a file/)
      }
    }),
)
