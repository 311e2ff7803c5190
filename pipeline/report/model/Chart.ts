/** A drawing, and the cursor that reads it out. */
import type { Html } from "../html.ts"

/** Moves by pointer, touch and keyboard from step to step. Pixels are those of the drawing. */
export interface ChartCursor {
  /** Name of the slider for assistive technology. */
  readonly label: string
  /** Number of steps. */
  readonly count: number
  /** Step at which the keyboard begins; the last by default. */
  readonly start?: number
  /** Steps that ← → and ↑ ↓ move; 1 by default. */
  readonly across?: number
  readonly down?: number
  /** Returns the step nearest to a point. */
  readonly near: (x: number, y: number) => number
  /** Returns the mark at a step, as SVG. */
  readonly mark: (step: number) => Html
  /** Returns the text of a step, which replaces the line under the panel's title. */
  readonly read: (step: number) => Html
  /** Cursors of one group on a page show the same step. */
  readonly group?: string
  readonly section?: CursorSection
  /** Returns the address that Enter and a click open. */
  readonly open?: (step: number) => string | undefined
}

/** The steps between two, which dragging, or Shift with an arrow key, chooses. `from` is the earlier one. */
interface CursorSection {
  readonly mark: (from: number, to: number) => Html
  readonly read: (from: number, to: number) => Html
}

export interface Chart {
  readonly svg: Html
  readonly cursor?: ChartCursor
}
