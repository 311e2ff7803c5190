/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Draws panels for their width when they come near the screen; on paper, all at once. */
import { Html } from "../html.ts"
import type { Panel } from "../model/Panel.ts"
import type { SiteView } from "../model/SiteView.ts"
import { panelFoot, widestOf } from "../pages/frame.ts"
import { attachCursor } from "./cursor/cursor.ts"
import { readTracks } from "./data.ts"

/** Pixels around the window within which panels are drawn. */
const margin = 500

interface Shown {
  readonly panels: ReadonlyArray<Panel>
  readonly view: SiteView
}

let shown: Shown | undefined
let observer: IntersectionObserver | undefined
/** Boxes of panels that are drawn when they come near the screen. */
const waiting = new Map<Element, Panel>()

const boxOf = (panel: Panel): HTMLElement | null => document.getElementById(`${panel.id}-c`)

/** Returns a box without the drawing and the listeners of the one that it replaces. */
const emptied = (box: HTMLElement): HTMLElement => {
  const fresh = document.createElement("div")
  fresh.id = box.id
  fresh.className = box.className
  fresh.dataset["panel"] = box.dataset["panel"]
  return fresh
}

const widthOf = (box: HTMLElement) => Math.max(240, Math.floor(box.getBoundingClientRect().width))

const draw = async (panel: Panel, view: SiteView, paper?: number): Promise<void> => {
  const isMissing = panel.tracks === true && view.tracks.size === 0
  const all = isMissing ? { ...view, tracks: await readTracks(view.site) } : view
  const box = boxOf(panel)
  if (box === null || view !== shown?.view) return
  const chart = panel.draw(all, paper === undefined ? widthOf(box) : widestOf(panel.span, paper))
  const line = document.getElementById(`${panel.id}-q`)!
  const foot = document.querySelector(`[data-foot="${panel.id}"]`)!
  const isFocused = document.activeElement === box
  const fresh = emptied(box)
  fresh.innerHTML = (chart instanceof Html ? chart : chart.svg).text
  // The line might show the reading of the drawing before, or the count of no tracks.
  const subtitle = panel.bare === true ? "" : panel.subtitle(all)
  if (subtitle instanceof Html) line.innerHTML = subtitle.text
  else line.textContent = subtitle
  if (foot.querySelector("details[open]") === null) {
    foot.innerHTML = panelFoot(panel, all, false).text
  }
  box.replaceWith(fresh)
  if (!(chart instanceof Html) && chart.cursor !== undefined) {
    attachCursor(fresh.querySelector<HTMLElement>("[data-slider]") ?? fresh, line, chart.cursor)
  }
  if (isFocused) fresh.focus({ preventScroll: true })
}

const drawNow = (box: Element): void => {
  const panel = waiting.get(box)
  if (panel === undefined || shown === undefined) return
  waiting.delete(box)
  observer?.unobserve(box)
  void draw(panel, shown.view)
}

/** Draws the panels again, each when it is near the screen. */
export const redrawPanels = (): void => {
  observer?.disconnect()
  waiting.clear()
  observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) drawNow(target)
  }, { rootMargin: `${margin}px` })
  for (const panel of shown?.panels ?? []) {
    const box = boxOf(panel)
    if (box === null) continue
    waiting.set(box, panel)
    observer.observe(box)
  }
}

/** Returns the height of each panel, to reserve its place until it is drawn again. */
export const panelHeights = (): ReadonlyMap<string, number> =>
  new Map(
    Array.from(
      document.querySelectorAll<HTMLElement>("[data-panel]"),
      (box) => [box.id, box.offsetHeight],
    ),
  )

/**
 * Draws the panels of a page that was just inserted; those near the screen at once. `heights` are those of
 * the page before.
 */
export const drawPanels = (
  panels: ReadonlyArray<Panel>,
  view: SiteView,
  heights: ReadonlyMap<string, number>,
): void => {
  shown = { panels, view }
  for (const [id, height] of heights) {
    const box = document.getElementById(id)
    if (box !== null) box.style.minHeight = `${height}px`
  }
  redrawPanels()
  for (const box of [...waiting.keys()]) {
    const { bottom, top } = box.getBoundingClientRect()
    if (bottom > -margin && top < innerHeight + margin) drawNow(box)
  }
}

/** Draws all panels: for their width on paper, if it is known, otherwise those not drawn yet. */
export const drawAll = (paper: number | undefined): void => {
  if (paper === undefined) {
    for (const box of [...waiting.keys()]) drawNow(box)
    return
  }
  // A panel that comes near the screen must not be drawn again for the screen.
  observer?.disconnect()
  waiting.clear()
  if (shown === undefined) return
  for (const panel of shown.panels) void draw(panel, shown.view, paper)
}
