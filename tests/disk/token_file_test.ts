/** `tokens.json` on a disk that loses power or fails, or with permissions for other users. */
import {
  Array as Arr,
  Effect,
  FileSystem,
  Option,
  Path,
  PlatformError,
  Redacted,
  Result,
} from "effect"
import assert from "node:assert/strict"
import { errorExitCode } from "../../pipeline/base/exit.ts"
import { Progress } from "../../pipeline/base/Progress.ts"
import type { StoredTokens } from "../../pipeline/strava/auth/StoredTokens.ts"
import { TokenFile } from "../../pipeline/strava/auth/TokenFile.ts"
import { TokenFileError } from "../../pipeline/strava/auth/TokenFileError.ts"
import { openDirectory } from "../../sinks/files/atomic.ts"
import { exitsOf } from "../faults/matrix.ts"
import { test } from "../testing.ts"
import { FolderEntries } from "./Inode.ts"
import { SimulatedDisk } from "./SimulatedDisk.ts"
import { simulatedFiles } from "./simulatedFiles.ts"
import { interruptTrial, none, repeatedly, type TrialSubject, troubled } from "./trial.ts"
import { lasting, passing } from "./troubles.ts"

const data = "/disk/ada/data"
const path = `${data}/tokens.json`

const pair = (number: number): StoredTokens => ({
  access_token: Redacted.make(`access-${number}`),
  refresh_token: Redacted.make(`refresh-${number}`),
  expires_at: 1_800_000_000 + number,
  previous_refresh_token: number === 1 ? null : Redacted.make(`refresh-${number - 1}`),
  seeds: ["a".repeat(32 * number)],
})

const numberIn = (tokens: Option.Option<StoredTokens>) =>
  Number(Option.match(tokens, {
    onNone: () => 0,
    onSome: ({ refresh_token }) => Redacted.value(refresh_token).replace("refresh-", ""),
  }))

/** Opens the folder as the state file does, reads the last token pair and stores the next ones. */
const subject: TrialSubject = {
  name: "token file",
  run: (from, done) =>
    Effect.gen(function* () {
      yield* openDirectory(data)
      const file = yield* TokenFile
      const found = numberIn(yield* file.read)
      assert.ok(found === from || found === from + 1, `pair ${found} after ${from} writes`)
      for (const number of [1, 2, 3].slice(from)) {
        yield* file.write(pair(number))
        done()
      }
    }).pipe(Effect.provide(TokenFile.layer(data))),
  inspect: (disk) =>
    [...disk.files.keys()].filter((path) =>
      path.includes("tokens.json") && disk.lookUp(path).mode !== 0o600
    ).map((path) => `others may read ${path}`),
  isTyped: (error) => error instanceof TokenFileError || PlatformError.isPlatformError(error),
}

test("fault 4: after a power cut at any call the old or the new token pair is there, complete and private; once it was stored, the new one", () =>
  Effect.gen(function* () {
    const { calls, ends, faults } = yield* interruptTrial(subject, Arr.range(0, 15))
    none(faults)
    none(yield* repeatedly(subject, Arr.range(1, 40)))
    assert.ok(calls.length > 40 && ends > 20, `${calls.length} calls, ${ends} different disks`)
  }))

for (const [name, trouble] of Object.entries({ ...passing, ...lasting })) {
  test(`${name} (tokens)`, () =>
    Effect.gen(function* () {
      const { failures, faults } = yield* troubled(subject, trouble)
      none(faults)
      assert.ok(failures > 8, `${failures} runs failed`)
    }))
}

/** Returns the result of `read` on `disk`, and the messages for the user. */
const reading = Effect.fnUntraced(function* (disk: SimulatedDisk) {
  const notes: Array<string> = []
  const exit = yield* Effect.flatMap(TokenFile, (file) => file.read).pipe(
    Effect.provide(TokenFile.layer(data)),
    Effect.provide(Path.layer),
    Effect.provideService(FileSystem.FileSystem, simulatedFiles(disk)),
    Effect.provideService(Progress, {
      notify: (event) => Effect.sync(() => void (event._tag === "Note" && notes.push(event.text))),
    }),
    Effect.result,
  )
  return { exit, notes }
})

