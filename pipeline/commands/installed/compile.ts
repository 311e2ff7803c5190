/**
 * Compiles the command into one file per platform, for a release:
 * `deno run -A pipeline/commands/installed/compile.ts FOLDER`. It downloads the runtime of each platform.
 */
import { Effect } from "effect"
import { fileURLToPath } from "node:url"
import { exitCodes } from "../../base/exit.ts"
import { endWith, runMain } from "../../base/runMain.ts"
import { systemError } from "../../base/SystemError.ts"
import { commandFlags, folderVariables } from "./install.ts"

/** Targets of `deno compile`, with the program that opens a browser there. */
const openers: Readonly<Record<string, string>> = {
  "x86_64-unknown-linux-gnu": "xdg-open",
  "aarch64-unknown-linux-gnu": "xdg-open",
  "x86_64-apple-darwin": "open",
  "aarch64-apple-darwin": "open",
  "x86_64-pc-windows-msvc": "cmd",
}

export const targets: ReadonlyArray<string> = Object.keys(openers)

/** Files that the program reads by their address, which a compiler does not see. */
export const readByAddress: ReadonlyArray<string> = ["sinks/postgres/embedded/cluster.tar.zst"]

/** Returns the arguments of `deno` that compile the command for `target` into `folder`. */
export const compileArguments = (target: string, folder: string): ReadonlyArray<string> => [
  // Otherwise the compiled command prints a line about each opener that does not exist.
  ...["compile", "--quiet", "--frozen", `--target=${target}`],
  `--output=${folder}/paceline-${target}${target.includes("windows") ? ".exe" : ""}`,
  ...readByAddress.map((path) => `--include=${path}`),
  `--allow-env=${folderVariables}`,
  ...commandFlags((program) => program === openers[target]),
  "pipeline/commands/installed/main.ts",
]

const compile = (target: string, folder: string) =>
  Effect.tryPromise({
    try: () =>
      new Deno.Command(Deno.execPath(), {
        args: [...compileArguments(target, folder)],
        cwd: fileURLToPath(new URL("../../../", import.meta.url)),
      }).spawn().status,
    catch: systemError("compile the command"),
  }).pipe(
    Effect.flatMap(({ code }) =>
      code === 0 ? Effect.void : endWith(
        exitCodes.unavailable,
        `Cannot compile for ${target}: deno exited with code ${code}`,
      )
    ),
  )

if (import.meta.main) {
  runMain(Effect.forEach(targets, (target) => compile(target, Deno.args[0] ?? "."), {
    discard: true,
  }))
}
