/** Results of `deno test`, from its JUnit file and its output. */

export interface TestReport {
  readonly passed: number
  readonly failed: number
  /** Names of failed tests, each with the first line of its message. */
  readonly failures: ReadonlyArray<string>
  /** Names of ignored tests. */
  readonly skipped: ReadonlyArray<string>
  /** Exit code: 0 only if a test passed and none failed. */
  readonly code: number
  /** Seconds by test file, slowest first; empty if names do not begin with a file. */
  readonly files: ReadonlyArray<readonly [path: string, seconds: number]>
}

const unescape = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'").replaceAll("&amp;", "&")

/**
 * Reads results. `xml` is empty if `deno test` did not start. A file with an error outside its tests is
 * not in `xml`, only in the output.
 */
export const toReport = (xml: string, printed: string, code: number): TestReport => {
  const tests = [
    ...xml.matchAll(/<testcase name="([^"]*)"([^>]*)>\s*(?:<(\w+)(?: message="([^"\n]*))?)?/g),
  ]
    .map(([, name = "", attributes = "", child, message = ""]) => ({
      name,
      message,
      status: child ?? "passed",
      file: /^(\S+_test\.ts): /.exec(name)?.[1],
      seconds: Number(/ time="([\d.]+)"/.exec(attributes)?.[1]),
    }))
  const passed = tests.filter(({ status }) => status === "passed").length
  const skipped = tests.flatMap(({ name, status }) => status === "skipped" ? unescape(name) : [])
  const uncaught = new Set(printed.match(/^Uncaught error from \S+/gm)).size
  const broken = tests.length - passed - skipped.length
  const failed = Math.max(broken + uncaught, code === 0 ? 0 : 1)
  const files = Map.groupBy(tests.filter(({ file }) => file !== undefined), ({ file }) => file!)
  return {
    passed,
    failed,
    failures: tests.flatMap(({ message, name, status }) =>
      status === "passed" || status === "skipped" ? [] : `${unescape(name)}: ${unescape(message)}`
    ),
    skipped,
    code: failed > 0 || passed === 0 ? code || 1 : 0,
    files: [...files].map(([file, own]) =>
      [file, own.reduce((sum, { seconds }) => sum + seconds, 0)] as const
    ).toSorted(([, one], [, other]) => other - one),
  }
}

/** Returns the slowest files, the skipped and failed tests, and as the last line `N passed, N failed`. */
export const summary = ({ failed, failures, files, passed, skipped }: TestReport): string => {
  const slowest = files.slice(0, 5).map(([path, time]) => `${path} ${time.toFixed()} s`).join(", ")
  return [
    ...(slowest === "" ? [] : [`slowest: ${slowest}`]),
    ...skipped.slice(0, 20).map((name) => `skipped: ${name}`),
    ...(skipped.length > 20 ? [`skipped: ${skipped.length - 20} more`] : []),
    ...failures.slice(0, 20).map((name) => `failed: ${name}`),
    ...(passed + failed === 0 ? ["no test ran"] : []),
    `${passed} passed, ${failed} failed`,
  ].join("\n")
}
