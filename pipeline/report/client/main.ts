/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The program in the page: shows the page of the address, and follows the reader's choices. */
import type { Page } from "../model/Panel.ts"
import type { SiteView } from "../model/SiteView.ts"
import { type Units, unitSystems } from "../../metrics/units.ts"
import { pageContents } from "../pages/frame.ts"
import { navigationOf, pages } from "../pages/pages.ts"
import { attachBehavior } from "./behaviors.ts"
import { storeChoice, storedChoice } from "./choices.ts"
import { readBlock, readSite, readTracks } from "./data.ts"
import { drawAll, drawPanels } from "./panels.ts"

const stored = readSite()
const main = document.getElementById("main")!
const root = document.documentElement
let units: Units | undefined = unitSystems.find((each) => each === storedChoice("units"))

const addressed = () => {
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
    units: units ?? site.units,
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

/** Shows the page of the address. */
const show = async (scroll: boolean): Promise<void> => {
  const { page, part, query } = addressed()
  const view = await viewOf(page, part, query)
  const focused = selectorOf(document.activeElement)
  document.getElementById("nav")!.innerHTML = navigationOf(view, page.name).text
  main.innerHTML = pageContents(page, view, false).text
  document.title = `${page.title(view)} · Training report`
  drawPanels(page.panels(view), view)
  if (scroll) scrollTo(0, 0)
  else if (focused !== undefined) {
    document.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true })
  }
  attachBehavior(page.name, view)
}

addEventListener("hashchange", () => void show(true))

// Filters replace the address, so that Back leaves the page.
addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("a[data-filter]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  history.replaceState(null, "", link.getAttribute("href"))
  void show(false)
})

addEventListener("click", (event) => {
  const button = event.target instanceof Element &&
    event.target.closest<HTMLElement>("button[data-units]")
  if (!button) return
  units = button.dataset["units"] === "imperial" ? "imperial" : "metric"
  storeChoice("units", units)
  void show(false)
})

let width = innerWidth
addEventListener("resize", () => {
  if (innerWidth === width) return
  width = innerWidth
  void show(false)
})
addEventListener("beforeprint", () => drawAll(addressed().page.paper))
addEventListener("afterprint", () => {
  if (addressed().page.paper !== undefined) void show(false)
})

addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-print]")) print()
})
root.classList.add("js")
void show(false)
