/** The workflow for GitHub Actions, step by step over days: kills, lost tokens, concurrent runs. */
import { Effect, FileSystem, Schema, type Scope } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { serve } from "../../pipeline/simulator/serve.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedCode,
  simulatedRefreshToken,
} from "../../pipeline/simulator/Tokens.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { linesWithCanary } from "../../tools/canary.ts"
import { modelOf } from "../pipeline/model.ts"
import { test } from "../testing.ts"
import { type Done, type Given, jobStep, runJob } from "./job.ts"
import { commitEntries, git, type GitStand, hasTools, type Machine, makeGitStand } from "./stand.ts"

const first = Date.UTC(2026, 10, 23, 9, 17)
const day = 86_400_000
const limit = 24

const simulated = Effect.provide(
  Simulator.layer({
    world: World.make({ activities: 30, samples: 20, manual: 0, until: first - day }),
    limits: { read: { short: limit, day: 1_000 } },
  }),
)

const secrets = {
  STRAVA_CLIENT_ID: simulatedClientId,
  STRAVA_CLIENT_SECRET: simulatedClientSecret,
  STRAVA_REFRESH_TOKEN: simulatedRefreshToken,
  PACELINE_TOKEN_KEY: "dSq5oY0Qm3l8bZp1Jr7cXw2EvT9uKfGhNaLiMxOyR4s=",
}

const stand = Effect.gen(function* () {
  yield* TestClock.setTime(first)
  const { apiUrl, oauthUrl } = yield* Effect.orDie(serve({ port: 0 }))
  return yield* makeGitStand({ STRAVA_API_URL: apiUrl, STRAVA_OAUTH_URL: oauthUrl })
})

/** Runs the job once and fails if its output has a secret. */
const runOn = Effect.fnUntraced(function* (at: GitStand, given: Partial<Given> = {}) {
  const done = yield* runJob(at, { secrets, ...given })
  // The runner reads these lines and does not show them.
  const steps = done.steps.map((step) => ({
    ...step,
    output: step.output.replaceAll(/^::add-mask::.*\n/gm, ""),
  }))
  for (const { name, output, summary } of steps) {
    assert.deepEqual(linesWithCanary(output + summary), [], `${name} shows a secret`)
    assert.ok(!(output + summary).includes(secrets.PACELINE_TOKEN_KEY))
  }
  return { ...done, steps }
})

const transcript = ({ result, steps }: Done) =>
  `${result}\n${steps.map(({ code, name, output }) => `${name}: ${code}\n${output}`).join("\n")}`

const succeeded = (done: Done) => assert.equal(done.result, "success", transcript(done))

const asked = Effect.map(
  Effect.flatMap(Simulator, ({ requests }) => requests),
  (all) => ({
    streams: all.filter(({ path, quota }) => quota && /\/streams$/.test(path)),
    paid: all.filter(({ quota }) => quota).length,
    posts: all.filter(({ path }) => path === "/oauth/token").map(({ status }) => status),
  }),
)

/** Requests that were sent more than once. */
const twice = (streams: ReadonlyArray<{ readonly path: string }>) => {
  const paths = streams.map(({ path }) => path)
  return paths.filter((path, i) => paths.indexOf(path) !== i)
}

const filesOn = (at: GitStand) =>
  Effect.gen(function* () {
    const has = (yield* git(at, "for-each-ref", "refs/heads/paceline-data")) !== ""
    if (!has) return []
    return (yield* git(at, "ls-tree", "-r", "--name-only", "paceline-data")).split("\n")
      .filter((name) => name !== "")
  })

const textOn = (at: GitStand, path: string) => git(at, "show", `paceline-data:${path}`)

/** Every object that was ever pushed to the repository. */
const everything = (at: GitStand) =>
  git(at, "cat-file", "--batch-all-objects", "--batch", "--unordered")

/** Asserts that the branch has exactly Strava's data, and that everything is delivered. */
const holdsAll = Effect.fnUntraced(function* (at: GitStand) {
  const { world } = yield* Simulator
  const files = yield* filesOn(at)
  const wanted = [...modelOf(world)].filter(([key]) => key.startsWith("streams/"))
  assert.deepEqual(
    files.filter((path) => path.startsWith("json/streams/")).toSorted(),
    wanted.map(([key]) => `json/${key}.json`).toSorted(),
  )
  for (const [key, text] of wanted) {
    assert.equal((yield* textOn(at, `json/${key}.json`)).trimEnd(), text.trimEnd())
  }
  assert.equal(files.filter((path) => path.startsWith("csv/streams/")).length, wanted.length)
  const list = (yield* textOn(at, "json/activities.ndjson")).trim().split("\n")
  assert.equal(list.length, world.ids.length)
})

