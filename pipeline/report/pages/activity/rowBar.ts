/** A bar in the cell of a table; the number next to it says the same. */
import { type Html, markup } from "../../html.ts"
import { pixel } from "../../charts/svg.ts"

const width = 300

/** Returns a bar from the left of the cell; `share` is 0 to 1 of its width. */
export const rowBar = (share: number, names: string): Html =>
  markup`<svg class="row-bar" viewBox="0 0 ${width} 15" preserveAspectRatio="none" aria-hidden="true"><rect class="${names}" width="${
    pixel(share * width)
  }" height="15"/></svg>`
