/** Permissions of everything that is written: its owner's only, unless the user allows more. */

/** Permissions that new files and folders do not get, such as 0o077. */
let mask = 0o077

/** Sets the permissions that new files and folders do not get. */
export const setMask = (umask: number): void => {
  mask = umask
}

export const fileMode = (): number => 0o666 & ~mask
export const folderMode = (): number => 0o777 & ~mask

/** True if others have permissions that `mode` must not give them. Windows reports no such mode. */
export const isOpen = (mode: number | null, forbidden = mask): boolean =>
  Deno.build.os !== "windows" && mode !== null && (mode & forbidden) !== 0

/** Takes the permissions of others from `path`; returns false if the disk or its owner does not allow it. */
export const close = (path: string, forbidden = mask): boolean => {
  const { mode } = Deno.statSync(path)
  if (mode === null || !isOpen(mode, forbidden)) return true
  Deno.chmodSync(path, mode & 0o777 & ~forbidden)
  return !isOpen(Deno.statSync(path).mode, forbidden)
}

/** Takes the permissions of others from everything in `folder` except `skipped`, without following links. */
export const closeAllIn = (folder: string, skipped?: string): void => {
  for (const { isDirectory, isFile, name } of Deno.readDirSync(folder)) {
    if (name === skipped) continue
    const path = `${folder}/${name}`
    if (isDirectory || isFile) close(path)
    if (isDirectory) closeAllIn(path)
  }
}

/**
 * Takes the permissions of others from `folder` and everything in it. A folder that is closed already
 * is not searched, because no other user can enter it; nor is one that cannot be closed.
 */
export const closeFolder = (folder: string): void => {
  if (isOpen(Deno.statSync(folder).mode) && close(folder)) closeAllIn(folder)
}
