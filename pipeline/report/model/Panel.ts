/** A panel of a page: one declaration of its title, chart and table. */
import type { Html } from "../html.ts"
import type { Chart } from "./Chart.ts"
import type { SiteView } from "./SiteView.ts"

export interface PanelTable {
  readonly head: ReadonlyArray<string>
  /** The first cell of a row is its heading. */
  readonly rows: ReadonlyArray<ReadonlyArray<string | Html>>
}

/** Twelfths of the page's width. */
export type Span = 4 | 5 | 6 | 7 | 8 | 12

export interface Panel {
  readonly id: string
  readonly span: Span
  readonly title: (view: SiteView) => string
  /** Line under the title, which names the quantity; the cursor replaces it by its reading. */
  readonly subtitle: (view: SiteView) => Html | string
  /** Choices and legend at the right of the title. */
  readonly controls?: (view: SiteView) => Html
  /** Returns a chart for a width in pixels; HTML if it is no chart, or a sentence if there is no data. */
  readonly draw: (view: SiteView, width: number) => Chart | Html
  /** Returns a choice under the chart, such as one that shows more of it. */
  readonly more?: (view: SiteView) => Html | undefined
  /** Numbers behind the chart; undefined if the panel is a table itself, or has no data. */
  readonly table?: (view: SiteView) => PanelTable | undefined
  /** True if it is below the panel before it, in the same column, which is as wide as that panel. */
  readonly below?: boolean
  /** True if its title is only for assistive technology. */
  readonly bare?: boolean
  /** True if it is drawn from tracks, which are decoded later. */
  readonly tracks?: boolean
}

/** A page of the site. */
export interface Page {
  /** First part of its address; empty for the overview. */
  readonly name: string
  readonly title: (view: SiteView) => string
  /** HTML above the panels: heading and key figures. */
  readonly head: (view: SiteView) => Html
  readonly panels: (view: SiteView) => ReadonlyArray<Panel>
  /** Returns the page around its head and panels; they alone if undefined. */
  readonly frame?: (view: SiteView, contents: Html) => Html
  /** Pixels of the panels on paper, for which they are drawn before printing; those of the screen if undefined. */
  readonly paper?: number
  /** True if `head` or a subtitle shows tracks. */
  readonly tracks?: boolean
  /** True if it needs the block of the activity in the address. */
  readonly block?: boolean
}
