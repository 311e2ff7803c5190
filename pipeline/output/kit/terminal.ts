/** Text on a terminal: its width in columns, cutting it, and the characters that can be printed. */

/** Marks omitted text. */
export const more = "…"

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" })
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]+$/u
const emoji = /\p{Emoji_Presentation}|\p{Regional_Indicator}|\ufe0f/u
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u

const charactersOf = (text: string) => Array.from(graphemes.segment(text), ({ segment }) => segment)

const widthOfOne = (character: string): number =>
  invisible.test(character) ? 0 : emoji.test(character) || wide.test(character) ? 2 : 1

/** Returns the number of terminal columns that `text` takes. */
export const widthOf = (text: string): number =>
  /^[\x20-\x7e]*$/.test(text)
    ? text.length
    : charactersOf(text).reduce((sum, character) => sum + widthOfOne(character), 0)

/** Returns the first `width` columns of `text`; the last is `…` if it was cut. */
export const cut = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  let kept = ""
  let used = 0
  for (const character of charactersOf(text)) {
    used += widthOfOne(character)
    if (used > width - 1) break
    kept += character
  }
  return kept + more
}

const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

/**
 * Returns `text` without characters that could move the cursor, color the screen or change the
 * reading direction: control and format characters are spelled out, except the joiners inside emoji
 * and letters.
 */
export const printable = (text: string): string =>
  text.toWellFormed().replaceAll(
    /(?![\u200c\u200d\u{e0020}-\u{e007f}])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => {
      const code = character.codePointAt(0) ?? 0
      return named[character] ??
        (code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`)
    },
  )