const Sealed = Schema.fromJsonString(Schema.Struct({ cipher: Schema.String }))

/** Asserts one commit, encrypted tokens, and no files of a single run. */
const isTidy = Effect.fnUntraced(function* (at: GitStand) {
  assert.equal((yield* git(at, "rev-list", "--count", "paceline-data")).trim(), "1")
  yield* Schema.decodeUnknownEffect(Sealed)(yield* textOn(at, "tokens.json"))
  const files = yield* filesOn(at)
  assert.deepEqual(
    files.filter((path) => /lock|-shm$|\.tmp$|\.prev$|^postgres|report|other/.test(path)),
    [],
  )
})

/** Steps to skip if the report does not matter. */
const skip = ["Create the report", "actions/upload-artifact"]

/** Stream requests in flight. */
const streamsInFlight = Effect.map(
  asked,
  ({ streams }) => streams.filter(({ status }) => status === 0),
)

/** Kills the program when that many stream requests are in flight. */
const killedAt = (hanging: number) =>
  Effect.map(Simulator, (simulator) => (machine: Machine) =>
    Effect.gen(function* () {
      while ((yield* streamsInFlight).length < hanging) {
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 20)))
      }
      yield* machine.kill
    }).pipe(Effect.provideService(Simulator, simulator)))

const scenario = (name: string, body: Effect.Effect<unknown, unknown, Needs>) =>
  hasTools ? test(name, () => body.pipe(simulated)) : undefined

type Needs = Simulator | FileSystem.FileSystem | Scope.Scope | TestClock.TestClock

scenario(
  "of three days, one is killed: the third completes, and only requests in flight are sent again",
  Effect.gen(function* () {
    const at = yield* stand
    const simulator = yield* Simulator

    const one = yield* runOn(at)
    succeeded(one)
    yield* isTidy(at)
    assert.equal((yield* asked).paid, limit)
    assert.match(jobStep(one, "Fetch").output, /::warning title=Stopped at the rate limit::/)
    assert.match(
      jobStep(one, "Fetch").summary,
      /^### Paceline: 30 new activities, \d+ streams to fetch/,
    )
    assert.match(one.artifacts.get("data/report.html") ?? "", /^<!doctype html>/i)

    yield* TestClock.adjust("1 day")
    yield* simulator.fault({ path: "/streams", response: { _tag: "Hang" }, after: 5 })
    const two = yield* runOn(at, { during: { Fetch: yield* killedAt(8) } })
    assert.deepEqual([two.result, jobStep(two, "Fetch").code], ["failure", 137], transcript(two))
    assert.equal(jobStep(two, "Save the data directory").outcome, "success", transcript(two))
    assert.equal(jobStep(two, "Create the report").outcome, "skipped")
    yield* isTidy(at)
    yield* simulator.clearFaults
    const lost = (yield* streamsInFlight).map(({ path }) => path)
    assert.equal(lost.length, 8)

    yield* TestClock.adjust("1 day")
    const three = yield* runOn(at, { skip })
    succeeded(three)
    assert.doesNotMatch(jobStep(three, "Fetch").output, /::warning/)
    yield* holdsAll(at)
    yield* isTidy(at)
    const { posts, streams } = yield* asked
    assert.deepEqual(twice(streams).toSorted(), lost.toSorted())
    assert.deepEqual(posts, [200, 200, 200])
    assert.deepEqual(linesWithCanary(yield* everything(at)), [])
  }),
)

/** Replaces the tokens on the branch with those of `blob`, or deletes them. */
const putBack = Effect.fnUntraced(function* (at: GitStand, blob: string | undefined) {
  const kept = (yield* git(at, "ls-tree", "paceline-data")).replace(/^.*\ttokens\.json\n/m, "")
  const line = blob === undefined ? "" : `100644 blob ${blob}\ttokens.json\n`
  yield* commitEntries(at, kept + line)
})

