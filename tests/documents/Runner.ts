/** Runs command lines in a directory like a new clone: by a shell, or in one process for all of them. */
import { Effect, type Scope } from "effect"
import assert from "node:assert/strict"
import { linesWithCanary } from "../../tools/canary.ts"
import { files } from "../../tools/files.ts"
import type { ProgramResult } from "../commands/driver/program.ts"
import { runWordsOf } from "../taskWords.ts"

const root = new URL("../../", import.meta.url)

export type Environment = Readonly<Record<string, string>>

export interface Runner {
  readonly folder: string
  /** Runs the program with these words in the shared process; `file` receives its output. */
  program(words: ReadonlyArray<string>, env: Environment, file?: string): Promise<ProgramResult>
  /** Runs a line by `sh`, with `deno` in the path. */
  shell(line: string, env: Environment): Promise<ProgramResult>
}

/** Copies the files of the repository, except for the tests. */
const copyTo = (folder: string) => {
  for (const path of files().filter((path) => !/^(tests|docs\/images)\//.test(path))) {
    Deno.mkdirSync(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true })
    Deno.copyFileSync(new URL(path, root), `${folder}/${path}`)
  }
}

/** Marks the exit code of a command at the end of its output. */
const endMark = "\x1e"

/** Returns a function that reads the output of the next command and its exit code. */
const untilEnd = (stream: ReadableStream<Uint8Array>) => {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let seen = ""
  return async (): Promise<readonly [text: string, code: number]> => {
    for (;;) {
      const at = seen.indexOf(endMark)
      const end = at < 0 ? -1 : seen.indexOf("\n", at)
      if (end >= 0) {
        const [text, code] = [seen.slice(0, at), seen.slice(at + endMark.length, end)]
        seen = seen.slice(end + 1)
        return [text, Number(code)]
      }
      const { done, value } = await reader.read()
      if (done) throw new Error(`the process ended by itself: ${seen}`)
      seen += decoder.decode(value, { stream: true })
    }
  }
}

const ended = (code: number, stdout: string, stderr: string): ProgramResult => {
  assert.deepEqual(linesWithCanary(stdout + stderr), [], "the output has a secret")
  return { code, stdout, stderr }
}

/** Directory of Deno's packages, for a shell with another home. */
const denoDir = (): string => {
  const { stdout } = new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync()
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir
}

/** Permissions of the task `online`; the process also sets its own variables. */
const permissions = runWordsOf("online")
  .filter((word) => /^--(allow-(net|read|write|sys)|no-prompt|v8-flags)/.test(word))

export const runner: Effect.Effect<Runner, never, Scope.Scope> = Effect.acquireRelease(
  Effect.promise(async () => {
    const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "paceline-docs-" }))
    copyTo(`${folder}/paceline`)
    await Deno.mkdir(`${folder}/bin`)
    await Deno.mkdir(`${folder}/home`)
    const shellEnv = {
      NO_COLOR: "1",
      HOME: `${folder}/home`,
      DENO_DIR: denoDir(),
      PATH: `${folder}/bin:${Deno.env.get("PATH")}`,
    }
    await Deno.symlink(Deno.execPath(), `${folder}/bin/deno`)
    const cwd = `${folder}/paceline`
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--config", new URL("deno.json", root).pathname],
        ...[...permissions, "--allow-env", new URL("child.ts", import.meta.url).pathname],
      ],
      cwd,
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn()
    const orders = child.stdin.getWriter()
    const [stdout, stderr] = [untilEnd(child.stdout), untilEnd(child.stderr)]
    const decoder = new TextDecoder()
    return {
      child,
      orders,
      root: folder,
      folder: cwd,
      program: async (words: ReadonlyArray<string>, env: Environment, file?: string) => {
        await orders.write(new TextEncoder().encode(`${JSON.stringify({ words, env })}\n`))
        const [[text, code], [errors]] = await Promise.all([stdout(), stderr()])
        if (file !== undefined) {
          const path = file.startsWith("~") ? `${folder}/home${file.slice(1)}` : `${cwd}/${file}`
          await Deno.writeTextFile(path, text)
        }
        return ended(code, text, errors)
      },
      shell: async (line: string, env: Environment) => {
        const { code, stderr, stdout } = await new Deno.Command("sh", {
          args: ["-c", line],
          cwd,
          env: { ...shellEnv, ...env },
          stdin: "null",
        }).output()
        return ended(code, decoder.decode(stdout), decoder.decode(stderr))
      },
    }
  }),
  ({ child, orders, root }) =>
    Effect.promise(async () => {
      await orders.close()
      await child.status
      await Deno.remove(root, { recursive: true })
    }),
)
