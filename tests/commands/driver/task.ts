/**
 * Runs a task of the program as a process, with the permissions of the task and a minimal
 * environment.
 */
import { Effect } from "effect"
import { runWordsOf } from "../../taskWords.ts"
import { unwrapped } from "./unwrapped.ts"

const root = new URL("../../..", import.meta.url)

/** Returns the words of the task after `deno`, with an absolute path of the program. */
const wordsOf = (task: "report" | "show" | "import" | "export") =>
  runWordsOf(task)
    .map((word) => word.endsWith(".ts") ? new URL(word, root).pathname : word)

export const runTask = (
  task: "report" | "show" | "import" | "export",
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
) =>
  Effect.promise(async () => {
    const [run = "", ...words] = wordsOf(task)
    const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [run, "--config", new URL("deno.json", root).pathname, ...words, ...args],
      cwd: Deno.makeTempDirSync(),
      clearEnv: true,
      env: { DENO_DIR: Deno.env.get("DENO_DIR") ?? "", HOME: Deno.env.get("HOME") ?? "", ...env },
      stdin: "null",
    }).output()
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
    return { code, stdout: text(stdout), stderr: unwrapped(text(stderr)) }
  })