scenario(
  "old or missing tokens end a run at once with the fix; after a new sign-in it continues",
  Effect.gen(function* () {
    const at = yield* stand
    const signIn = [...skip, "Fetch", "Save"]
    succeeded(yield* runOn(at, { skip: signIn }))
    const early = (yield* git(at, "rev-parse", "paceline-data:tokens.json")).trim()
    yield* TestClock.adjust("1 day")
    succeeded(yield* runOn(at, { skip: signIn }))

    for (const blob of [early, undefined]) {
      yield* putBack(at, blob)
      yield* TestClock.adjust("1 day")
      const done = yield* runOn(at, { skip: [...skip, "Save"] })
      const { code, output } = jobStep(done, "Sign in")
      assert.deepEqual([done.result, code], ["failure", 77], transcript(done))
      assert.match(output, /::error .*Strava refused the refresh token/)
      assert.match(output, /::error .*docs\/unattended\.md#a-new-sign-in/)
      assert.equal(jobStep(done, "Fetch").outcome, "skipped")
    }

    const code = { ...secrets, STRAVA_AUTHORIZATION_CODE: simulatedCode }
    succeeded(yield* runOn(at, { skip: signIn, secrets: code }))
    yield* isTidy(at)
    // With old tokens, the previous pair is tried too.
    const { paid, posts } = yield* asked
    assert.deepEqual([paid, posts], [0, [200, 200, 400, 400, 400, 200]])
  }),
)

/** Returns an effect, by step, that runs the job on another machine. */
const meanwhile = Effect.fnUntraced(function* (at: GitStand, step: string, given: Partial<Given>) {
  const context = yield* Effect.context<Needs>()
  const other = Effect.map(runOn(at, { skip, ...given }), succeeded)
  return { [step]: Effect.provideContext(Effect.orDie(other), context) }
})

scenario(
  "of two concurrent runs, the second signs in with the pushed tokens, and the data of both is merged",
  Effect.gen(function* () {
    const at = yield* stand
    const { world } = yield* Simulator
    const flags = (PIPELINE_FLAGS: string) => ({ vars: { PACELINE: "on", PIPELINE_FLAGS } })

    // The other run uses the refresh token after this one has read it.
    const before = yield* meanwhile(at, "Sign in", flags("--limit 3"))
    const one = yield* runOn(at, { skip: [...skip, "Fetch"], before })
    succeeded(one)
    assert.match(
      jobStep(one, "Sign in").output,
      /::warning .*Another run has used the refresh token/,
    )
    assert.equal((yield* filesOn(at)).filter((path) => /^json\/streams/.test(path)).length, 3)

    // The other run pushes its files after this one has started with the previous files.
    yield* TestClock.adjust("1 day")
    const middle = new Date(world.outlines[15]?.start ?? 0).toISOString().slice(0, 10)
    const other = yield* meanwhile(at, "Save the data directory, also after a failure", {
      ...flags(`--since ${middle} --limit 4`),
    })
    const two = yield* runOn(at, { skip, before: other, ...flags(`--until ${middle} --limit 5`) })
    succeeded(two)
    assert.match(jobStep(two, "Save").output, /::warning .*the data of both is merged/)
    assert.equal((yield* filesOn(at)).filter((path) => /^json\/streams/.test(path)).length, 12)

    yield* TestClock.adjust("1 day")
    const three = yield* runOn(at, { skip })
    succeeded(three)
    yield* holdsAll(at)
    yield* isTidy(at)
    const { posts, streams } = yield* asked
    assert.deepEqual(twice(streams), [])
    assert.deepEqual(posts, [200, 400, 200, 200])
  }),
)

/** Waits until the condition is true, by polling. */
const until = <E, R>(holds: Effect.Effect<boolean, E, R>) =>
  Effect.gen(function* () {
    while (!(yield* holds)) {
      yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 20)))
    }
  })

