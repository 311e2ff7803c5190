/** Commands of the documents that a test cannot run, with the reason and the file that covers them. */

interface Exemption {
  readonly command: RegExp
  readonly reason: string
  /** File that runs the command, or that checks its subject. */
  readonly instead: string
}

export const exemptions: ReadonlyArray<Exemption> = [
  {
    command: /^npx -y deno@2 task /,
    reason: "downloads Deno; the task after it is checked, and CI runs the tests this way",
    instead: ".ci/run",
  },
  {
    command: /^deno task demo\b/,
    reason: "takes half a minute and 300 MB; CI runs it",
    instead: ".github/workflows/ci.yml",
  },
  {
    command: /^(paceline|deno task install|deno uninstall)\b/,
    reason: "changes the installed commands of the machine; the arguments are checked",
    instead: "tests/packaging/install_test.ts",
  },
  {
    command: /^deno task fleet(:demo|:chaos)?\b/,
    reason: "serves until it is stopped, or needs an athlete",
    instead: "tests/fleet/runners_test.ts",
  },
  {
    command: /^deno task serve\b/,
    reason: "serves until it is stopped",
    instead: "tests/report/serve_test.ts",
  },
  {
    command: /^deno task report --activity\b/,
    reason: "names an activity that the test does not have",
    instead: "tests/report/command_test.ts",
  },
  {
    command: /^deno task watch\b|--on-failure\b/,
    reason: "runs until it is stopped, or starts a program of the reader",
    instead: "tests/unattended/watch_test.ts",
  },
  {
    command: /^python3 -m venv /,
    reason: "downloads Python packages; the page names the tested versions",
    instead: "docs/notebooks.md",
  },
  {
    command: /^sqlite3 /,
    reason: "reads the database of another program",
    instead: "tests/export/responses/import_test.ts",
  },
  {
    command: /(^|\| )docker /,
    reason: "needs a container host; the arguments for the program are checked",
    instead: "tests/packaging/packaging_test.ts",
  },
  {
    command: /--data \.\/demo\b/,
    reason: "reads the data of the demo",
    instead: "docs/first-sync.md",
  },
  {
    command: /^create (role paceline|database)\b/,
    reason: "changes a whole server; the tests start their own",
    instead: "tests/postgres/server.ts",
  },
  {
    command: /^deno task import\b(?! export_12345\.zip)/,
    reason: "reads exports that the test does not have",
    instead: "tests/export/import/first_test.ts",
  },
  {
    command: /^deno task auth --/,
    reason: "needs a browser or a person, or revokes the access that the next lines need",
    instead: "tests/commands/auth_test.ts",
  },
  {
    command: /^git pull$/,
    reason: "needs the repository's server",
    instead: "tests/packaging/install_test.ts",
  },
  {
    command: /^deno task report --open$/,
    reason: "opens a browser; the same command runs without it",
    instead: "tests/report/command_test.ts",
  },
  {
    command: /^deno task setup\b/,
    reason: "asks a person",
    instead: "tests/commands/setup_test.ts",
  },
  {
    command: /^deno task keep\b/,
    reason: "needs a private repository",
    instead: "tests/unattended/keep_test.ts",
  },
  {
    command: /^deno task purge$/,
    reason: "asks for confirmation",
    instead: "tests/purge/command_test.ts",
  },
  {
    command: /deno install --frozen=false/,
    reason: "downloads packages and changes the locks",
    instead: "tests/repository_test.ts",
  },
  {
    command: /^deno task (test|ok|crash|bench|fmt|lint|check|diagnostics)\b/,
    reason: "for developers; CI runs the checks of a change",
    instead: ".github/workflows/ci.yml",
  },
  {
    command: /^deno task paceline simulator\b/,
    reason: "runs until it is stopped",
    instead: "tests/simulator/serve_test.ts",
  },
]

/** Returns the exemption of a command. Undefined if the test runs it. */
export const exemptionOf = (text: string): Exemption | undefined =>
  exemptions.find(({ command }) => command.test(text))
