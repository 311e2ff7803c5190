/** A panel: a card of the page with a heading, a chart, and its data as a table. */
import { empty, type Html, markup } from "./html.ts"

interface Table {
  readonly caption: string
  readonly head: ReadonlyArray<string>
  /** The first cell of a row is its heading. */
  readonly rows: ReadonlyArray<ReadonlyArray<string | Html>>
}

export interface Panel {
  readonly id: string
  readonly title: string
  readonly subtitle?: string | Html
  /** Twelfths of the page's width. */
  readonly span: 4 | 5 | 6 | 7 | 8 | 12
  /** Names, and the CSS class that colors each. */
  readonly legend?: ReadonlyArray<readonly [name: string, color: string]>
  readonly body: Html
  readonly table?: Table
}

/** Returns the text of a panel that has no chart yet. */
export const notYet = (why: string): Html => markup`<p class="not-yet">${why}</p>`

const tableOf = ({ caption, head, rows }: Table) =>
  markup`
    <details>
      <summary>As a table</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="${caption}">
        <table>
          <caption>${caption}</caption>
          <thead>
            <tr>${head.map((name) => markup`<th scope="col">${name}</th>`)}</tr>
          </thead>
          <tbody>${
    rows.map(([first = "", ...cells]) =>
      markup`<tr><th scope="row">${first}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`
    )
  }</tbody>
        </table>
      </div>
    </details>
  `

const legendOf = (legend: NonNullable<Panel["legend"]>) =>
  markup`<ul class="legend" aria-hidden="true">${
    legend.map(([name, color]) => markup`<li><i class="${color}"></i>${name}</li>`)
  }</ul>`

export const section = ({ body, id, legend = [], span, subtitle, table, title }: Panel): Html =>
  markup`
    <section id="${id}" data-panel class="span${span}" aria-labelledby="${id}-title"
      tabindex="-1">
    <header><div><h2 id="${id}-title">${title}</h2>${
    subtitle === undefined ? empty : markup`<p>${subtitle}</p>`
  }</div>${legend.length === 0 ? empty : legendOf(legend)}</header>
    ${body}${table === undefined ? empty : tableOf(table)}
    </section>
  `
