/** Checks of the files around the code: packages are pinned, tasks exist, nothing is private. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { files, read } from "../tools/files.ts"
import { summary, toReport } from "../tools/junit.ts"
import { long, moduleOf, testFiles, thorough } from "../tools/test.ts"
import { test } from "./testing.ts"

interface Config {
  readonly imports: Record<string, string>
  readonly lock: { readonly frozen: boolean }
  readonly tasks: Record<string, {
    readonly description?: string
    readonly command: string
    readonly dependencies?: ReadonlyArray<string>
  }>
}

const config: Config = JSON.parse(read("deno.json"))
const ofDiagnostics: Config = JSON.parse(read("tools/diagnostics/deno.json"))

/** Folders with a `deno.json` and a `deno.lock`. */
const configs = ["", "tools/diagnostics/", "tests/browser/driver/"].map((folder) =>
  [folder, JSON.parse(read(`${folder}deno.json`)) as Config] as const
)
const all = files()

const holds = (name: string, check: () => void) => test(name, () => Effect.sync(check))

/** Returns the tasks that readers of `text` have to run. */
const tasksIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/\bdeno(?:@2)? task (?:--?[\w-]+ )*([a-z]\w*)/g)].map(([, name]) => name!)

/** Returns the names after `--allow-env=` in a command. */
const allowed = (command: string): ReadonlyArray<string> =>
  [...command.matchAll(/--allow-env=(\S+)/g)].flatMap(([, names]) => names!.split(","))

/** Returns the permissions of a command that have no limit. */
const unlimited = (command: string): ReadonlyArray<string> =>
  command.match(/(?<=\s)(-A|--allow-(all|run|ffi)\b|--allow-env(?!=))\S*/g) ?? []

