/** Temporary folders that are searched for secrets before they go: none but `tokens.json` may hold one. */
import { Effect, FileSystem, Layer } from "effect"
import { canaryIn } from "../tools/canary.ts"

/** Files that may hold secrets: the file of tokens, that file while it is written, and a `.env`. */
const mayHold = /^(\.?tokens\.json(\.[\w-]+\.tmp)?|\.env)$/

/** Most bytes that are read of one folder. */
const most = 50e6

/** Files under `folder` that hold a secret and must not. What cannot be read was closed by the test. */
export const spilledIn = (folder: string): ReadonlyArray<string> => {
  let read = 0
  const walk = (folder: string): ReadonlyArray<string> =>
    [...Deno.readDirSync(folder)].flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      try {
        if (entry.isDirectory) return walk(path)
        if (!entry.isFile || mayHold.test(entry.name)) return []
        const { size } = Deno.statSync(path)
        if (read + size > most) return []
        read += size
        return canaryIn(Deno.readFileSync(path)) < 0 ? [] : [path]
      } catch {
        return []
      }
    })
  try {
    return walk(folder)
  } catch {
    return []
  }
}

/** Dies if a secret lies under `folder`. */
const searched = (folder: string) =>
  Effect.suspend(() => {
    const spilled = spilledIn(folder)
    return spilled.length === 0 ? Effect.void : Effect.die(
      new Error(`these files hold a secret, which belongs into tokens.json only: ${spilled}`),
    )
  })

/**
 * The file system whose scoped temporary folders are searched before they are removed. They are in
 * `directory`, unless one is named.
 */
export const tempFoldersLayer = (directory?: string) =>
  Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (fs) => {
      const make = fs.makeTempDirectoryScoped
      return {
        ...fs,
        makeTempDirectoryScoped: (options: Parameters<typeof make>[0]) =>
          Effect.tap(
            make({ directory, ...options }),
            (folder) => Effect.addFinalizer(() => searched(folder)),
          ),
      }
    }),
  )
