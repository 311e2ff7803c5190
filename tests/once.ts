/** Makes fixtures that take long and are only read or copied once for all files of a test run. */
import { tmpdir } from "node:os"
import { folderVariable } from "../tools/test.ts"

/** A folder of this file's tests alone, where they are run without a folder for all. */
const own = (): string => {
  const made = Deno.makeTempDirSync({ dir: tmpdir(), prefix: "paceline-test-" })
  Deno.chmodSync(made, 0o711)
  globalThis.addEventListener("unload", () => Deno.removeSync(made, { recursive: true }))
  return made
}

let found: string | undefined
const folder = (): string => found ??= Deno.env.get(folderVariable) ?? own()

const isThere = async (path: string): Promise<boolean> => {
  try {
    await Deno.stat(path)
    return true
  } catch {
    return false
  }
}

/** The path of what `make` makes at the path it is given: by who comes first, while all others wait. */
export const once = async (
  name: string,
  make: (path: string) => Promise<void>,
): Promise<string> => {
  const path = `${folder()}/${name}`
  using turn = await Deno.open(`${path}.lock`, { create: true, write: true })
  await turn.lock(true)
  if (!await isThere(path)) {
    await make(`${path}.new`)
    await Deno.rename(`${path}.new`, path)
  }
  return path
}
