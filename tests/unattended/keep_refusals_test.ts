/** The data directory on a branch: refusals, and secrets that stay hidden. */
import { ConfigProvider, Effect, FileSystem, Layer } from "effect"
import assert from "node:assert/strict"
import { credentialHelper, Git } from "../../pipeline/keep/Git.ts"
import { KeepConfig } from "../../pipeline/keep/KeepConfig.ts"
import { lockDataDirectory } from "../../pipeline/state/file/lock.ts"
import { onDisk } from "../memory.ts"
import { branch, head, makeMachine, refusedBy, scenario, started } from "./keepStand.ts"
import { commitEntries, git } from "./stand.ts"

scenario(
  "an unreachable repository does not count as empty, and lost tokens are printed encrypted",
  (at) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      yield* started(at)
      const [early, late] = [yield* makeMachine(at), yield* makeMachine(at)]
      yield* early.restore
      yield* fs.rename(at.remote, `${at.remote}.gone`)
      yield* refusedBy(late.restore, 69, /Cannot reach the repository/)
      yield* refusedBy(late.save, 78, /Nothing was restored/)
      yield* refusedBy(early.signIn(Effect.orDie(early.tokens("new"))), 69, /Cannot reach/)
      assert.match(early.notes.join(), /could not be pushed[^]*\{"cipher":"new"\}/)
      yield* fs.rename(`${at.remote}.gone`, at.remote)
      assert.equal((yield* branch(at))["tokens.json"], `{"cipher":"one"}`)
    }),
)

scenario(
  "a missing permission to write to the branch is detected before any request",
  (at) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      yield* started(at)
      const on = yield* makeMachine(at)
      yield* on.restore
      const hook = `${at.remote}/hooks/update`
      yield* fs.writeFileString(hook, "#!/bin/sh\nexit 1\n", { mode: 0o755 })
      yield* refusedBy(
        (yield* makeMachine(at)).restore,
        69,
        /Cannot push to the branch paceline-data/,
      )
      yield* on.put("json/streams/5.json", "5")
      yield* refusedBy(on.save, 69, /Allow this job to write and force-push/)
    }),
)

scenario(
  "a directory without its state file or tokens does not replace the branch",
  (at) =>
    Effect.gen(function* () {
      yield* started(at)
      const before = yield* branch(at)
      for (const file of ["state.db", "tokens.json"]) {
        const on = yield* makeMachine(at)
        yield* on.restore
        yield* on.remove(file)
        yield* refusedBy(on.save, 78, /has disappeared since it was restored.*To start over/)
      }
      const emptied = yield* makeMachine(at)
      yield* emptied.restore
      for (const name of ["json", "csv", "state.db", "state.epoch", "tokens.json"]) {
        yield* emptied.remove(name)
      }
      yield* refusedBy(emptied.save, 78, /[Nn]othing (is|was) pushed/)
      assert.deepEqual(yield* branch(at), before)
    }),
)

scenario(
  "invalid settings are named before git runs",
  (at) =>
    Effect.gen(function* () {
      for (
        const [env, words] of [
          [{ KEEP_BRANCH: "a b..c" }, /KEEP_BRANCH: it is not a branch name/],
          [{ KEEP_PAUSE: "abc" }, /KEEP_PAUSE: it is not a number of seconds/],
        ] as const
      ) {
        yield* refusedBy((yield* makeMachine(at, env)).restore, 78, words)
      }
    }),
)

scenario("a full disk ends with the exit code for disks", (at) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    yield* started(at)
    const on = yield* makeMachine(at)
    yield* on.restore
    // Git repeats the system's message when it cannot write to its store.
    yield* on.put("json/streams/5.json", "5")
    const objects = `${on.data}/../paceline-keep/objects`
    yield* fs.remove(objects, { recursive: true })
    yield* fs.writeFileString(objects, "")
    yield* refusedBy(on.save, 74, /Cannot /)
  }))

