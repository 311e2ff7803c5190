/**
 * Packages that only the tests in a browser need. Each has a lock file of its own, because Deno
 * downloads all that is in a lock file, and who runs the demo needs no browser.
 */
import { fileURLToPath } from "node:url"
import { BrowserError } from "./BrowserError.ts"
import { Effect } from "effect"

/** Runs `code` with the packages of `NAME.json`, downloading them if need be; gives what it prints. */
export const withPackages = (
  name: "axe" | "chromium",
  code: string,
  words: ReadonlyArray<string> = [],
  env: Readonly<Record<string, string>> = {},
): Effect.Effect<string, BrowserError> =>
  Effect.tryPromise({
    try: async () => {
      const { code: exit, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["eval", "--quiet", "--config"],
          ...[fileURLToPath(new URL(`./${name}.json`, import.meta.url)), code, ...words],
        ],
        env: { NO_COLOR: "1", ...env },
        stdin: "null",
      }).output()
      if (exit !== 0) throw new Error(new TextDecoder().decode(stderr).trim())
      return new TextDecoder().decode(stdout).trim()
    },
    catch: (cause) => new BrowserError({ what: `get the packages of ${name}.json`, cause }),
  })
