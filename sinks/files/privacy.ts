/** Permissions of everything that is written: only its owner has any, unless the user allows more. */

/** Permissions that new files and folders do not get, such as 0o077. */
let mask = 0o077

/** Sets the permissions that new files and folders do not get. */
export const setMask = (umask: number): void => {
  mask = umask
}

export const fileMode = (): number => 0o666 & ~mask
export const folderMode = (): number => 0o777 & ~mask

/** True if others have permissions that the umask forbids. Windows reports no such mode. */
export const isOpen = (mode: number | null, forbidden = mask): boolean =>
  Deno.build.os !== "windows" && mode !== null && (mode & forbidden) !== 0

/**
 * Removes the permissions of other users from `path`; returns false if the disk or its owner does
 * not allow it.
 */
export const close = (path: string, forbidden = mask): boolean => {
  const { mode } = Deno.statSync(path)
  if (mode === null || !isOpen(mode, forbidden)) return true
  Deno.chmodSync(path, mode & 0o777 & ~forbidden)
  return !isOpen(Deno.statSync(path).mode, forbidden)
}

/**
 * Removes the permissions of other users from everything in `folder` except `skipped`, without
 * following links.
 */
export const closeAllIn = (folder: string, skipped?: string): void => {
  for (const { isDirectory, isFile, name } of Deno.readDirSync(folder)) {
    if (name === skipped) continue
    const path = `${folder}/${name}`
    if (isDirectory || isFile) close(path)
    if (isDirectory) closeAllIn(path)
  }
}

/**
 * Removes the permissions of other users from `folder` and everything in it. A folder that others
 * cannot enter is not searched; nor is one whose permissions cannot be changed.
 */
export const closeFolder = (folder: string): void => {
  if (isOpen(Deno.statSync(folder).mode) && close(folder)) closeAllIn(folder)
}
