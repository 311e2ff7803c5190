/** Recognizes files that users give instead of an export, by their first bytes. */

/** Number of bytes from the start of a file that show if it is a ZIP file. */
export const markLength = 4

/** Number of bytes from the start of another file that show its format. */
export const headLength = 512

/** Bytes that a format has at a fixed position. */
const marks: ReadonlyArray<readonly [position: number, mark: string, phrase: string]> = [
  [0, "\x1f\x8b", "it is a gzip file (.gz or .tar.gz), not a ZIP file"],
  [0, "Rar!", "it is a RAR archive, not a ZIP file"],
  [0, "7z\xbc\xaf", "it is a 7-Zip archive, not a ZIP file"],
  [257, "ustar", "it is a tar archive, not a ZIP file"],
  [0, "%PDF", "it is a PDF document"],
  [8, ".FIT", "it is the FIT file of one activity"],
]

/** Words near the start of a text. */
const words: ReadonlyArray<readonly [pattern: RegExp, phrase: string]> = [
  [/<gpx\b/i, "it is the GPX file of one activity"],
  [/<TrainingCenterDatabase\b/i, "it is the TCX file of one activity"],
  [/<(!doctype html|html)\b/i, "it is a web page"],
]

const zipMarks = ["PK\x03\x04", "PK\x05\x06", "PK\x07\x08"]

/** True if a file that begins with these bytes is a ZIP file. */
export const beginsAsZip = (mark: Uint8Array): boolean =>
  zipMarks.includes(String.fromCharCode(...mark))

/** Returns the format of a file that is not a ZIP file, as a clause. */
export const formatPhrase = (head: Uint8Array): string => {
  const text = String.fromCharCode(...head)
  if (text === "") return "it is empty"
  return marks.find(([position, mark]) => text.startsWith(mark, position))?.[2] ??
    words.find(([pattern]) => pattern.test(text))?.[1] ?? "it is not a ZIP file"
}
