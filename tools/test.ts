/**
 * `deno task test`: runs the tests; the last line is `N passed, N failed`. Its arguments are passed to
 * `deno test`: files, `--filter NAME`, `--coverage`, …
 */
import { chunksOf } from "effect/Array"
import { existsSync } from "node:fs"
import { linesWithCanary } from "./canary.ts"
import { files } from "./files.ts"
import { summary, type TestReport, toReport } from "./junit.ts"

const root = new URL("../", import.meta.url)

/** Variable with the temporary folder of the run. */
export const folderVariable = "PACELINE_TEST_FOLDER"

/** Variable that is `long` if tests of random cases try all of them. */
export const roundsVariable = "PACELINE_TEST_ROUNDS"

/** Variables that would make a test depend on the machine or on an account. */
const personal = /^(STRAVA_|PACELINE_|PG|DATABASE_URL$|CI$|GITHUB_|npm_command$)/

/** Copies a stream to an output of this process, and returns its text. */
const pass = async (
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  output: { readonly writable: WritableStream<Uint8Array> },
): Promise<string> => {
  const [copy, own] = stream.tee()
  const text = new Response(own).text()
  await copy.pipeTo(output.writable, { preventClose: true })
  return await text
}

/** Marks the run as failed if its output contains one of the simulator's secrets. */
const withSecrets = (printed: Readonly<Record<string, string>>, report: TestReport): TestReport => {
  const where = Object.entries(printed).flatMap(([name, text]) =>
    linesWithCanary(text).map((line) => `line ${line} of the tests' ${name} shows a secret`)
  )
  if (where.length === 0) return report
  Deno.stderr.writeSync(new TextEncoder().encode(`${where.join("\n")}\n`))
  return { ...report, failed: report.failed + where.length, code: 1 }
}

/** Tests that start hundreds of processes or databases, or draw many pages; only `deno task test:long` runs them. */
export const long: ReadonlyArray<string> = [
  "tests/architecture/copy_test.ts",
  "tests/browser/activities_test.ts",
  "tests/browser/overview_test.ts",
  "tests/browser/pages_test.ts",
  "tests/crash/crash_test.ts",
  "tests/crash/mutants_test.ts",
  "tests/disk/mutants_test.ts",
  "tests/documents/demo_test.ts",
  "tests/documents/documents_test.ts",
  "tests/export/import/kill_test.ts",
  "tests/export/proof/killed_test.ts",
  "tests/fleet/runners_test.ts",
  "tests/pipeline/attack_test.ts",
  "tests/postgres/athletes_test.ts",
  "tests/postgres/embedded/cluster_left_test.ts",
  "tests/postgres/embedded/cluster_test.ts",
  "tests/postgres/connection/faults_test.ts",
  "tests/postgres/runs_test.ts",
  "tests/postgres/embedded/unpack_test.ts",
  "tests/scripts/publish_test.ts",
  "tests/unattended/cancelled_test.ts",
  "tests/unattended/keep_refusals_test.ts",
  "tests/unattended/workflow_test.ts",
]

/** Tests of random cases; `deno task test` tries some of them, `deno task test:long` all. */
export const thorough: ReadonlyArray<string> = [
  "tests/export/fit/combined_test.ts",
  "tests/export/fit/differential_test.ts",
  "tests/export/fit/hostile_test.ts",
  "tests/export/proof/orders_test.ts",
  "tests/export/proof/sudden_death_test.ts",
  "tests/export/proof/truth_test.ts",
  "tests/export/recording/fuzz_test.ts",
  "tests/recovery/corruption_test.ts",
  "tests/strava/quota/quota_bound_test.ts",
  "tests/strava/quota/quota_property_test.ts",
]

/** Returns the paths of all test files that are not in `excluded`. */
export const testFiles = (excluded: ReadonlyArray<string>): ReadonlyArray<string> =>
  files("tests/").filter((path) => path.endsWith("_test.ts") && !excluded.includes(path))

/**
 * Returns the text of a module that loads test files. They share an isolate, so that the program is
 * compiled once, and layers of `liveWith` are built once. Names of tests begin with the path of the file.
 */
export const moduleOf = (paths: ReadonlyArray<string>): string =>
  [
    `import { inFile } from ${JSON.stringify(new URL("tests/testing.ts", root).href)}`,
    ...paths.map((path) =>
      `inFile(${JSON.stringify(path)})\nawait import(${JSON.stringify(new URL(path, root).href)})`
    ),
    "",
  ].join("\n")

/** Neighboring files per module: more of them cost less in total, fewer use all workers to the end. */
const shardSize = 12

/** Writes modules with the tests of all files except the long ones, and returns their paths. */
const writeShards = (folder: string): ReadonlyArray<string> =>
  chunksOf(testFiles(long), shardSize).map((paths, nth) => {
    const path = `${folder}/${String(nth + 1).padStart(2, "0")}_test.ts`
    Deno.writeTextFileSync(path, moduleOf(paths))
    return path
  })

/** Returns the arguments for `deno test`: if none is a file, all tests except the long ones are added. */
const selected = (words: ReadonlyArray<string>, folder: string): ReadonlyArray<string> =>
  words[0] === "--long"
    ? [...words.slice(1), ...long, ...thorough]
    : words.some((word) => existsSync(word))
    ? words
    : [...words, ...writeShards(folder)]

const run = async (words: ReadonlyArray<string>): Promise<TestReport> => {
  const folder = await Deno.makeTempDir({ prefix: "paceline-test-" })
  // The user of a PostgreSQL server must be able to enter subfolders.
  if (Deno.build.os !== "windows") await Deno.chmod(folder, 0o711)
  const junit = `${folder}/junit.xml`
  const env = Object.entries(Deno.env.toObject()).filter(([name]) => !personal.test(name))
  try {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["test", "--allow-all", "--no-check", "--parallel", `--junit-path=${junit}`],
        ...selected(words, folder),
      ],
      clearEnv: true,
      env: {
        ...Object.fromEntries(env),
        [folderVariable]: folder,
        [roundsVariable]: words[0] === "--long" ? "long" : "short",
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn()
    // Ctrl-C ends the tests; this process then removes the folder.
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      if (Deno.build.os !== "windows") Deno.addSignalListener(signal, () => child.kill(signal))
    }
    const [printed, complained, { code }] = await Promise.all([
      pass(child.stdout, Deno.stdout),
      pass(child.stderr, Deno.stderr),
      child.status,
    ])
    const report = toReport(existsSync(junit) ? await Deno.readTextFile(junit) : "", printed, code)
    return withSecrets({ stdout: printed, stderr: complained }, report)
  } finally {
    await Deno.remove(folder, { recursive: true })
  }
}

if (import.meta.main) {
  const report = await run(Deno.args)
  await Deno.stdout.write(new TextEncoder().encode(`${summary(report)}\n`))
  Deno.exit(report.code)
}
