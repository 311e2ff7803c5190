/** tools/keep.sh: what it restores, pushes and merges, and what it refuses; the program is played by `cp`. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { read } from "../../tools/files.ts"
import { live } from "../testing.ts"
import { type Ended, git, hasTools, type Machine, machine, makeStand, type Stand } from "./stand.ts"

const key = { PACELINE_TOKEN_KEY: "x", PACELINE_DATA: "data" }

/** Run it on a machine, after and before whatever else is to happen there. */
const keep = (on: Machine, script: string, env: Readonly<Record<string, string>> = {}) =>
  on.bash(
    `keep() { tools/keep.sh "$@"; }
     put() { mkdir -p "$(dirname "data/$1")"; printf '%s' "$2" > "data/$1"; }
     state() { put state.db "$1"; put state.epoch '{"pipeline_id":"p","epoch":2,"closed":"'$1'"}'; }
     tokens() { put tokens.json '{"cipher":"'$1'"}'; }
     ${script}`,
    { ...key, ...env },
  )

const works = Effect.fnUntraced(
  function* (on: Machine, script: string, env?: Readonly<Record<string, string>>) {
    const ended = yield* keep(on, script, env)
    assert.equal(ended.code, 0, ended.output)
    return ended
  },
)

const refused = ({ code, output }: Ended, wanted: number, words: RegExp) => {
  assert.equal(code, wanted, output)
  assert.match(output, words)
}

/** What is on the branch, by path. */
const branch = Effect.fnUntraced(function* (at: Stand) {
  const names = (yield* git(at, "ls-tree", "-r", "-z", "--name-only", "paceline-data"))
    .split("\0").filter((name) => name !== "")
  const texts = yield* Effect.forEach(
    names,
    (name) => git(at, "cat-file", "blob", `paceline-data:${name}`),
  )
  return Object.fromEntries(names.map((name, i) => [name, texts[i]]))
})

const scenario = (
  name: string,
  body: (at: Stand) => Effect.Effect<unknown, unknown, Needs>,
) => hasTools ? live(name, () => Effect.flatMap(makeStand({}), body)) : undefined

type Needs = Effect.Services<ReturnType<typeof makeStand>>

const started = Effect.fnUntraced(function* (at: Stand) {
  yield* works(
    yield* machine(at),
    `keep restore; tokens one
     for i in 1 2 3 4; do put json/streams/$i.json $i; done; put csv/activities.csv base; state base
     put state.lock x; put state.db.prev x; put state.db-shm x; put .a.tmp x; put postgres/PG_VERSION 16
     put report.html x; keep save`,
  )
})

scenario(
  "a folder comes back as it was, for its owner only, without what belongs to one run",
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
      const on = yield* machine(at)
      const { output } = yield* works(on, `keep restore; stat -c %a data/tokens.json data/json`)
      assert.deepEqual(output.trim().split("\n"), ["600", "700"])
      assert.equal(yield* on.text("data/json/streams/3.json"), "3")
      // Nothing has changed, so nothing is pushed.
      const before = yield* git(at, "rev-parse", "paceline-data")
      yield* works(on, "keep save")
      assert.equal(yield* git(at, "rev-parse", "paceline-data"), before)
    }),
)

scenario(
  "tokens are pushed alone and at once, with the files of before",
  (at) =>
    Effect.gen(function* () {
      yield* started(at)
      const on = yield* machine(at)
      yield* works(on, `keep restore; put json/streams/9.json half; tokens two; keep sign-in true`)
      const { "json/streams/9.json": half, "tokens.json": tokens, ...rest } = yield* branch(at)
      assert.deepEqual([half, tokens, rest["state.db"]], [undefined, `{"cipher":"two"}`, "base"])
      assert.equal((yield* git(at, "rev-list", "--count", "paceline-data")).trim(), "1")
    }),
)

