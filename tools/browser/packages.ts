/**
 * Packages that only tests and pictures in a browser need. Each has a configuration and a lock file of
 * its own, because Deno downloads all that is in a lock file, and who runs the demo needs no browser.
 */
import { fileURLToPath } from "node:url"
import { BrowserError } from "./BrowserError.ts"
import { Effect } from "effect"

/** Runs `code` with the packages of `config`, downloading them if need be; gives what it prints. */
export const withPackages = (
  config: URL,
  code: string,
): Effect.Effect<string, BrowserError> =>
  Effect.tryPromise({
    try: async () => {
      const { code: exit, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["eval", "--quiet", "--config"],
          ...[fileURLToPath(config), code],
        ],
        env: { NO_COLOR: "1" },
        stdin: "null",
      }).output()
      if (exit !== 0) throw new Error(new TextDecoder().decode(stderr).trim())
      return new TextDecoder().decode(stdout).trim()
    },
    catch: (cause) =>
      new BrowserError({ what: `get the packages of ${fileURLToPath(config)}`, cause }),
  })
