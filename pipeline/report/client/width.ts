/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Charts are drawn for the width of the window. */

/** Draws again when the width has changed, at most once per frame. */
export const followWidth = (redraw: () => void): void => {
  let width = innerWidth
  let frame: number | undefined
  addEventListener("resize", () => {
    if (innerWidth === width) return
    width = innerWidth
    if (frame !== undefined) cancelAnimationFrame(frame)
    frame = requestAnimationFrame(redraw)
  })
}
