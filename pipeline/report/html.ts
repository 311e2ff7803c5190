/**
 * HTML as text that is safe by construction: every inserted value is escaped unless it is HTML
 * itself.
 */
import { printable } from "../output/kit/terminal.ts"

/** A piece of HTML or SVG that is inserted into a page as it is. */
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

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (c) => entities[c]!)

const textOf = (part: Part): string => {
  if (part instanceof Html) return part.text
  if (Array.isArray(part)) return part.map(textOf).join("")
  return part === null || part === undefined || part === false ? "" : escape(String(part))
}

/** Indentation of the source, which is left out of the page. */
const indent = /\n\s+/g

/** Template for HTML: escapes every value, except `Html` and lists of it. */
export const markup = (texts: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Html =>
  new Html(texts.map((text, i) => text.replaceAll(indent, "\n") + textOf(parts[i])).join(""))

export const empty = new Html("")

const longest = 60

/**
 * Returns text by the athlete or a device for display: without characters that hide or change the
 * reading direction, and shortened if it is too long.
 */
export const named = (text: string | null): string => {
  const shown = Array.from(printable((text ?? "").replaceAll(/\s+/g, " ").trim()))
  if (shown.length === 0) return "without a name"
  return shown.length <= longest ? shown.join("") : `${shown.slice(0, longest - 1).join("")}…`
}
