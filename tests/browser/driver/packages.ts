/**
 * Packages that only tests and pictures need. Each configuration has a lock file of its own, because Deno
 * downloads every package in a lock file, and the program needs none of these.
 */
import { Effect } from "effect"
import { fileURLToPath } from "node:url"
import { BrowserError } from "./BrowserError.ts"

/** Runs `code` with the packages of `config`, downloads them if needed, and returns its output. */
export const withPackages = (
  config: URL,
  code: string,
): Effect.Effect<string, BrowserError> =>
  Effect.tryPromise({
    try: async () => {
      const { code: exit, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["eval", "--quiet", "--config", fileURLToPath(config), code],
        env: { NO_COLOR: "1" },
        stdin: "null",
      }).output()
      if (exit !== 0) throw new Error(new TextDecoder().decode(stderr).trim())
      return new TextDecoder().decode(stdout).trim()
    },
    catch: (cause) =>
      new BrowserError({ action: `load the packages of ${fileURLToPath(config)}`, cause }),
  })
