/** Creates slow fixtures once for all files of a test run. Tests only read or copy them. */
import { tmpdir } from "node:os"
import { folderVariable } from "../tools/test.ts"

/** Creates a folder for the tests of this process, for runs that have no shared folder. */
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

/** Returns the path of a fixture. The first caller creates it with `make`; the others wait. */
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
