/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Shows the page of the address. */
import type { Page } from "../model/Panel.ts"
import type { SiteView } from "../model/SiteView.ts"
import { pageContents } from "../pages/frame.ts"
import { navigationOf, pages } from "../pages/pages.ts"
import { attachBehavior } from "./behaviors.ts"
import { otherFile, readBlock, readSite, readTracks } from "./data.ts"
import { drawPanels, panelHeights } from "./panels.ts"
import { chosenUnits, markUnits } from "./units.ts"

const stored = readSite()
const main = document.getElementById("main")!

/** Returns the page of the address, the part after its name, and its filters. */
export const addressed = () => {
  const [path = "", query] = location.hash.replace(/^#\/?/, "").split("?")
  const [name = "", part = ""] = path.split("/")
  return {
    page: pages.find((page) => page.name === name) ?? pages[0]!,
    part,
    query: new URLSearchParams(query),
  }
}

const viewOf = async (page: Page, part: string, query: URLSearchParams): Promise<SiteView> => {
  const site = await stored
  return {
    site,
    units: chosenUnits(site),
    part,
    query,
    tracks: page.tracks === true ? await readTracks(site) : new Map(),
    block: page.block === true ? await readBlock(part, site) : undefined,
  }
}

/** Returns the selector of an element that has an id or an address, to find it again in the new page. */
const selectorOf = (element: Element | null): string | undefined => {
  if (element?.id) return `#${CSS.escape(element.id)}`
  const address = element?.getAttribute("href")
  return address ? `a[href="${CSS.escape(address)}"]` : undefined
}

/** Sets the focus where it was; if that is gone, to the chart of the same panel. */
const restoreFocus = (selector: string | undefined, panel: string | undefined): void => {
  for (const each of [selector, panel === undefined ? undefined : `#${panel}-c`]) {
    const found = each === undefined ? null : document.querySelector<HTMLElement>(each)
    found?.focus({ preventScroll: true })
    if (found !== null && document.activeElement === found) return
  }
}

/** Returns true if the file contains the page that `view` describes, drawn by the program that wrote it. */
const isWritten = (page: Page, { query, site, units }: SiteView): boolean =>
  page === pages[0] && query.size === 0 && units === site.units

let isFirst = true

const insert = (page: Page, view: SiteView): void => {
  document.getElementById("nav")!.innerHTML = navigationOf(view, page.name).text
  main.innerHTML = pageContents(page, view, false).text
}

/** Closes the tables of the written page, which are open for browsers without JavaScript. */
const closeTables = (): void => {
  for (const details of main.querySelectorAll("[data-foot] details[open]")) {
    details.removeAttribute("open")
  }
  document.documentElement.classList.add("ready")
}

/** Shows the page of the address: a new page from its top, the same page where it was. */
export const showPage = async (isNew: boolean): Promise<void> => {
  const { page, part, query } = addressed()
  const other = otherFile(await stored, page.name, part)
  if (other !== undefined) return location.replace(`${other}${location.hash}`)
  const view = await viewOf(page, part, query)
  const active = document.activeElement
  const [selector, panel] = [selectorOf(active), active?.closest("section")?.id]
  const heights = isNew ? new Map<string, number>() : panelHeights()
  if (!isFirst || !isWritten(page, view)) insert(page, view)
  if (isFirst) closeTables()
  isFirst = false
  document.title = `${page.title(view)} · Training report`
  markUnits(view.units)
  drawPanels(page.panels(view), view, heights)
  if (isNew) {
    scrollTo(0, 0)
    main.focus({ preventScroll: true })
  } else restoreFocus(selector, panel)
  // The live region is read out: choices change more than the element that has the focus.
  if (!isNew) document.getElementById("live")!.textContent = main.querySelector("h1")!.textContent
  attachBehavior(page.name, view)
}
