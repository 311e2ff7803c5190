/** The files of the repository, as in a clone. */

const root = new URL("../", import.meta.url)

/** Names and paths in `.gitignore`, and Git's own folder. */
const ignored = (): ReadonlySet<string> =>
  new Set([
    ".git",
    ...Deno.readTextFileSync(new URL(".gitignore", root)).split("\n")
      .map((line) => line.trim().replace(/\/$/, ""))
      .filter((line) => line !== "" && !line.startsWith("#")),
  ])

/**
 * Returns the paths from the root, sorted. Supports only plain names (`node_modules/`) and plain paths
 * (`/data/`) in `.gitignore`.
 */
export const files = (under = ""): ReadonlyArray<string> => {
  const skip = ignored()
  const walk = (folder: string): ReadonlyArray<string> =>
    [...Deno.readDirSync(new URL(folder, root))].flatMap((entry) => {
      const path = `${folder}${entry.name}`
      if (skip.has(entry.name) || skip.has(`/${path}`)) return []
      return entry.isDirectory ? walk(`${path}/`) : [path]
    })
  return walk(under).toSorted()
}

export const read = (path: string): string => Deno.readTextFileSync(new URL(path, root))
