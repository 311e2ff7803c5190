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

const tableHtml = (caption: string, { head, rows }: PanelTable): Html =>
  markup`<details><summary>As a table</summary><div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption class="sr">${caption}</caption><thead><tr>${
    head.map((name, i) => markup`<th scope="col"${i > 0 && new Html(` class="r"`)}>${name}</th>`)
  }</tr></thead><tbody>${
    rows.map(([first = "", ...cells]) =>
      markup`<tr><th scope="row">${first}</th>${
        cells.map((cell) => markup`<td class="r">${cell}</td>`)
      }</tr>`
    )
  }</tbody></table></div></details>`

/** Returns the table of a panel; empty if it has none. */
export const panelTable = (panel: Panel, view: SiteView): Html => {
  const table = panel.table?.(view)
  return table === undefined ? empty : tableHtml(panel.title(view), table)
}

/** Returns a panel with `body` as its chart. */
const panelHtml = (panel: Panel, view: SiteView, body: Html): Html =>
  markup`<section id="${panel.id}" class="c${panel.span}" aria-labelledby="${panel.id}-h"><div class="hd"><div><h2 id="${panel.id}-h">${
    panel.title(view)
  }</h2><p class="q" id="${panel.id}-q">${panel.subtitle(view)}</p></div>${
    panel.controls?.(view)
  }</div><div class="chart" data-panel="${panel.id}">${body}</div><div data-table="${panel.id}">${
    panelTable(panel, view)
  }</div></section>`

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
 * width when it comes near the screen.
 */
export const pageContents = (page: Page, view: SiteView, complete: boolean): Html => {
  const panels = page.panels(view)
  const html = (panel: Panel) => panelHtml(panel, view, complete ? drawn(panel, view) : empty)
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