scenario(
  "a cancelled run is saved: what was committed is on the branch, and only requests in flight are sent again",
  Effect.gen(function* () {
    const at = yield* stand
    const simulator = yield* Simulator
    const once = Effect.provideService(
      until(Effect.map(streamsInFlight, ({ length }) => length === 8)),
      Simulator,
      simulator,
    )
    yield* simulator.fault({ path: "/streams", response: { _tag: "Hang" }, after: 4 })
    // With the runner's own pauses, its second signal stops requests that hang.
    const one = yield* runOn(at, { cancel: { step: "Fetch", once } })
    assert.equal(one.result, "cancelled", transcript(one))
    // 143 by the second signal, or 137 on a machine that is too slow to end in time.
    assert.ok([137, 143].includes(jobStep(one, "Fetch").code), transcript(one))
    assert.deepEqual(
      [jobStep(one, "Save").outcome, jobStep(one, "Create").outcome],
      ["success", "skipped"],
      transcript(one),
    )
    yield* isTidy(at)
    yield* simulator.clearFaults
    const lost = (yield* streamsInFlight).map(({ path }) => path)
    const committed = (yield* asked).streams.filter(({ status }) => status === 200).length
    assert.deepEqual([lost.length, committed], [8, 4])

    yield* TestClock.adjust("1 day")
    yield* runOn(at, { skip })
    yield* TestClock.adjust("1 day")
    succeeded(yield* runOn(at, { skip }))
    yield* holdsAll(at)
    assert.deepEqual(twice((yield* asked).streams).toSorted(), lost.toSorted())
  }),
)

scenario(
  "a sign-in that is cancelled between Strava's response and its push is saved by the next step",
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const at = yield* stand
    const hold = `${at.remote}/hold`
    yield* fs.writeFileString(
      `${at.remote}/hooks/update`,
      `#!/bin/sh
test -e "${hold}" || exit 0
touch "${hold}.reached"
while [ -e "${hold}" ]; do sleep 0.05; done
exit 1
`,
      { mode: 0o755 },
    )
    const exists = (path: string) =>
      Effect.match(fs.stat(path), { onSuccess: () => true, onFailure: () => false })
    const one = yield* runOn(at, {
      before: {
        "Sign in": Effect.orDie(fs.writeFileString(hold, "")),
        "Save the data directory, also after a failure": Effect.orDie(fs.remove(hold)),
      },
      cancel: { step: "Sign in", once: until(exists(`${hold}.reached`)), scale: 0.2 },
    })
    assert.equal(one.result, "cancelled", transcript(one))
    assert.equal(jobStep(one, "Save").outcome, "success", transcript(one))
    assert.deepEqual(yield* filesOn(at), ["tokens.json"])
    yield* TestClock.adjust("1 day")
    succeeded(yield* runOn(at, { skip: [...skip, "Fetch"] }))
    assert.deepEqual((yield* asked).posts, [200, 200])
  }),
)

scenario(
  "a run with nothing new pushes no file",
  Effect.gen(function* () {
    const at = yield* stand
    yield* TestClock.adjust("2 hours")
    for (let run = 0; run < 3; run++) {
      succeeded(yield* runOn(at, { skip }))
      yield* TestClock.adjust("1 hour")
    }
    yield* holdsAll(at)
    const before = yield* git(at, "rev-parse", "paceline-data^{tree}")
    const size = Effect.map(
      git(at, "count-objects", "-v"),
      (text) => Number(/^size: (\d+)$/m.exec(text)?.[1]),
    )
    const had = yield* size
    succeeded(yield* runOn(at, { skip }))
    assert.equal(yield* git(at, "rev-parse", "paceline-data^{tree}"), before)
    assert.ok((yield* size) - had <= 16, "kilobytes of objects")
  }),
)

scenario(
  "the workflow is disabled by default, and sends no request in a public repository or without a key",
  Effect.gen(function* () {
    const at = yield* stand
    assert.equal((yield* runOn(at, { vars: {} })).result, "skipped")
    for (
      const [visibility, words] of [
        ["public", /::error title=This repository is public::.*private/],
        ["internal", /::error title=This repository is internal::/],
        ["", /::error title=Cannot check who can read this repository::GitHub did not answer/],
      ] as const
    ) {
      const open = yield* runOn(at, { visibility })
      assert.equal(open.result, "failure")
      assert.match(jobStep(open, "Refuse").output, words)
      assert.deepEqual(
        open.steps.slice(1).map(({ outcome }) => outcome),
        open.steps.slice(1).map(() => "skipped"),
      )
    }
    const bare = yield* runOn(at, { secrets: { ...secrets, PACELINE_TOKEN_KEY: "" } })
    assert.deepEqual([bare.result, jobStep(bare, "Sign in").code], ["failure", 78])
    assert.match(jobStep(bare, "Sign in").output, /openssl rand -base64 32/)
    const { paid, posts } = yield* asked
    assert.deepEqual([paid, posts, yield* filesOn(at)], [0, [], []])
  }),
)
