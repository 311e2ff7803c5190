/** Lines for people to copy. */

/** A folder as a shell takes it. */
const quoted = (folder: string) =>
  /^[\w./~-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", `'\\''`)}'`

/** `deno task NAME` for what lies in `folder`, which is named unless it is the default one. */
export const taskLine = (name: string, folder: string): string =>
  `deno task ${name}${folder === "./data" ? "" : ` --data ${quoted(folder)}`}`
