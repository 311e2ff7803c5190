/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The cursor of a chart: pointer, touch and keyboard move it, and the panel's line reads it out. */
import type { ChartCursor } from "../model/Chart.ts"

/** Steps that Shift with an arrow key moves. */
const far = 7

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
    Home: 0,
    End: count - 1,
  })[key]

/** Makes `box`, which contains a drawing, a slider that is read out in `line`. */
export const attachCursor = (box: HTMLElement, line: HTMLElement, cursor: ChartCursor): void => {
  const drawing = box.querySelector("svg")
  if (drawing === null || cursor.count === 0) return
  const rest = line.innerHTML
  const marks = document.createElementNS("http://www.w3.org/2000/svg", "g")
  drawing.append(marks)
  let at: number | undefined
  const clear = () => {
    at = undefined
    marks.replaceChildren()
    line.innerHTML = rest
  }
  const show = (step: number) => {
    const next = Math.max(0, Math.min(cursor.count - 1, step))
    if (next === at) return
    at = next
    marks.innerHTML = cursor.mark(next).text
    line.innerHTML = cursor.read(next).text
    box.setAttribute("aria-valuenow", String(next))
    box.setAttribute("aria-valuetext", line.textContent)
  }
  const open = () => {
    const address = at === undefined ? undefined : cursor.open?.(at)
    if (address !== undefined) location.hash = address
  }
  const point = (event: PointerEvent) => {
    const { left, top, width } = drawing.getBoundingClientRect()
    const scale = drawing.viewBox.baseVal.width / width
    show(cursor.near((event.clientX - left) * scale, (event.clientY - top) * scale))
  }
  box.tabIndex = 0
  box.setAttribute("role", "slider")
  box.setAttribute("aria-label", cursor.label)
  box.setAttribute("aria-valuemin", "0")
  box.setAttribute("aria-valuemax", String(cursor.count - 1))
  box.setAttribute("aria-valuenow", String(cursor.start ?? cursor.count - 1))
  box.addEventListener("pointermove", point)
  box.addEventListener("pointerdown", point)
  box.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType === "mouse" && document.activeElement !== box) clear()
  })
  box.addEventListener("blur", clear)
  box.addEventListener("click", () => {
    if (matchMedia("(hover:hover)").matches) open()
  })
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") return open()
    if (event.key === "Escape") return clear()
    const start = cursor.start ?? cursor.count - 1
    const step = at === undefined
      ? event.key.startsWith("Arrow") ? start : stepOf(event.key, start, cursor, 1)
      : stepOf(event.key, at, cursor, event.shiftKey ? far : 1)
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    show(step)
  })
}
