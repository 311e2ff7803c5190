/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The reader's choices, kept by the browser if it allows that for files. */

/** Returns a stored choice; undefined if there is none, or if storage is not allowed. */
export const storedChoice = (name: string): string | undefined => {
  try {
    return localStorage.getItem(name) ?? undefined
  } catch {
    return undefined
  }
}

export const storeChoice = (name: string, value: string): void => {
  try {
    localStorage.setItem(name, value)
  } catch {
    // The choice lasts until the page is closed.
  }
}
