/** Names in a ZIP file or folder: hostile ones, and files that the system of the user adds. */

/** Name of the table of activities, which every export has. */
export const tableFile = "activities.csv"

/** Maximum length of a name that is printed. */
const longest = 120

/** Characters that are not for printing: controls, invisible marks, and marks of direction. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Returns a name without characters that would change what a terminal shows, cut if it is long. */
export const printableName = (name: string): string => {
  const cut = name.length > longest ? `${name.slice(0, longest)}…` : name
  return cut.replaceAll(unprintable, (mark) => `\\u{${mark.codePointAt(0)!.toString(16)}}`)
}

/** Returns the reason why a name must not be used as a path; undefined if it can be used. */
export const nameProblem = (name: string): string | undefined => {
  const parts = name.split("/")
  if (/\p{Cc}/u.test(name)) return "its name has a control character"
  if (name.includes("\\")) return "its name has a backslash"
  if (name.includes(":")) return "its name has a drive letter or a colon"
  if (name.startsWith("/")) return "its name is an absolute path"
  if (parts.includes("..")) return "its name leads to a folder above"
  if (parts.includes("") || parts.includes(".")) return "a part of its name is empty"
  return undefined
}

/** True for files that macOS adds to every archive and folder. */
export const isClutter = (name: string): boolean =>
  /(^|\/)(__MACOSX\/|\._[^/]*$|\.DS_Store$)/.test(name)
