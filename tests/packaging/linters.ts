/**
 * Linters for files that only a container host can run. Their packages have their own lock,
 * `linters.lock`, because Deno downloads everything in a lock file, and only the tests need them.
 */
import { fileURLToPath } from "node:url"

/** Findings as `line: message`. */
interface Found {
  readonly dockerfile: ReadonlyArray<string>
  /** Findings of the Compose schema and of dclint, by file. */
  readonly compose: ReadonlyArray<ReadonlyArray<string>>
}

/** Prints the findings. Rules about order are off, because keys and services are ordered for readers. */
const script = `
  import { validate } from "dockerfile-utils"
  import { DCLinter } from "dclint"
  const [dockerfile, ...files] = Deno.args
  const unruly = ["service-keys-order", "services-alphabetical-order", "service-ports-alphabetical-order",
    "top-level-properties-order", "require-quotes-in-ports"]
  const rules = Object.fromEntries(unruly.map((rule) => [rule, 0]))
  const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] })
  const compose = files.map((file) => linter.lintFiles([file], false)
    .flatMap(({ messages }) => messages.map(({ line, message }) => line + ": " + message)))
  const found = validate(Deno.readTextFileSync(dockerfile))
    .map(({ message, range }) => range.start.line + 1 + ": " + message)
  console.log("\\n" + JSON.stringify({ dockerfile: found, compose }))
`

/** Returns the findings for a Dockerfile and Compose files. */
export const lint = async (
  dockerfile: string,
  ...compose: ReadonlyArray<string>
): Promise<Found> => {
  const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["eval", "--quiet", "--config", fileURLToPath(new URL("./linters.json", import.meta.url))],
      ...[script, dockerfile, ...compose],
    ],
    env: { NO_COLOR: "1" },
  }).output()
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr))
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "")
}