scenario(
  "refuses plain tokens, empty tokens, a missing key and a directory that is not empty",
  (at) =>
    Effect.gen(function* () {
      const full = yield* makeMachine(at)
      yield* full.put("x", "y")
      yield* refusedBy(full.restore, 78, /data is not empty/)
      const on = yield* makeMachine(at)
      yield* on.restore
      const before = yield* head(at)
      const plain = `{"access_token":"secret"}`
      yield* on.put("tokens.json", plain)
      yield* refusedBy(on.save, 78, /not encrypted[^]*PACELINE_TOKEN_KEY/)
      yield* refusedBy(on.signIn(Effect.void), 78, /not encrypted/)
      yield* on.put("tokens.json", "")
      const empty = yield* Effect.flip(on.save)
      assert.match(empty.message, /is empty[^]*#a-new-sign-in/)
      assert.doesNotMatch(empty.message, /KEY/)
      yield* on.tokens("a")
      yield* on.put("tokens.other.json", plain)
      yield* refusedBy(on.save, 78, /not encrypted/)
      const keyless = yield* makeMachine(at, { PACELINE_TOKEN_KEY: "" })
      yield* keyless.restore
      yield* refusedBy(keyless.signIn(Effect.void), 78, /openssl rand -base64 32/)
      yield* refusedBy((yield* makeMachine(at, { KEEP_REMOTE: "" })).restore, 78, /KEEP_REMOTE/)
      // Only the check at the start of the job has pushed, without files.
      assert.notEqual(yield* head(at), before)
      assert.deepEqual(yield* branch(at), {})
    }),
)

scenario(
  "a symbolic link on the branch is not followed",
  (at) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const source = yield* makeMachine(at)
      yield* source.put("target", "../../elsewhere")
      const blob = (yield* git(at, "hash-object", "-w", `${source.data}/target`)).trim()
      yield* commitEntries(at, `120000 blob ${blob}\tjson\n`)
      const on = yield* makeMachine(at)
      yield* on.restore
      assert.equal((yield* fs.stat(`${on.data}/json`)).type, "File")
    }),
)

scenario(
  "save waits for a run that uses the directory, then saves a snapshot",
  (at) =>
    Effect.gen(function* () {
      const on = yield* makeMachine(at)
      yield* on.restore
      yield* on.tokens("a")
      yield* on.put("json/athlete.json", "x")
      yield* Effect.scoped(Effect.gen(function* () {
        yield* lockDataDirectory(on.data)
        // The lock is held, and there is no state file for a snapshot.
        yield* refusedBy(on.save, 74, /state\.db/)
      }))
      yield* on.save
      assert.equal((yield* branch(at))["json/athlete.json"], "x")
    }),
)

scenario(
  "git receives the push token in the environment, never in an argument",
  (at) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped(onDisk)
      const config = ConfigProvider.layer(ConfigProvider.fromEnv({
        env: { KEEP_REMOTE: `file://${at.remote}`, RUNNER_TEMP: folder, KEEP_TOKEN: "push-canary" },
      }))
      const layer = Git.layer.pipe(
        Layer.provideMerge(KeepConfig.layer(folder)),
        Layer.provideMerge(config),
      )
      yield* Effect.gen(function* () {
        const { run } = yield* Git
        yield* run(["init", "--quiet", "--bare"])
        const arguments_ = yield* run(["-c", "alias.show-args=!ps -o args= -p $PPID", "show-args"])
        assert.doesNotMatch(arguments_, /push-canary/)
        // Git's credential helper returns it.
        const output = yield* run(["credential", "fill"], {
          input: "protocol=https\nhost=example.org\n\n",
        })
        assert.match(output, /username=x-access-token\npassword=push-canary/)
      }).pipe(Effect.provide(layer))
      assert.doesNotMatch(credentialHelper, /push-canary/)
    }),
)
