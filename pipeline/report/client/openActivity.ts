/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** An open activity: letters lead to its neighbors in the list, and a button makes a finger measure. */
import type { SiteView } from "../model/SiteView.ts"

const neighborKeys: Readonly<Record<string, string>> = { j: "prev", k: "next" }

/** Makes the activity that was just inserted respond to the reader. `signal` ends it. */
export const attachOpenActivity = (_: SiteView, signal: AbortSignal): void => {
  document.addEventListener("keydown", (event) => {
    const side = neighborKeys[event.key]
    if (side === undefined || event.defaultPrevented) return
    if (event.ctrlKey || event.metaKey || event.altKey) return
    document.querySelector<HTMLElement>(`a[rel="${side}"]`)?.click()
  }, { signal })
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("[data-measure]")
    if (!button) return
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"))
  }, { signal })
}
