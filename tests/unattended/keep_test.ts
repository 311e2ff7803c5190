/** The data directory on a branch: restore, push and merge. */
import { Effect, FileSystem, Option } from "effect"
import assert from "node:assert/strict"
import { RefreshTokenRefused } from "../../pipeline/strava/errors.ts"
import { branch, commits, head, makeMachine, refusedBy, scenario, started } from "./keepStand.ts"
import { git } from "./stand.ts"

scenario(
  "restores a directory unchanged, without the files of a single run",
  (at) =>
    Effect.gen(function* () {
      yield* started(at)
      assert.deepEqual(Object.keys(yield* branch(at)), [
        "csv/activities.csv",
        ...[1, 2, 3, 4].map((id) => `json/streams/${id}.json`),
        "state.db",
        "state.epoch",
        "tokens.json",
      ])
      const on = yield* makeMachine(at)
      yield* on.restore
      assert.equal(yield* on.text("json/streams/3.json"), "3")
      // Nothing has changed, so nothing is pushed.
      const before = yield* head(at)
      yield* on.save
      assert.equal(yield* head(at), before)
      assert.equal(yield* commits(at), "1")
    }),
)

scenario(
  "pushes tokens alone and at once, with the previous files",
  (at) =>
    Effect.gen(function* () {
      yield* started(at)
      const on = yield* makeMachine(at)
      yield* on.restore
      yield* on.put("json/streams/9.json", "half")
      yield* on.signIn(Effect.orDie(on.tokens("two")))
      const { "json/streams/9.json": half, "tokens.json": tokens, ...rest } = yield* branch(at)
      assert.deepEqual([half, tokens, rest["state.db"]], [undefined, `{"cipher":"two"}`, "base"])
      assert.equal(yield* commits(at), "1")
    }),
)

scenario(
  "merges the additions, changes and deletions of two runs file by file",
  (at) =>
    Effect.gen(function* () {
      yield* started(at)
      const [ours, theirs] = [yield* makeMachine(at), yield* makeMachine(at)]
      const odd = `json/"odd" na'me\\with\ttab.json`
      yield* ours.restore
      yield* theirs.restore
      yield* theirs.state("theirs")
      yield* theirs.tokens("theirs")
      yield* theirs.files({
        "csv/activities.csv": "theirs",
        "json/streams/6.json": "6",
        "json/streams/4.json": "theirs",
        [odd]: "theirs",
      })
      yield* theirs.remove("json/streams/2.json")
      yield* theirs.save

      yield* ours.state("ours")
      yield* ours.tokens("ours")
      yield* ours.files({
        "state.db-wal": "ours",
        "csv/activities.csv": "ours",
        "json/streams/5.json": "5",
        "json/streams/2.json": "ours",
        "json/streams/3.json": "ours",
        [odd]: "ours",
      })
      yield* ours.remove("json/streams/1.json")
      yield* ours.save
      assert.match(ours.notes.join(), /^Another run has pushed/)
      assert.deepEqual(yield* branch(at), {
        "csv/activities.csv": "theirs",
        [odd]: "theirs",
        "json/streams/3.json": "ours",
        "json/streams/4.json": "theirs",
        "json/streams/5.json": "5",
        "json/streams/6.json": "6",
        "state.db": "theirs",
        // A digest that does not match, so that the next run compares the state with the files.
        "state.epoch": `{"pipeline_id":"p","epoch":2,"closed":"merged"}\n`,
        "tokens.json": `{"cipher":"ours"}`,
        "tokens.other.json": `{"cipher":"theirs"}`,
      })
      assert.equal(yield* commits(at), "1")
    }),
)

scenario(
  "keeps the state file of the only run that changed it, with its write-ahead log",
  (at) =>
    Effect.gen(function* () {
      yield* started(at)
      const [first, second, third] = [
        yield* makeMachine(at),
        yield* makeMachine(at),
        yield* makeMachine(at),
      ]
      for (const on of [first, second, third]) yield* on.restore
      yield* second.tokens("two")
      yield* second.save
      yield* first.state("one")
      yield* first.put("state.db-wal", "log")
      yield* first.save
      const { "state.db": db, "state.db-wal": log, "state.epoch": epoch, "tokens.json": tokens } =
        yield* branch(at)
      assert.deepEqual([db, log, tokens], ["one", "log", `{"cipher":"two"}`])
      assert.match(String(epoch), /"closed":"one"/)
      yield* third.put("json/streams/7.json", "7")
      yield* third.save
      const after = yield* branch(at)
      assert.deepEqual([after["state.db-wal"], after["json/streams/7.json"]], ["log", "7"])
    }),
)

scenario(
  "keeps both token pairs if another run has pushed one meanwhile",
  (at) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      yield* started(at)
      const [ours, theirs] = [yield* makeMachine(at), yield* makeMachine(at)]
      yield* ours.restore
      yield* theirs.restore
      yield* theirs.tokens("theirs")
      yield* theirs.put("json/streams/6.json", "6")
      yield* theirs.save
      const seen: Array<string> = []
      // Resolves the pairs like the real sign-in: one pair remains, the other file is deleted.
      yield* ours.signIn(Effect.orDie(Effect.gen(function* () {
        const other = yield* Effect.option(ours.text("tokens.other.json"))
        seen.push(Option.getOrElse(other, () => ""))
        yield* ours.tokens(Option.isSome(other) ? "joined" : "ours")
        yield* fs.remove(`${ours.data}/tokens.other.json`, { force: true })
      })))
      assert.deepEqual(seen, ["", `{"cipher":"theirs"}`])
      const files = yield* branch(at)
      assert.deepEqual([files["tokens.json"], files["tokens.other.json"]], [
        `{"cipher":"joined"}`,
        undefined,
      ])
      // It continues with the data of the other run.
      assert.equal(yield* ours.text("json/streams/6.json"), "6")
      yield* ours.save
      assert.equal((yield* branch(at))["json/streams/6.json"], "6")
    }),
)

scenario(
  "replaces a refresh token that another run has used by the pair of that run",
  (at) =>
    Effect.gen(function* () {
      yield* started(at)
      const [ours, theirs] = [yield* makeMachine(at), yield* makeMachine(at)]
      yield* ours.restore
      yield* theirs.restore
      let asked = 0
      yield* ours.signIn(Effect.suspend(() => {
        if (asked++ > 0) return Effect.void
        return theirs.tokens("theirs").pipe(
          Effect.andThen(theirs.save),
          Effect.orDie,
          Effect.andThen(new RefreshTokenRefused({ detail: "400, invalid" })),
        )
      }))
      assert.deepEqual([asked, yield* ours.text("tokens.json")], [2, `{"cipher":"theirs"}`])
      assert.match(ours.notes.join(), /Another run has used the refresh token/)
      // Without a newer pair on the branch, the refusal is final.
      const alone = ours.signIn(new RefreshTokenRefused({ detail: "400, invalid" }))
      yield* refusedBy(alone, 77, /refused the refresh token/)
    }),
)

scenario(
  "recreates a deleted branch from the local directory",
  (at) =>
    Effect.gen(function* () {
      yield* started(at)
      const on = yield* makeMachine(at)
      yield* on.restore
      yield* on.put("json/streams/5.json", "5")
      yield* git(at, "update-ref", "-d", "refs/heads/paceline-data")
      yield* on.save
      assert.equal(Object.keys(yield* branch(at)).filter((name) => /streams/.test(name)).length, 5)
    }),
)
