/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** An open activity: the letters j and k lead to its neighbors in the list. */
import type { SiteView } from "../model/SiteView.ts"

const neighborKeys: Readonly<Record<string, string>> = { j: "prev", k: "next" }

export const attachOpenActivity = (_: SiteView, signal: AbortSignal): void => {
  document.addEventListener("keydown", (event) => {
    const side = neighborKeys[event.key]
    if (side === undefined || event.defaultPrevented) return
    if (event.ctrlKey || event.metaKey || event.altKey) return
    document.querySelector<HTMLElement>(`a[rel="${side}"]`)?.click()
  }, { signal })
}
