/**
 * Modules that load several test files. Their tests share an isolate, so that the program is compiled
 * once for all of them, and layers of `liveWith` are built once.
 */
import { files } from "./files.ts"

const root = new URL("../", import.meta.url)

/** Returns the paths of all test files that are not in `excluded`. */
export const testFiles = (excluded: ReadonlyArray<string>): ReadonlyArray<string> =>
  files("tests/").filter((path) => path.endsWith("_test.ts") && !excluded.includes(path))

/** Returns the text of a module that defines the tests of these files; their names begin with the file's path. */
export const moduleOf = (paths: ReadonlyArray<string>): string =>
  [
    `import { inFile } from ${JSON.stringify(new URL("tests/testing.ts", root).href)}`,
    ...paths.map((path) =>
      `inFile(${JSON.stringify(path)})\nawait import(${JSON.stringify(new URL(path, root).href)})`
    ),
    "",
  ].join("\n")
