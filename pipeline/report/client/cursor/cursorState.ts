/** The step of a cursor, and the section that it measures. */
import type { ChartCursor } from "../../model/Chart.ts"

export interface CursorState {
  /** Step of the cursor; undefined if it is not shown. */
  readonly at: number | undefined
  /** Step at which the section begins; undefined if none is measured. */
  readonly from: number | undefined
}

export const nowhere: CursorState = { at: undefined, from: undefined }

/** Steps that a page key moves, and Shift with an arrow key if the chart has no sections. */
const far = 7

/** Returns the steps of a section in order; undefined if none is measured. */
export const sectionOf = (
  { at, from }: CursorState,
): readonly [from: number, to: number] | undefined =>
  at === undefined || from === undefined || at === from
    ? undefined
    : [Math.min(at, from), Math.max(at, from)]

/** Returns the step that a key leads to; undefined for other keys. */
const stepOf = (
  key: string,
  at: number,
  { across = 1, count, down = 1 }: ChartCursor,
  times: number,
) =>
  ({
    ArrowRight: at + across * times,
    ArrowLeft: at - across * times,
    ArrowDown: at + down * times,
    ArrowUp: at - down * times,
    PageDown: at + across * far,
    PageUp: at - across * far,
    Home: 0,
    End: count - 1,
  })[key]

interface CursorKey {
  readonly key: string
  readonly shiftKey: boolean
}

/** Returns the state after a key; undefined if the cursor does not use it. */
export const stateAfterKey = (
  state: CursorState,
  { key, shiftKey }: CursorKey,
  cursor: ChartCursor,
  isMeasuring: boolean,
): CursorState | undefined => {
  if (key === "Escape") {
    if (state.at === undefined) return undefined
    return state.from === undefined ? nowhere : { ...state, from: undefined }
  }
  const start = cursor.start ?? cursor.count - 1
  const hasSections = cursor.section !== undefined
  const step = state.at === undefined && key.startsWith("Arrow")
    ? start
    : stepOf(key, state.at ?? start, cursor, shiftKey && !hasSections ? far : 1)
  if (step === undefined) return undefined
  const at = Math.max(0, Math.min(cursor.count - 1, step))
  return {
    at,
    from: hasSections && (shiftKey || isMeasuring) ? state.from ?? state.at ?? at : undefined,
  }
}
