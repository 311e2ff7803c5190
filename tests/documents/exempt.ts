/** Commands of the documents that a test cannot run, each with the reason, and what holds it instead. */

interface Exemption {
  readonly command: RegExp
  readonly reason: string
  /** The file that runs it, or that checks what it works on. */
  readonly instead: string
}

export const exemptions: ReadonlyArray<Exemption> = [
  {
    command: /^npx -y deno@2 task /,
    reason: "downloads Deno; the words after it are understood, and CI runs the tests so",
    instead: ".ci/run",
  },
  {
    command: /^deno task demo\b/,
    reason: "takes half a minute and 300 MB; CI runs it",
    instead: ".github/workflows/ci.yml",
  },
  {
    command: /^python3 -m venv /,
    reason: "downloads packages of Python; the page says with which versions its code was run",
    instead: "docs/notebooks.md",
  },
  {
    command: /(^|\| )docker /,
    reason: "needs a container host; the words for the program are understood",
    instead: "tests/packaging/packaging_test.ts",
  },
  {
    command: /--data \.\/demo\b/,
    reason: "asks what the demo has left",
    instead: "docs/first-sync.md",
  },
  {
    command: /^create (role paceline|database)\b/,
    reason: "makes what a whole server shares; the tests have a server of their own",
    instead: "tests/postgres/server.ts",
  },
  {
    command: /^deno task auth --/,
    reason: "needs a browser or a person, or takes back what the next lines need",
    instead: "tests/commands/auth_test.ts",
  },
  {
    command: /^deno task report --open$/,
    reason: "opens a browser; all but that is run without it",
    instead: "tests/report/command_test.ts",
  },
  {
    command: /^deno task setup\b/,
    reason: "asks a person",
    instead: "tests/commands/setup_test.ts",
  },
  {
    command: /^deno task purge$/,
    reason: "asks a person before it deletes",
    instead: "tests/purge/command_test.ts",
  },
  {
    command: /deno install --frozen=false/,
    reason: "downloads packages and changes the locks",
    instead: "tests/repository_test.ts",
  },
  {
    command: /^deno task (test|ok|crash|bench|fmt|lint|check|diagnostics)\b/,
    reason: "is for those who change the program; CI runs what a change must pass",
    instead: ".github/workflows/ci.yml",
  },
  {
    command: /^deno task paceline simulator\b/,
    reason: "serves until it is stopped",
    instead: "tests/simulator/serve_test.ts",
  },
]

/** Why `text` is not run here; nothing where it is. */
export const exemptionOf = (text: string): Exemption | undefined =>
  exemptions.find(({ command }) => command.test(text))