scenario(
  "of two runs, what both added, changed and deleted is merged file by file",
  (at) =>
    Effect.gen(function* () {
      yield* started(at)
      const [ours, theirs] = [yield* machine(at), yield* machine(at)]
      const odd = `json/"odd" na'me\\with\ttab.json`
      yield* works(ours, "keep restore")
      yield* works(
        theirs,
        `keep restore; state theirs; tokens theirs; put csv/activities.csv theirs; put json/streams/6.json 6
       rm data/json/streams/2.json; put json/streams/4.json theirs; put '${
          odd.replace("'", `'\\''`)
        }' theirs
       keep save`,
      )
      const { output } = yield* works(
        ours,
        `state ours; put state.db-wal ours; tokens ours; put csv/activities.csv ours; put json/streams/5.json 5
       rm data/json/streams/1.json; put json/streams/2.json ours; put json/streams/3.json ours
       put '${odd.replace("'", `'\\''`)}' ours; keep save`,
      )
      assert.match(output, /::warning title=Keeping the data folder::Another run has pushed/)
      assert.deepEqual(yield* branch(at), {
        "csv/activities.csv": "theirs",
        [odd]: "theirs",
        "json/streams/3.json": "ours",
        "json/streams/4.json": "theirs",
        "json/streams/5.json": "5",
        "json/streams/6.json": "6",
        "state.db": "theirs",
        // A mark that does not fit, so that the next run looks at the files.
        "state.epoch": `{"pipeline_id":"p","epoch":2,"closed":"merged"}`,
        "tokens.json": `{"cipher":"ours"}`,
        "tokens.other.json": `{"cipher":"theirs"}`,
      })
      assert.equal((yield* git(at, "rev-list", "--count", "paceline-data")).trim(), "1")
    }),
)

scenario(
  "a state file that only one of two runs has changed is that one's, with its log",
  (at) =>
    Effect.gen(function* () {
      yield* started(at)
      const [first, second, third] = [yield* machine(at), yield* machine(at), yield* machine(at)]
      for (const on of [first, second, third]) yield* works(on, "keep restore")
      yield* works(second, "tokens two; keep save")
      yield* works(first, "state one; put state.db-wal log; keep save")
      const { "state.db": db, "state.db-wal": log, "state.epoch": mark, "tokens.json": tokens } =
        yield* branch(at)
      assert.deepEqual([db, log, tokens], ["one", "log", `{"cipher":"two"}`])
      assert.match(String(mark), /"closed":"one"/)
      yield* works(third, "put json/streams/7.json 7; keep save")
      assert.deepEqual(
        [(yield* branch(at))["state.db-wal"], (yield* branch(at))["json/streams/7.json"]],
        ["log", "7"],
      )
    }),
)

