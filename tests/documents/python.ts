/** Python in tests: an interpreter that has certain packages, if there is one. */
import { Effect, FileSystem, type Scope } from "effect"
import { live } from "../testing.ts"

/** Runs Python code in a folder; undefined if there is no Python. */
export const python = (
  program: string,
  code: string,
  cwd?: string,
  env: Readonly<Record<string, string>> = {},
) => {
  try {
    return new Deno.Command(program, {
      args: ["-c", code],
      ...(cwd !== undefined && { cwd }),
      env: { PYTHONIOENCODING: "utf-8", ...env },
    }).outputSync()
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined
    throw error
  }
}

/** Interpreters: those in `PYTHON`, with colons between them, and those of this machine. */
const candidates = [
  ...(Deno.env.get("PYTHON") ?? "").split(":").filter(Boolean),
  "python3",
  "python",
]

/** Returns the first Python for which the code succeeds. */
export const pythonThat = (code: string): string | undefined =>
  candidates.find((program) => python(program, code)?.success === true)

/** Defines a test that runs only with such a Python; otherwise its name in the summary says what is missing. */
export const withPython = (
  program: string | undefined,
  missing: string,
  name: string,
  body: (program: string) => Effect.Effect<unknown, unknown, FileSystem.FileSystem | Scope.Scope>,
): void => {
  if (program === undefined) Deno.test.ignore(`${name} (there is no ${missing})`, () => {})
  else live(name, () => body(program))
}

/** Returns a Python that can import these packages; undefined if there is none. */
export const pythonWith = (...packages: ReadonlyArray<string>): string | undefined =>
  pythonThat(
    `import importlib.util as u, sys; sys.exit(any(not u.find_spec(m) for m in ${
      JSON.stringify(packages)
    }))`,
  )
