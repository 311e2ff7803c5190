/** Grid lines and labels of axes. */
import { type Html, markup } from "../html.ts"
import { months } from "../../metrics/days.ts"
import { pixel } from "./svg.ts"

/** `Jan` */
export const monthName = (month: number): string => months[month]!.slice(0, 3)

interface Look {
  /** Classes of style.css: `s` is smaller, `lab` is ink, `now` is the accent, `halo` has the page around it. */
  readonly class?: string
  readonly anchor?: "middle" | "end"
}

/** Returns a text of a drawing; `y` is its base line. */
export const label = (x: number, y: number, text: string, look: Look = {}): Html =>
  markup`<text x="${pixel(x)}" y="${pixel(y)}"${
    look.anchor !== undefined && markup` text-anchor="${look.anchor}"`
  }${look.class !== undefined && markup` class="${look.class}"`}>${text}</text>`

/** Returns a horizontal grid line. */
export const gridLine = (y: number, from: number, to: number): Html =>
  markup`<path class="g" d="M${pixel(from)} ${pixel(y)}H${pixel(to)}"/>`

/** Returns a vertical line of the cursor. */
export const cursorLine = (x: number, from: number, to: number): Html =>
  markup`<path class="cur" d="M${pixel(x)} ${pixel(from)}V${pixel(to)}"/>`

/** Returns a dot in a color of style.css, such as `accent`. */
export const dot = (x: number, y: number, radius: number, color: string): Html =>
  markup`<circle cx="${pixel(x)}" cy="${pixel(y)}" r="${pixel(radius)}" fill="var(--${color})"/>`

/** Returns a rectangle in a color of style.css. */
export const bar = (
  x: number,
  y: number,
  width: number,
  height: number,
  color: string,
  radius = 0,
): Html =>
  markup`<rect x="${pixel(x)}" y="${pixel(y)}" width="${pixel(width)}" height="${pixel(height)}"${
    radius > 0 && markup` rx="${pixel(radius)}"`
  } fill="var(--${color})"/>`

/** Returns the frame around the step of a cursor. */
export const frameOf = (x: number, y: number, width: number, height: number): Html =>
  markup`<rect class="sel" x="${pixel(x)}" y="${pixel(y)}" width="${pixel(width)}" height="${
    pixel(height)
  }" rx="3"/>`

/** Returns a drawing that is stretched to the width of its box. */
export const stretched = (width: number, height: number, content: Html): Html =>
  markup`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" preserveAspectRatio="none" aria-hidden="true">${content}</svg>`

/** Returns a legend of colors of style.css and their names. */
export const legend = (entries: ReadonlyArray<readonly [color: string, name: string]>): Html =>
  markup`<div class="legend">${
    entries.map(([color, name]) =>
      markup`<span><svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true"><rect width="10" height="10" rx="2" fill="var(--${color})"/></svg>${name}</span>`
    )
  }</div>`
