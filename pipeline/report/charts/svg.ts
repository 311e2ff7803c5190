/** Parts of drawings as text. */
import { Html, markup } from "../html.ts"

/** Rounds to a tenth of a pixel. */
export const pixel = (value: number): string => String(Math.round(value * 10) / 10)

/** Returns a drawing. Its data is read out by the cursor and the table, so that it is hidden from assistive technology. */
export const svg = (width: number, height: number, content: Html | ReadonlyArray<Html>): Html =>
  markup`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true">${content}</svg>`

/** Returns a path through points in pixels. */
export const line = (points: ReadonlyArray<readonly [x: number, y: number]>): string =>
  `M${points.map(([x, y]) => `${pixel(x)} ${pixel(y)}`).join("L")}`

/** Index of the number nearest to `x` in a rising list. */
export const nearestIn = (xs: ReadonlyArray<number>, x: number): number => {
  let best = 0
  for (const [i, each] of xs.entries()) {
    if (Math.abs(each - x) < Math.abs(xs[best]! - x)) best = i
  }
  return best
}

/** Returns a sentence for a panel that has no data. */
export const sentence = (text: string | Html): Html => markup`<p class="empty">${text}</p>`

/** Returns links that choose one value of a filter; the current one is marked. */
export const choices = (
  label: string,
  options: ReadonlyArray<readonly [name: string, address: string, current: boolean]>,
): Html =>
  markup`<div class="seg" role="group" aria-label="${label}">${
    options.map(([name, address, current]) =>
      markup`<a href="${address}" data-filter${
        current ? new Html(` aria-current="true"`) : ""
      }>${name}</a>`
    )
  }</div>`

/** Returns a link that changes a filter. */
export const choice = (name: string, address: string): Html =>
  markup`<a class="btn" href="${address}" data-filter>${name}</a>`
