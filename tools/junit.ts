/** What `deno test` did, read from the JUnit file it wrote and the lines it printed. */

export interface TestReport {
  readonly passed: number
  readonly failed: number
  /** Names of the tests that were told to be skipped, or that a filter left out. */
  readonly skipped: ReadonlyArray<string>
  /** The exit code: 0 only if something passed and nothing failed. */
  readonly code: number
  /** Seconds that the tests of a file took, the slowest file first; empty if names do not begin with files. */
  readonly files: ReadonlyArray<readonly [path: string, seconds: number]>
}

const slowestFirst = (xml: string): TestReport["files"] => {
  const files = new Map<string, number>()
  for (
    const [, path = "", time] of xml.matchAll(
      /<testcase name="(\S+_test\.ts): [^>]* time="([\d.]+)"/g,
    )
  ) {
    files.set(path, (files.get(path) ?? 0) + Number(time))
  }
  return [...files].toSorted(([, one], [, other]) => other - one)
}

const unescape = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'").replaceAll("&amp;", "&")

/**
 * `xml` is empty if `deno test` could not even begin. A file whose top level throws, or that leaves a
 * promise to fail later, is not in `xml`: it is known only from the line printed about it.
 */
export const toReport = (xml: string, printed: string, code: number): TestReport => {
  const uncaught = new Set(printed.match(/^Uncaught error from \S+/gm)).size
  const skipped: Array<string> = []
  let passed = 0
  let broken = 0
  for (const [, name, body] of xml.matchAll(/<testcase name="([^"]*)"[^>]*>([^]*?)<\/testcase>/g)) {
    if (/^\s*<skipped/.test(body!)) skipped.push(unescape(name!))
    else if (/^\s*<(failure|error)/.test(body!)) broken++
    else passed++
  }
  const failed = Math.max(broken + uncaught, code === 0 ? 0 : 1)
  return {
    passed,
    failed,
    skipped,
    code: failed > 0 || passed === 0 ? code || 1 : 0,
    files: slowestFirst(xml),
  }
}

/** What needs saying, and as the last line `N passed, N failed`. */
export const summary = ({ failed, files, passed, skipped }: TestReport): string =>
  [
    ...(files.length === 0 ? [] : [
      `slowest: ${
        files.slice(0, 5).map(([path, time]) => `${path} ${time.toFixed()} s`).join(", ")
      }`,
    ]),
    ...skipped.slice(0, 20).map((name) => `skipped: ${name}`),
    ...(skipped.length > 20 ? [`skipped: ${skipped.length - 20} more`] : []),
    ...(passed + failed === 0 ? ["no test ran"] : []),
    `${passed} passed, ${failed} failed`,
  ].join("\n")
