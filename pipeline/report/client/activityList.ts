/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The list of activities: filters as one types, more rows as one scrolls, rows by keyboard. */
import type { SiteView } from "../model/SiteView.ts"
import { addressOf } from "../model/SiteView.ts"
import { type ActivityList, listOf } from "../pages/activities/ActivityList.ts"
import { firstRows } from "../pages/activities/activitiesPage.ts"
import { searchTexts } from "../pages/activities/filters.ts"
import { sortColumns } from "../pages/activities/order.ts"
import { blockOfRows, headings, rowsOf, trackGlyph } from "../pages/activities/rows.ts"
import { listSummary } from "../pages/activities/toolbar.ts"
import { readTracks } from "./data.ts"

/** State of the history entry of a list, so that Back leads to the same rows. */
interface LeftList {
  readonly rows: number
  readonly top: number
  readonly id: string
}

/** Pixels under the list at which more rows are added. */
const ahead = "900px"

const byId = (id: string) => document.getElementById(id)!

/** Returns the filters that a field stands for. */
const filtersOf = (
  name: string,
  value: string,
): Readonly<Record<string, string | undefined>> => {
  if (name === "sport") {
    const [kind, chosen] = value.split(":")
    return { sport: undefined, group: undefined, ...(kind ? { [kind]: chosen } : {}) }
  }
  if (name !== "sort") return { [name]: value.trim() || undefined }
  const [key, direction] = value.split(":")
  const first = sortColumns.find((column) => column.key === key)?.first
  return {
    sort: key === "date" ? undefined : key,
    dir: direction === first ? undefined : direction,
  }
}

/** Makes the list that was just inserted respond to the reader. `signal` ends it. */
export const attachActivityList = (initial: SiteView, signal: AbortSignal): void => {
  const rows = byId("list-rows")
  const end = byId("list-end")
  const search = byId("list-q") as HTMLInputElement
  let view = initial
  let list: ActivityList = listOf(view.site, view.query)
  let shown = Math.min(blockOfRows, list.activities.length)

  const drawGlyphs = () => {
    for (const row of rows.querySelectorAll<HTMLElement>("tr[data-id]:not(:has(.gl svg))")) {
      const glyph = trackGlyph(view.tracks, row.dataset["id"]!)
      if (glyph !== undefined) row.querySelector(".gl")!.innerHTML = glyph.text
    }
  }
  const addRows = () => {
    rows.insertAdjacentHTML("beforeend", rowsOf(view, list, shown).text)
    shown = Math.min(shown + blockOfRows, list.activities.length)
  }
  const observer = new IntersectionObserver(([entry]) => {
    if (entry?.isIntersecting !== true || shown >= list.activities.length) return
    addRows()
    // The end might still be near the screen, which only a new observation reports.
    observer.unobserve(end)
    observer.observe(end)
  }, { rootMargin: ahead })
  const watchEnd = () => {
    observer.unobserve(end)
    observer.observe(end)
  }

  const filter = (changes: Readonly<Record<string, string | undefined>>) => {
    const address = addressOf("activities", { ...Object.fromEntries(view.query), ...changes })
    history.replaceState(null, "", address)
    view = { ...view, query: new URLSearchParams(address.split("?")[1]) }
    list = listOf(view.site, view.query)
    shown = Math.min(blockOfRows, list.activities.length)
    byId("list-sum").innerHTML = listSummary(view, list).text
    byId("list-head").innerHTML = headings(view, list).text
    rows.innerHTML = firstRows(view, list).text
    watchEnd()
  }
  const change = ({ target }: Event) => {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return
    const name = target.dataset["set"]
    if (name !== undefined) filter(filtersOf(name, target.value))
  }
  const bar = search.closest("search")!
  bar.addEventListener("input", change, { signal })

  /** Focuses the row `step` rows after the focused one. */
  const moveRow = (step: number) => {
    const links = [...rows.querySelectorAll<HTMLElement>(".nm a")]
    const at = links.findIndex((link) => link === document.activeElement)
    const link = links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + step))]
    link?.focus({ preventScroll: true })
    link?.closest("tr")?.scrollIntoView({ block: "nearest" })
  }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    const inField = event.target instanceof Element &&
      event.target.matches("input, select, textarea")
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : undefined
    const letter = event.key === "j" ? 1 : event.key === "k" ? -1 : undefined
    const move = event.target === search && step === 1 ? 1 : inField ? undefined : step ?? letter
    if (move === undefined) return
    event.preventDefault()
    moveRow(move)
  }, { signal })

  rows.addEventListener("click", (event) => {
    const row = event.target instanceof Element && event.target.closest<HTMLElement>("tr[data-id]")
    if (!row) return
    const left: LeftList = { rows: shown, top: scrollY, id: row.dataset["id"]! }
    history.replaceState(left, "")
    if (!(event.target as Element).closest("a")) row.querySelector("a")!.click()
  }, { signal })

  const left = history.state as LeftList | null
  if (left !== null && typeof left.rows === "number") {
    history.replaceState(null, "")
    while (shown < left.rows && shown < list.activities.length) addRows()
    scrollTo(0, left.top)
    rows.querySelector<HTMLElement>(`tr[data-id="${left.id}"] a`)?.focus({ preventScroll: true })
  }
  watchEnd()
  signal.addEventListener("abort", () => observer.disconnect())
  void readTracks(view.site).then((tracks) => {
    view = { ...view, tracks }
    drawGlyphs()
  })
  // The first key that is typed then finds the texts made.
  setTimeout(() => searchTexts(view.site))
}
