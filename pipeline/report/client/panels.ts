/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Draws panels for their width when they come near the screen; on paper, all at once. */
import { Html } from "../html.ts"
import type { Panel } from "../model/Panel.ts"
import type { SiteView } from "../model/SiteView.ts"
import { widestOf } from "../pages/frame.ts"
import { attachCursor } from "./cursor.ts"
import { readTracks } from "./data.ts"

let observer: IntersectionObserver | undefined
const waiting = new Map<Element, () => void>()
/** Draws a panel for its width on paper. */
const onPaper = new Map<Element, (page: number) => void>()

const drawNow = (box: Element): void => {
  const draw = waiting.get(box)
  if (draw === undefined) return
  waiting.delete(box)
  observer?.unobserve(box)
  draw()
}

const draw = async (
  panel: Panel,
  view: SiteView,
  box: HTMLElement,
  width: number = Math.max(240, Math.floor(box.getBoundingClientRect().width)),
): Promise<void> => {
  const isMissing = panel.tracks === true && view.tracks.size === 0
  const all = isMissing ? { ...view, tracks: await readTracks(view.site) } : view
  if (!box.isConnected) return
  const chart = panel.draw(all, width)
  const line = document.getElementById(`${panel.id}-q`)!
  box.innerHTML = (chart instanceof Html ? chart : chart.svg).text
  if (!(chart instanceof Html) && chart.cursor !== undefined) {
    attachCursor(box.querySelector<HTMLElement>("[data-slider]") ?? box, line, chart.cursor)
  }
}

/** Draws the panels of a page that was just inserted. */
export const drawPanels = (panels: ReadonlyArray<Panel>, view: SiteView): void => {
  observer?.disconnect()
  waiting.clear()
  onPaper.clear()
  observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) drawNow(target)
  }, { rootMargin: "500px" })
  for (const panel of panels) {
    const box = document.querySelector<HTMLElement>(`[data-panel="${panel.id}"]`)
    if (box === null) continue
    waiting.set(box, () => void draw(panel, view, box))
    onPaper.set(box, (page) => void draw(panel, view, box, widestOf(panel.span, page)))
    observer.observe(box)
  }
}

/** Draws all panels: for their width on paper, if it is known, otherwise those not drawn yet. */
export const drawAll = (paper: number | undefined): void => {
  for (const box of [...waiting.keys()]) if (paper === undefined) drawNow(box)
  if (paper !== undefined) { for (const [, drawFor] of onPaper) drawFor(paper) }
}
