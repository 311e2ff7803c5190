/** The parts that all pages share: their frame, their panels, and the tables behind charts. */
import { empty, Html, markup } from "../html.ts"
import type { Page, Panel, PanelTable, Span } from "../model/Panel.ts"
import type { SiteView } from "../model/SiteView.ts"

/** Pixels of the widest page, and between its columns. */
const pageWidth = 1_152
const gap = 40

/** Returns the pixels of a panel on the widest page, or on paper with `width` pixels. */
export const widestOf = (span: Span, width: number = pageWidth): number =>
  Math.floor((width - 11 * gap) / 12 * span + (span - 1) * gap)

const tableHtml = (caption: string, { head, rows }: PanelTable, isOpen: boolean): Html =>
  markup`<details${
    isOpen && new Html(" open")
  }><summary>As a table</summary><div class="scroll" tabindex="0" role="region" aria-label="${caption} as a table"><table><caption class="sr">${caption}</caption><thead><tr>${
    head.map((name, i) => markup`<th scope="col"${i > 0 && new Html(` class="r"`)}>${name}</th>`)
  }</tr></thead><tbody>${
    rows.map(([first = "", ...cells]) =>
      markup`<tr><th scope="row">${first}</th>${
        cells.map((cell) => markup`<td class="r">${cell}</td>`)
      }</tr>`
    )
  }</tbody></table></div></details>`

/** Returns the parts under the chart of a panel: its choice and its table; empty if it has none. */
export const panelFoot = (panel: Panel, view: SiteView, isOpen: boolean): Html => {
  const table = panel.table?.(view)
  const more = panel.more?.(view)
  return markup`${more !== undefined && markup`<div class="more">${more}</div>`}${
    table !== undefined && tableHtml(panel.title(view), table, isOpen)
  }`
}

/** Returns a panel with `body` as its chart. */
const panelHtml = (panel: Panel, view: SiteView, body: Html, foot: Html): Html => {
  const { id, span } = panel
  const title = markup`<h2 id="${id}-h"${panel.bare === true && new Html(` class="sr"`)}>${
    panel.title(view)
  }</h2>`
  const head = panel.bare === true
    ? markup`${title}<p id="${id}-q" hidden></p>`
    : markup`<div class="hd"><div>${title}<p class="q" id="${id}-q">${
      panel.subtitle(view)
    }</p></div>${panel.controls?.(view)}</div>`
  return markup`<section id="${id}" class="c${span}${
    panel.bare === true && " bare"
  }" aria-labelledby="${id}-h">${head}<div class="chart" id="${id}-c" data-panel="${id}">${body}</div><div data-foot="${id}">${foot}</div></section>`
}

/** Returns the columns of a page: each a panel with those below it. */
const columnsOf = (panels: ReadonlyArray<Panel>): ReadonlyArray<ReadonlyArray<Panel>> => {
  const columns: Array<Array<Panel>> = []
  for (const panel of panels) {
    if (panel.below === true && columns.length > 0) columns.at(-1)!.push(panel)
    else columns.push([panel])
  }
  return columns
}

const drawn = (panel: Panel, view: SiteView): Html => {
  const chart = panel.draw(view, widestOf(panel.span))
  return chart instanceof Html ? chart : chart.svg
}

/**
 * Returns the contents of `main`. Without `complete`, panels are empty, and the browser draws each for its
 * width when it comes near the screen. Tables of complete pages are open, for browsers without JavaScript.
 */
export const pageContents = (page: Page, view: SiteView, complete: boolean): Html => {
  const panels = page.panels(view)
  const html = (panel: Panel) =>
    complete
      ? panelHtml(panel, view, drawn(panel, view), panelFoot(panel, view, true))
      : panelHtml(panel, view, empty, empty)
  const contents = markup`${page.head(view)}${
    panels.length > 0 && markup`<div class="grid">${
      columnsOf(panels).map((column) =>
        column.length === 1
          ? html(column[0]!)
          : markup`<div class="stack c${column[0]!.span}">${column.map(html)}</div>`
      )
    }</div>`
  }`
  return page.frame?.(view, contents) ?? contents
}

/** Returns the links to the pages. */
export const navigation = (
  links: ReadonlyArray<readonly [name: string, address: string, current: boolean]>,
): Html =>
  markup`<ul>${
    links.map(([name, address, current]) =>
      markup`<li><a href="${address}"${
        current && new Html(` aria-current="page"`)
      }>${name}</a></li>`
    )
  }</ul>`
