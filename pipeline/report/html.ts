/** HTML as text that is safe by construction: what is put into it is escaped unless it is HTML itself. */
import { printable } from "../output/kit/table.ts"

/** A piece of HTML or SVG that may stand in a page as it is. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | null | undefined | false | ReadonlyArray<Part>

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

export const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (c) => entities[c]!)

const textOf = (part: Part): string => {
  if (part instanceof Html) return part.text
  if (Array.isArray(part)) return part.map(textOf).join("")
  return part === null || part === undefined || part === false ? "" : escape(String(part))
}

/** How the code is indented is not sent to the reader. */
const indent = /\n\s+/g

/** Text with values in it: every value is escaped, but for `Html` and lists of it. */
export const markup = (texts: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Html =>
  new Html(texts.map((text, i) => text.replaceAll(indent, "\n") + textOf(parts[i])).join(""))

export const empty = new Html("")

const longest = 60

/**
 * What an athlete or a device wrote, as it is shown: nothing in it turns the reading direction or hides,
 * and no name is so long that it pushes everything else away.
 */
export const named = (text: string | null): string => {
  const shown = Array.from(printable((text ?? "").replaceAll(/\s+/g, " ").trim()))
  if (shown.length === 0) return "without a name"
  return shown.length <= longest ? shown.join("") : `${shown.slice(0, longest - 1).join("")}…`
}
