/** Place of the command in a command line. */
import { globalFlags } from "../flags/globalFlags.ts"

/** Global flags without a value, and with one; the first ones are those of Effect's command line. */
const flags: ReadonlySet<string> = new Set(["--help", "-h", "--version", "-v", "--wizard"])
const valueFlags: ReadonlySet<string> = new Set([
  "--log-level",
  "--completions",
  ...globalFlags.map(({ id }) => `--${id}`),
])

/** Returns the index of the first word that is neither a global flag nor the value of one. */
export const commandIndex = (words: ReadonlyArray<string>): number => {
  let at = 0
  for (;;) {
    const [flag = "", value] = words[at]?.split("=", 2) ?? []
    if (flags.has(flag)) at += 1
    else if (valueFlags.has(flag)) at += value === undefined ? 2 : 1
    else return at
  }
}
