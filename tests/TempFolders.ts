/**
 * Temporary folders that are searched for secrets before they are removed: only `tokens.json` and
 * `.env` may hold one.
 */
import { Effect, FileSystem, Layer } from "effect"
import { canaryIn } from "../tools/canary.ts"

/** Names of files that may hold secrets: the token file, its temporary file, and `.env`. */
const mayHold = /^(\.?tokens\.json(\.[\w-]+\.tmp)?|\.env)$/

/** Maximum number of bytes that are read per folder. */
const most = 50e6

/**
 * Returns the files under `folder` that hold a secret and must not. Skips unreadable files, because
 * a test made them unreadable on purpose.
 */
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

/** Dies if a file under `folder` holds a secret that it must not. */
const searched = (folder: string) =>
  Effect.suspend(() => {
    const spilled = spilledIn(folder)
    return spilled.length === 0 ? Effect.void : Effect.die(
      new Error(`these files hold a secret, which belongs into tokens.json only: ${spilled}`),
    )
  })

/**
 * Provides a file system that searches scoped temporary folders before it removes them. They are
 * created in `directory` unless the caller names another one.
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
