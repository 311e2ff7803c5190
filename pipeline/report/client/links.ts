/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Links that change a filter replace the address, so that Back leaves the page. */

export const followLinks = (redraw: () => void): void =>
  addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[data-filter]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    history.replaceState(null, "", link.getAttribute("href"))
    redraw()
  })