/** Returns a disk with `pair(1)`. */
const kept = Effect.gen(function* () {
  const disk = new SimulatedDisk()
  yield* Effect.flatMap(TokenFile, (file) => file.write(pair(1))).pipe(
    Effect.provide(TokenFile.layer(data)),
    Effect.provide(Path.layer),
    Effect.provideService(FileSystem.FileSystem, simulatedFiles(disk)),
  )
  const text = disk.files.get(path) ?? ""
  disk.restart()
  return { disk, text }
})

test("fault 48: the tokens are in a file and a folder that only their owner can read", () =>
  Effect.gen(function* () {
    const { disk } = yield* kept
    assert.equal(disk.lookUp(path).mode, 0o600)
    assert.equal(disk.lookUp(data).mode, 0o700)
    const { notes } = yield* reading(disk)
    assert.deepEqual(notes, [])
    assert.ok(disk.calls.every(({ changes }) => !changes))
  }))

for (const mode of [0o644, 0o640, 0o660, 0o604]) {
  test(`fault 48: tokens that others can read (${mode.toString(8)}) are used and made private, with a warning`, () =>
    Effect.gen(function* () {
      const { disk, text } = yield* kept
      disk.placeFile(path, text, { mode })
      const { exit, notes } = yield* reading(disk)
      assert.equal(numberIn(Result.getOrThrow(exit)), 1)
      const after = disk.cut(0)
      assert.equal(after.lookUp(path).mode, 0o600)
      assert.equal(after.files.get(path), text)
      assert.equal(notes.length, 1)
      assert.match(
        notes[0] ?? "",
        /Other users could read .*tokens\.json \(mode 06[046][04]\); now only you/,
      )
      assert.ok(!notes.join().includes("refresh-"))
    }))
}

test("fault 48: readable tokens of another user become private to this user", () =>
  Effect.gen(function* () {
    const { disk, text } = yield* kept
    disk.placeFile(path, text, { mode: 0o644, uid: 1001 })
    assert.equal(numberIn(Result.getOrThrow((yield* reading(disk)).exit)), 1)
    const { mode, uid } = disk.cut(0).lookUp(path)
    assert.deepEqual([mode, uid], [0o600, disk.uid])
  }))

test("fault 48: tokens that others can read and that cannot be made private are refused", () =>
  Effect.gen(function* () {
    const { disk, text } = yield* kept
    disk.placeFile(path, text, { mode: 0o644, uid: 1001 })
    disk.lookUp(data).mode = 0o500
    const error = Result.getFailure((yield* reading(disk)).exit).pipe(Option.getOrThrow)
    assert.match(error.message, /^Cannot store the tokens in .*: no permission to write in \/disk/)
    assert.deepEqual(exitsOf(48), [error[errorExitCode]])
    assert.equal(disk.files.get(path), text)
  }))

test("fault 48: unreadable tokens of another user are refused, with the command that fixes it", () =>
  Effect.gen(function* () {
    const { disk, text } = yield* kept
    disk.placeFile(path, text, { mode: 0o600, uid: 1001 })
    const error = Result.getFailure((yield* reading(disk)).exit).pipe(Option.getOrThrow)
    assert.match(error.message, /permission denied\. Make the file your own \(chown\)/)
    assert.equal(disk.files.get(path), text)
  }))

for (const target of ["/disk/vault/tokens.json", "/disk/nowhere"]) {
  test(`fault 48: tokens.json that is a link to ${target} is refused, and neither end is changed`, () =>
    Effect.gen(function* () {
      const { disk, text } = yield* kept
      disk.place("/disk/vault", new FolderEntries(), { mode: 0o700 })
      disk.placeFile("/disk/vault/tokens.json", text, { mode: 0o600 })
      disk.place(path, { target })
      const before = disk.files
      const error = Result.getFailure((yield* reading(disk)).exit).pipe(Option.getOrThrow)
      assert.match(
        error.message,
        /tokens\.json: it is a symbolic link, .*Put the file itself there/,
      )
      assert.deepEqual(exitsOf(48), [error[errorExitCode]])
      assert.deepEqual(disk.files, before)
      assert.ok(disk.calls.every(({ changes }) => !changes))
    }))
}