scenario(
  "a pair that another run has pushed meanwhile lies beside ours until the program has joined them",
  (at) =>
    Effect.gen(function* () {
      yield* started(at)
      const [ours, theirs] = [yield* machine(at), yield* machine(at)]
      yield* works(ours, "keep restore")
      yield* works(theirs, "keep restore; tokens theirs; put json/streams/6.json 6; keep save")
      // The program of the test joins as the real one does: one pair, and the other file is gone.
      const program =
        `count=$((\${count:-0} + 1)); echo "round $(cat data/tokens.other.json 2> /dev/null)"
      if [ -e data/tokens.other.json ]; then printf '{"cipher":"joined"}' > data/tokens.json
      else printf '{"cipher":"ours"}' > data/tokens.json; fi; rm -f data/tokens.other.json`
      const { output } = yield* works(
        ours,
        `keep sign-in sh -c '${program.replaceAll("'", `'\\''`)}'`,
      )
      assert.match(output, /round \n[^]*round \{"cipher":"theirs"\}/)
      const files = yield* branch(at)
      assert.deepEqual([files["tokens.json"], files["tokens.other.json"]], [
        `{"cipher":"joined"}`,
        undefined,
      ])
      // And it goes on with all that the other has.
      assert.equal(yield* ours.text("data/json/streams/6.json"), "6")
      yield* works(ours, "keep save")
      assert.equal((yield* branch(at))["json/streams/6.json"], "6")
    }),
)

scenario(
  "a branch that somebody removed is made again of what is here",
  (at) =>
    Effect.gen(function* () {
      yield* started(at)
      const on = yield* machine(at)
      yield* works(on, "keep restore; put json/streams/5.json 5")
      yield* git(at, "update-ref", "-d", "refs/heads/paceline-data")
      yield* works(on, "keep save")
      assert.equal(Object.keys(yield* branch(at)).filter((name) => /streams/.test(name)).length, 5)
    }),
)

scenario(
  "a repository that cannot be reached is no empty one, and a pair that cannot be pushed is shown sealed",
  (at) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      yield* started(at)
      const [early, late] = [yield* machine(at), yield* machine(at)]
      yield* works(early, "keep restore")
      yield* fs.rename(at.remote, `${at.remote}.gone`)
      refused(yield* keep(late, "keep restore"), 69, /::error .*cannot be reached/)
      refused(yield* keep(late, "keep save"), 78, /Nothing was restored before/)
      const lost = yield* keep(early, "tokens new; keep sign-in true")
      refused(lost, 69, /::error .*cannot be reached[^]*could not be pushed[^]*\{"cipher":"new"\}/)
      yield* fs.rename(`${at.remote}.gone`, at.remote)
      assert.equal((yield* branch(at))["tokens.json"], `{"cipher":"one"}`)

      // Nor where this job may not write.
      yield* fs.writeFileString(`${at.remote}/hooks/update`, "#!/bin/sh\nexit 1\n", { mode: 0o755 })
      refused(yield* keep(early, "keep save"), 69, /May this job write to the branch paceline-data/)
    }),
)

scenario(
  "what is refused: plain tokens, no key, a folder with something in it, a command that fails",
  (at) =>
    Effect.gen(function* () {
      const on = yield* machine(at)
      refused(yield* keep(on, "put x y; keep restore"), 78, /data is not empty/)
      yield* works(on, "rm -r data; keep restore")
      const plain = `put tokens.json '{"access_token":"secret"}'`
      refused(yield* keep(on, `${plain}; keep save`), 78, /not sealed.*PACELINE_TOKEN_KEY/)
      refused(yield* keep(on, "keep sign-in true"), 78, /not sealed/)
      const other = plain.replace("tokens", "tokens.other")
      refused(yield* keep(on, `tokens a; ${other}; keep save`), 78, /not sealed/)
      yield* works(on, "rm data/tokens.json data/tokens.other.json")
      refused(
        yield* keep(on, "keep sign-in true", { PACELINE_TOKEN_KEY: "" }),
        78,
        /openssl rand -base64 32/,
      )
      refused(yield* keep(on, "keep sign-in sh -c 'exit 69'"), 69, /^$/)
      refused(yield* keep(on, "keep"), 64, /Usage/)
      assert.equal(yield* git(at, "for-each-ref"), "")
    }),
)

scenario(
  "a link that somebody has put on the branch leads nowhere",
  (at) =>
    Effect.gen(function* () {
      yield* works(
        yield* machine(at),
        `git init --quiet link; cd link; ln -s ../../elsewhere json; git add json
         git -c user.name=a -c user.email=a@localhost commit --quiet -m link
         git push --quiet "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY.git" HEAD:refs/heads/paceline-data`,
      )
      const { output } = yield* works(yield* machine(at), "keep restore; stat -c %F data/json")
      assert.equal(output.trim(), "regular file")
    }),
)

scenario(
  "what may push is told to git by the environment, and stands in no argument",
  (at) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const on = yield* machine(at)
      const real = (yield* on.bash("command -v git", {})).output.trim()
      const bin = `${on.folder}/../bin/git`
      yield* fs.writeFileString(
        bin,
        `#!/bin/sh\nprintf '%s\\n' "$@" >> "${on.folder}/arguments"\nexec ${real} "$@"\n`,
        { mode: 0o755 },
      )
      const env = { KEEP_TOKEN: "may-push-canary" }
      yield* works(on, "keep restore; tokens a; keep sign-in true; put json/a b; keep save", env)
      assert.doesNotMatch(yield* on.text("arguments"), /may-push-canary/)
      // And git's helper does tell it, to whoever asks for a password.
      const helper = /^helper='([^]*?)'$/m.exec(read("tools/keep.sh"))?.[1] ?? ""
      const { output } = yield* on.bash(
        `printf 'protocol=https\\nhost=example.org\\n\\n' |
         git -c credential.helper= -c credential.helper="$HELPER" credential fill`,
        { ...env, HELPER: helper, GIT_TERMINAL_PROMPT: "0" },
      )
      assert.match(output, /username=x-access-token\npassword=may-push-canary/)
    }),
)
