/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Draws panels for their width when they come near the screen; on paper, all at once. */
import { Html } from "../html.ts"
import type { Panel } from "../model/Panel.ts"
import type { SiteView } from "../model/SiteView.ts"
import { panelFoot, widestOf } from "../pages/frame.ts"
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
  if (isMissing && panel.bare !== true) {
    const subtitle = panel.subtitle(all)
    if (subtitle instanceof Html) line.innerHTML = subtitle.text
    else line.textContent = subtitle
  }
  box.innerHTML = (chart instanceof Html ? chart : chart.svg).text
  box.style.minHeight = ""
  const foot = document.querySelector(`[data-foot="${panel.id}"]`)
  if (foot !== null) foot.innerHTML = panelFoot(panel, all, false).text
  if (!(chart instanceof Html) && chart.cursor !== undefined) {
    attachCursor(box.querySelector<HTMLElement>("[data-slider]") ?? box, line, chart.cursor)
  }
}

const boxes = () => document.querySelectorAll<HTMLElement>("[data-panel]")

/** Returns the height of each panel, to reserve its place until it is drawn again. */
export const panelHeights = (): ReadonlyMap<string, number> =>
  new Map(Array.from(boxes(), (box) => [box.dataset["panel"]!, box.offsetHeight]))

/** Draws the panels of a page that was just inserted. `heights` are those of the page before. */
export const drawPanels = (
  panels: ReadonlyArray<Panel>,
  view: SiteView,
  heights: ReadonlyMap<string, number>,
): void => {
  observer?.disconnect()
  waiting.clear()
  onPaper.clear()
  observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) drawNow(target)
  }, { rootMargin: "500px" })
  const byId = new Map(panels.map((panel) => [panel.id, panel]))
  for (const box of boxes()) {
    const panel = byId.get(box.dataset["panel"]!)
    if (panel === undefined) continue
    const height = heights.get(panel.id)
    if (height !== undefined) box.style.minHeight = `${height}px`
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
