/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The cursor of a chart: pointer, touch and keyboard move it, and the panel's line reads it out. */
import type { ChartCursor } from "../../model/Chart.ts"
import { type CursorState, nowhere, sectionOf, stateAfterKey } from "./cursorState.ts"

/** A cursor that shows the step of another one. */
interface Follower {
  readonly box: HTMLElement
  readonly follow: (state: CursorState) => void
}

let followers: ReadonlyArray<Follower & { readonly group: string }> = []

/** Shows `state` in the other cursors of a group; cursors of former pages are dropped. */
const lead = (group: string, leader: HTMLElement, state: CursorState): void => {
  followers = followers.filter(({ box }) => box.isConnected)
  for (const { box, follow, group: other } of followers) {
    if (other === group && box !== leader) follow(state)
  }
}

/** Returns true while the button that makes a finger measure is pressed. */
const isMeasuringIn = (box: HTMLElement): boolean =>
  Boolean(box.closest("section")?.querySelector("[data-measure][aria-pressed=true]"))

/** Makes `box`, which contains a drawing, a slider that is read out in `line`. */
export const attachCursor = (box: HTMLElement, line: HTMLElement, cursor: ChartCursor): void => {
  const drawing = box.querySelector("svg")
  if (drawing === null || cursor.count === 0) return
  const { group } = cursor
  const rest = line.innerHTML
  const marks = document.createElementNS("http://www.w3.org/2000/svg", "g")
  let state = nowhere
  let isDragging = false
  drawing.append(marks)

  /** Draws a state. Only the chart that the reader uses is read out in its line. */
  const draw = (next: CursorState, isRead: boolean) => {
    // The chart under the line must not move while one reads.
    if (state.at === undefined) line.style.minHeight = `${line.offsetHeight}px`
    state = next
    const { at } = state
    const ends = cursor.section && sectionOf(state)
    const section = ends && cursor.section
    marks.innerHTML = at === undefined
      ? ""
      : (section?.mark(...ends!).text ?? "") + cursor.mark(at).text
    line.innerHTML = at === undefined || !isRead
      ? rest
      : section === undefined
      ? cursor.read(at).text
      : section.read(...ends!).text
    if (at === undefined || !isRead) return
    box.setAttribute("aria-valuenow", String(at))
    box.setAttribute("aria-valuetext", line.textContent)
  }
  const show = (next: CursorState) => {
    if (next.at === state.at && next.from === state.from) return
    draw(next, true)
    if (group !== undefined) lead(group, box, next)
  }
  const open = () => {
    const address = state.at === undefined ? undefined : cursor.open?.(state.at)
    if (address !== undefined) location.hash = address
  }
  const stepAt = ({ clientX, clientY }: PointerEvent): number => {
    const { left, top, width } = drawing.getBoundingClientRect()
    const scale = drawing.viewBox.baseVal.width / width
    const step = cursor.near((clientX - left) * scale, (clientY - top) * scale)
    return Math.max(0, Math.min(cursor.count - 1, step))
  }
  if (group !== undefined) {
    followers = [...followers, {
      box,
      follow: (next) => draw(next, false),
      group,
    }]
  }
  box.tabIndex = 0
  box.setAttribute("role", "slider")
  box.setAttribute("aria-label", cursor.label)
  box.setAttribute("aria-valuemin", "0")
  box.setAttribute("aria-valuemax", String(cursor.count - 1))
  box.setAttribute("aria-valuenow", String(cursor.start ?? cursor.count - 1))
  box.addEventListener("pointermove", (event) => {
    if (isDragging) show({ ...state, at: stepAt(event) })
    // A section stays until the next one, so that it can be read.
    else if (sectionOf(state) === undefined) show({ at: stepAt(event), from: undefined })
  })
  box.addEventListener("pointerdown", (event) => {
    const at = stepAt(event)
    isDragging = cursor.section !== undefined &&
      (event.pointerType === "mouse" || isMeasuringIn(box))
    if (isDragging) box.setPointerCapture(event.pointerId)
    show({ at, from: isDragging ? at : undefined })
  })
  const drop = () => {
    isDragging = false
    if (sectionOf(state) === undefined) show({ ...state, from: undefined })
  }
  box.addEventListener("pointerup", drop)
  box.addEventListener("pointercancel", drop)
  box.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType === "mouse" && document.activeElement !== box) show(nowhere)
  })
  box.addEventListener("blur", () => show(nowhere))
  box.addEventListener("click", () => {
    if (matchMedia("(hover:hover)").matches) open()
  })
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") return open()
    const next = stateAfterKey(state, event, cursor, isMeasuringIn(box))
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    show(next)
  })
}
