/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Draws panels for their width when they come near the screen; on paper, all at once. */
import { Html } from "../html.ts"
import type { Panel } from "../model/Panel.ts"
import type { SiteView } from "../model/SiteView.ts"
import { attachCursor } from "./cursor.ts"
import { readTracks } from "./data.ts"

let observer: IntersectionObserver | undefined
const waiting = new Map<Element, () => void>()

const drawNow = (box: Element): void => {
  const draw = waiting.get(box)
  if (draw === undefined) return
  waiting.delete(box)
  observer?.unobserve(box)
  draw()
}

const draw = async (panel: Panel, view: SiteView, box: HTMLElement): Promise<void> => {
  const all = panel.tracks === true ? { ...view, tracks: await readTracks(view.site) } : view
  if (!box.isConnected) return
  const chart = panel.draw(all, Math.max(240, Math.floor(box.getBoundingClientRect().width)))
  const line = document.getElementById(`${panel.id}-q`)!
  box.innerHTML = (chart instanceof Html ? chart : chart.svg).text
  if (!(chart instanceof Html) && chart.cursor !== undefined) attachCursor(box, line, chart.cursor)
}

/** Draws the panels of a page that was just inserted. */
export const drawPanels = (panels: ReadonlyArray<Panel>, view: SiteView): void => {
  observer?.disconnect()
  waiting.clear()
  observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) drawNow(target)
  }, { rootMargin: "500px" })
  for (const panel of panels) {
    const box = document.querySelector<HTMLElement>(`[data-panel="${panel.id}"]`)
    if (box === null) continue
    waiting.set(box, () => void draw(panel, view, box))
    observer.observe(box)
  }
}

export const drawAll = (): void => {
  for (const box of [...waiting.keys()]) drawNow(box)
}
