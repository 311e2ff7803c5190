/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Paper: all panels are drawn, and those of a page for paper have its width. */
import { drawAll } from "./panels.ts"
import { addressed } from "./showPage.ts"

export const followPrint = (redraw: () => void): void => {
  addEventListener("beforeprint", () => drawAll(addressed().page.paper))
  addEventListener("afterprint", () => {
    if (addressed().page.paper !== undefined) redraw()
  })
  addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-print]")) print()
  })
}
