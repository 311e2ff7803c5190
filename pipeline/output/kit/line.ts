/** Command lines for the user to copy. */
import configuration from "../../../deno.json" with { type: "json" }

/** Returns a command line of the program as the task that runs it in a clone of the repository. */
export const asTask = (line: string): string => {
  const name = /^paceline (\S+)/.exec(line)?.[1] ?? ""
  return `deno task ${name in configuration.tasks ? line.slice("paceline ".length) : line}`
}

/** Quotes a folder for a shell, if needed. */
const quoted = (folder: string) =>
  /^[\w./~-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", `'\\''`)}'`

/**
 * Returns `deno task NAME` for the data directory `folder`, which is named unless it is the
 * default.
 */
export const taskLine = (name: string, folder: string): string =>
  `deno task ${name}${folder === "./data" ? "" : ` --data ${quoted(folder)}`}`

/** Returns `text` with `--data` added to each command in it that names no data directory. */
export const inFolder = (text: string, folder: string): string =>
  text.replaceAll(
    /deno task (?!demo\b)([a-z]+)\b(?! --data)/g,
    (_, name: string) => taskLine(name, folder),
  )