/** Returns the parts of a text that seem to come from one machine, company network or account. */
const privateThings = (text: string): ReadonlyArray<string> =>
  [
    /(?<![\w.])\/(home|Users)\/[a-z][\w.-]*\//g,
    /[A-Z]:\\Users\\\w+/g,
    /(?<![\w.])\/root\/\S*/g,
    /:\/\/[\w.-]+\.(internal|corp|lan|intranet|local)\b/g,
    /:\/\/(?!registry\.npmjs\.org)[\w.-]*\b(registry|artifactory|nexus|verdaccio)\b[\w.-]*/g,
    /:\/\/(10|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+(\.\d+)?/g,
  ].flatMap((pattern) => text.match(pattern) ?? [])

holds("fault 50: every package is pinned to one version, which is in the lock file", () => {
  for (const [folder, { imports }] of configs) {
    const lock = JSON.parse(read(`${folder}deno.lock`))
    for (const specifier of Object.values(imports)) {
      assert.match(specifier, /^npm:(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+$/)
      assert.ok(specifier in lock.specifiers, `${folder}deno.lock lacks ${specifier}`)
    }
  }
})

holds("fault 50: the lock files are frozen, name no host, and have a hash of every package", () => {
  for (const [folder, { lock }] of configs) {
    assert.deepEqual(lock, { frozen: true }, `${folder}deno.json`)
    const text = read(`${folder}deno.lock`)
    assert.doesNotMatch(text, /:\/\/|\btarball\b/)
    for (const [name, entry] of Object.entries(JSON.parse(text).npm as Record<string, object>)) {
      assert.ok("integrity" in entry, `${folder}deno.lock: ${name} has no hash`)
    }
  }
})

holds("the diagnostics use the same versions of packages as the program", () => {
  for (const [name, specifier] of Object.entries(ofDiagnostics.imports)) {
    assert.equal(config.imports[name] ?? specifier, specifier)
  }
})

holds("exactly one of the two tasks runs each test file, once", () => {
  const inOrder = all.filter((path) => path.endsWith("_test.ts"))
  const text = moduleOf(testFiles(long))
  const short = [...text.matchAll(/^await import\("file:.*\/(tests\/.*)"\)$/gm)]
    .map(([, path]) => path!)
  assert.deepEqual([...short, ...long].toSorted(), inOrder)
  assert.deepEqual(thorough.filter((path) => !short.includes(path)), [])
})

holds("every task has a description", () => {
  for (const [name, { description }] of Object.entries(config.tasks)) {
    assert.ok((description ?? "").length > 10, `the task ${name} has no description`)
  }
})

holds("fault 50: tasks that fetch and store have no unnecessary permission", () => {
  const program = Object.entries(config.tasks).filter(([, { command }]) =>
    /pipeline\/main\.ts|deno task --quiet o(n|ff)line/.test(command)
  )
  for (const name of ["pipeline", "auth", "athlete", "activities", "streams", "status", "sql"]) {
    assert.ok(program.some(([task]) => task === name), `no task runs ${name}`)
  }
  for (const [name, { command }] of program) {
    // These tasks open a browser, and only people at a terminal use them.
    const opens = name.endsWith(":open")
      ? ["--allow-run=xdg-open,open,cmd,wslview"]
      : name === "online:git"
      ? ["--allow-run=git"]
      : []
    assert.deepEqual(unlimited(command), opens, name)
    if (command.includes("deno run")) assert.match(command, /--no-prompt .*--ignore-env/, name)
  }
  assert.deepEqual(unlimited("deno run -A --allow-run=git --allow-env x --allow-env=A"), [
    "-A",
    "--allow-run=git",
    "--allow-env",
  ])
})

/** Returns the exit code and message of the version check under this version of Deno. */
const underDeno = (version: string) => {
  const said: Array<string> = []
  let code = 0
  const deno = {
    version: { deno: version },
    stderr: { writeSync: (bytes: Uint8Array) => said.push(new TextDecoder().decode(bytes)) },
    exit: (given: number) => code = given,
  }
  new Function("Deno", read("pipeline/base/denoVersion.ts"))(deno)
  return { code, text: said.join("") }
}

holds(
  "every task that runs the program refuses an older Deno and names the required version",
  () => {
    for (const [name, { command, dependencies }] of Object.entries(config.tasks)) {
      if (command.includes("pipeline/main.ts")) {
        assert.deepEqual(dependencies, ["version"], name)
      }
    }
    for (const version of ["2.9.0", "2.10.1", "3.0.0"]) {
      assert.deepEqual(underDeno(version), { code: 0, text: "" }, version)
    }
    for (const version of ["1.46.3", "2.4.4", "2.8.99"]) {
      const { code, text } = underDeno(version)
      assert.equal(code, 78, version)
      assert.match(text, /this is Deno \S+, and Paceline needs Deno 2\.9 or newer.*deno upgrade/s)
      assert.ok(text.includes(version))
    }
    assert.match(read("README.md"), /Deno\S* 2\.9 or newer/)
  },
)

holds("tasks that can open a browser have the permissions of the program otherwise", () => {
  const words = (name: string) =>
    (config.tasks[name]?.command ?? "").split(" ").filter((word) => word.startsWith("--allow"))
  assert.deepEqual(
    words("online:open").filter((word) => !word.startsWith("--allow-run=")),
    words("online"),
  )
  const users = Object.entries(config.tasks)
    .filter(([, { command }]) => command.includes("task --quiet online:open"))
  assert.deepEqual(users.map(([name]) => name), ["setup", "auth"])
})

holds("a task prints one short line without flags above the output of the program", () => {
  for (const [name, { command, dependencies = [] }] of Object.entries(config.tasks)) {
    if (!/pipeline\/main\.ts|deno task/.test(command) || /^(o(n|ff)line|ok$)/.test(name)) continue
    assert.match(command, /^deno task --quiet o(n|ff)line[:\w]*( \w+)?$/, name)
    assert.deepEqual(dependencies, [], name)
  }
})

holds("the demo sees no credential", () => {
  const names = allowed(config.tasks["offline:demo"]!.command)
  assert.deepEqual(
    names.filter((name) => /STRAVA|DATABASE|PACELINE_(?!COMMAND|CONFIG|LOG_FORMAT)/.test(name)),
    [],
  )
})

holds(".env.example names every variable that the program can read, and contains no secret", () => {
  const text = read(".env.example")
  const lines = [...text.matchAll(/^#?([A-Z][A-Z_]+)=(.*)$/gm)]
  const display = ["NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "CI"]
  const ofLaunchers = ["PACELINE_COMMAND", "npm_command"]
  assert.deepEqual(
    lines.map(([, name]) => name!).toSorted(),
    allowed(config.tasks["online"]!.command).filter((name) =>
      ![...display, ...ofLaunchers].includes(name) && !name.startsWith("GITHUB_")
    ).toSorted(),
  )
  for (const [, name, value] of lines) {
    assert.match(value ?? "", /^$|^\.\/data$|^7d$|^https:\/\/www\.strava\.com\/\S+$/, name ?? "")
  }
})

holds("no file contains data of one machine, one network or one account", () => {
  const text = /\.(ts|json|jsonc|lock|md|yml|yaml|sql|csv|txt|html|example)$|^\.|^LICENSE$/
  const complaints = all
    .filter((path) => text.test(path) && path !== "tests/repository_test.ts")
    .flatMap((path) => privateThings(read(path)).map((thing) => `${path}: ${thing}`))
  assert.equal(complaints.join("\n"), "")
})

holds("private data is recognized, and public data is accepted", () => {
  const bad = [
    "/home/jo/paceline/data",
    "/Users/jo/x",
    "C:\\Users\\jo",
    "file:///root/.cache/deno",
    "https://git.acme.corp/x",
    "https://npm-registry.acme.com/effect",
    "https://artifactory.acme.com/api/npm",
    "postgres://10.1.2.3/db",
  ]
  for (const text of bad) assert.equal(privateThings(text).length, 1, text)
  const good = "https://registry.npmjs.org/effect https://www.strava.com/api/v3 ~/.cache ./data " +
    "postgres://127.0.0.1:5432/db https://github.com/home/x/ GET /api/Users/ http://localhost:8080"
  assert.deepEqual(privateThings(good), [])
})

holds("every task that the documents and the workflow name exists", () => {
  for (const path of all.filter((path) => /\.(md|yml)$|^\.ci\/|^deno\.json$/.test(path))) {
    for (const name of tasksIn(read(path))) assert.ok(name in config.tasks, `${path}: ${name}`)
  }
  assert.deepEqual(
    tasksIn("`npx -y deno@2 task demo`, `deno task --quiet ok`; deno task test; a deno task X"),
    ["demo", "ok", "test"],
  )
})

holds("fault 50: actions are pinned by hash, with the version next to it", () => {
  for (const path of all.filter((path) => path.startsWith(".github/workflows/"))) {
    for (const [line] of read(path).matchAll(/uses:.*/g)) {
      assert.match(line, /^uses: [\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, path)
    }
  }
})

const suites = (...cases: ReadonlyArray<string>) =>
  `<testsuites><testsuite name="./tests/a_test.ts" tests="9">${
    cases.join("")
  }</testsuite></testsuites>`
const passing = `<testcase name="fine" line="1">\n</testcase>`
const failing = `<testcase name="bad" line="1"><failure message="no">Error</failure></testcase>`
const skipping = `<testcase name="later &amp; &lt;more&gt;" line="1">\n<skipped/></testcase>`

holds("the test run ends with one plain line", () => {
  const lines = (xml: string, code: number, printed = "") =>
    summary(toReport(xml, printed, code)).split("\n")
  assert.deepEqual(lines(suites(passing, passing), 0), ["2 passed, 0 failed"])
  assert.deepEqual(lines(suites(passing, failing), 1), ["failed: bad: no", "1 passed, 1 failed"])
  assert.deepEqual(lines(suites(passing, skipping), 0), [
    "skipped: later & <more>",
    "1 passed, 0 failed",
  ])
  assert.deepEqual(lines("", 1), ["0 passed, 1 failed"])
  assert.deepEqual(lines(suites(), 0), ["no test ran", "0 passed, 0 failed"])
  const timed = (file: string, time: number) =>
    `<testcase name="tests/${file}_test.ts: it is" classname="x" time="${time}"></testcase>`
  assert.deepEqual(lines(suites(timed("a", 1.2), timed("b", 2.5), timed("a", 1.6)), 0), [
    "slowest: tests/a_test.ts 3 s, tests/b_test.ts 3 s",
    "3 passed, 0 failed",
  ])
})

holds("a file that fails outside of its tests counts as failed", () => {
  const printed = [
    "Uncaught error from ./tests/b_test.ts FAILED",
    "Uncaught error from ./tests/c_test.ts FAILED",
    "./tests/a_test.ts => fine ... ok",
  ].join("\n")
  const report = toReport(suites(passing, failing), printed, 1)
  assert.deepEqual([report.passed, report.failed], [1, 3])
})

holds("the tests succeed only if something passed and nothing failed", () => {
  const code = (xml: string, of: number) => toReport(xml, "", of).code
  assert.equal(code(suites(passing), 0), 0)
  assert.equal(code(suites(passing, failing), 1), 1)
  assert.equal(code(suites(passing), 1), 1)
  assert.equal(code(suites(skipping), 0), 1)
  assert.equal(code("", 0), 1)
})
