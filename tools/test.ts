/**
 * `deno task test`: runs the tests and ends with one plain line, `N passed, N failed`.
 * Further words go to `deno test`: files, `--filter NAME`, `--coverage`, …
 */
import { linesWithCanary } from "./canary.ts"
import { summary, type TestReport, toReport } from "./junit.ts"
import { moduleOf, shardsOf, testFiles } from "./shards.ts"

/** Names the folder that all test files of a run share. */
export const folderVariable = "PACELINE_TEST_FOLDER"

/** Set to `long` where tests take all of their rounds. */
export const roundsVariable = "PACELINE_TEST_ROUNDS"

/** What would make a test depend on the machine or the account of whoever runs it. */
const personal = /^(STRAVA_|PACELINE_|PG|DATABASE_URL$|CI$|GITHUB_)/

const exists = (path: string): boolean => {
  try {
    Deno.statSync(path)
    return true
  } catch {
    return false
  }
}

/** Passes the stream on to an output of ours as it comes; gives all of it. */
const pass = async (
  stream: ReadableStream<Uint8Array>,
  output: { readonly writable: WritableStream<Uint8Array> },
): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ""
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true })
    await new Blob([chunk.slice()]).stream().pipeTo(output.writable, { preventClose: true })
  }
  return text
}

/** The report, failed if anything printed shows one of the simulator's secrets. */
const spilled = (printed: Readonly<Record<string, string>>, report: TestReport): TestReport => {
  const where = Object.entries(printed).flatMap(([name, text]) =>
    linesWithCanary(text).map((line) => `line ${line} of the tests' ${name} shows a secret`)
  )
  if (where.length === 0) return report
  Deno.stderr.writeSync(new TextEncoder().encode(`${where.join("\n")}\n`))
  return { ...report, failed: report.failed + where.length, code: 1 }
}

/** Tests that take long: hundreds of processes, databases and mistakes; only `deno task test:long` runs them. */
export const long: ReadonlyArray<string> = [
  "tests/crash/crash_test.ts",
  "tests/crash/mutants_test.ts",
  "tests/disk/mutants_test.ts",
  "tests/documents/documents_test.ts",
  "tests/pipeline/attack_test.ts",
  "tests/postgres/athletes_test.ts",
  "tests/postgres/embedded/cluster_left_test.ts",
  "tests/postgres/embedded/cluster_test.ts",
  "tests/postgres/connection/faults_test.ts",
  "tests/postgres/runs_test.ts",
  "tests/postgres/embedded/unpack_test.ts",
  "tests/unattended/cancelled_test.ts",
  "tests/unattended/keep_refusals_test.ts",
  "tests/unattended/workflow_test.ts",
]

/** Tests of random cases: `deno task test` tries some of these, `deno task test:long` all. */
export const thorough: ReadonlyArray<string> = [
  "tests/recovery/corruption_test.ts",
  "tests/strava/quota/quota_bound_test.ts",
  "tests/strava/quota/quota_property_test.ts",
]

/** Files in a module: more of them cost less in all, fewer keep the workers busy to the end. */
const shardSize = 12

/** Writes the modules that have the tests of all files but the long ones; returns their paths. */
const writeShards = (folder: string): ReadonlyArray<string> =>
  shardsOf(testFiles(long), shardSize).map((paths, nth) => {
    const path = `${folder}/${String(nth + 1).padStart(2, "0")}_test.ts`
    Deno.writeTextFileSync(path, moduleOf(paths))
    return path
  })

/** Words for `deno test`: with files among them as they are, else with modules that have all tests but the long ones. */
const selected = (words: ReadonlyArray<string>, folder: string): ReadonlyArray<string> =>
  words[0] === "--long"
    ? [...words.slice(1), ...long, ...thorough]
    : words.some(exists)
    ? words
    : [...words, ...writeShards(folder)]

const run = async (words: ReadonlyArray<string>): Promise<TestReport> => {
  const folder = await Deno.makeTempDir({ prefix: "paceline-test-" })
  // Other users pass through, such as the one that a PostgreSQL server runs as.
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
    // The tests end by Ctrl-C themselves; then there is a folder to remove.
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      if (Deno.build.os !== "windows") Deno.addSignalListener(signal, () => child.kill(signal))
    }
    const [printed, complained, { code }] = await Promise.all([
      pass(child.stdout, Deno.stdout),
      pass(child.stderr, Deno.stderr),
      child.status,
    ])
    const report = toReport(exists(junit) ? await Deno.readTextFile(junit) : "", printed, code)
    return spilled({ stdout: printed, stderr: complained }, report)
  } finally {
    await Deno.remove(folder, { recursive: true })
  }
}

if (import.meta.main) {
  const report = await run(Deno.args)
  await Deno.stdout.write(new TextEncoder().encode(`${summary(report)}\n`))
  Deno.exit(report.code)
}
