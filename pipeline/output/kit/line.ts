/** Lines for people to copy. */

/** A folder as a shell takes it. */
const quoted = (folder: string) =>
  /^[\w./~-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", `'\\''`)}'`

/** `deno task NAME` for what lies in `folder`, which is named unless it is the default one. */
export const taskLine = (name: string, folder: string): string =>
  `deno task ${name}${folder === "./data" ? "" : ` --data ${quoted(folder)}`}`

/** `text` of ours, in which each command is for what lies in `folder`, as far as it names none. */
export const inFolder = (text: string, folder: string): string =>
  text.replaceAll(
    /deno task (?!demo\b)([a-z]+)\b(?! --data)/g,
    (_, name: string) => taskLine(name, folder),
  )
