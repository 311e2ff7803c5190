/** The words after `deno task bench`. */

interface BenchOptions {
  /** The case to run; without one, all of them. */
  readonly chosen: string | undefined
  readonly quick: boolean
  readonly write: boolean
}

const flags = ["--quick", "--write"]

/** Options, or a text to print in place of a benchmark: it takes minutes, so nothing is run by mistake. */
export const benchOptions = (
  words: ReadonlyArray<string>,
  cases: ReadonlyArray<string>,
): BenchOptions | string => {
  const usage = `Usage: deno task bench [CASE] [--quick] [--write]
  CASE     ${cases.join(", ")}; without one, all of them
  --quick  a tenth of every load
  --write  puts the tables into docs/benchmark.md`
  if (words.includes("--help")) return usage
  const [chosen, ...more] = words.filter((word) => !word.startsWith("-"))
  const unknown = words.find((word) => word.startsWith("-") && !flags.includes(word)) ??
    (chosen === undefined || cases.includes(chosen) ? more[0] : chosen)
  if (unknown !== undefined) return `Cannot run the benchmark: "${unknown}" is unknown.\n${usage}`
  return { chosen, quick: words.includes("--quick"), write: words.includes("--write") }
}
