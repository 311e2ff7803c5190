/** Command lines for the user to copy. */
import configuration from "../../../deno.json" with { type: "json" }
import { asTyped } from "./commandPrefix.ts"
import { places } from "./places.ts"

/** Returns a command line of the program as the user types it, by default as a task. */
export const asTask = (line: string): string => {
  const name = /^paceline (\S+)/.exec(line)?.[1] ?? ""
  return asTyped(
    `deno task ${name in configuration.tasks ? line.slice("paceline ".length) : line}`,
  )
}

/** Quotes a folder for a shell, if needed. */
const quoted = (folder: string) =>
  /^[\w./~-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", `'\\''`)}'`

/**
 * Returns the command that runs the task `name`, as the user types it, for the data directory `folder`,
 * which is named unless it is the default.
 */
export const taskLine = (name: string, folder = places().data): string =>
  asTyped(`deno task ${name}${folder === places().data ? "" : ` --data ${quoted(folder)}`}`)

/** Returns `text` with `--data` added to each command in it that names no data directory. */
export const inFolder = (text: string, folder: string): string =>
  text.replaceAll(
    /deno task (?!demo\b)([a-z]+)\b(?! --data)/g,
    (_, name: string) => taskLine(name, folder),
  )
