/** The cursor of a chart: its steps by keyboard, and the section that it measures. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { empty } from "../../pipeline/report/html.ts"
import type { ChartCursor } from "../../pipeline/report/model/Chart.ts"
import {
  type CursorState,
  nowhere,
  sectionOf,
  stateAfterKey,
} from "../../pipeline/report/client/cursor/cursorState.ts"
import { test } from "../testing.ts"

const cursor: ChartCursor = {
  label: "Days",
  count: 100,
  near: () => 0,
  mark: () => empty,
  read: () => empty,
}
const measuring: ChartCursor = {
  ...cursor,
  start: 0,
  section: { mark: () => empty, read: () => empty },
}

/** Returns the states after keys, `Shift+` in front of those with Shift; undefined if a key is not used. */
const pressed = (keys: ReadonlyArray<string>, of: ChartCursor, isMeasuring = false) => {
  let state: CursorState = nowhere
  return keys.map((each) => {
    const shiftKey = each.startsWith("Shift+")
    const key = each.replace("Shift+", "")
    const next = stateAfterKey(state, { key, shiftKey }, of, isMeasuring)
    state = next ?? state
    return next && [next.at, next.from]
  })
}

test("arrows begin at the start and move by one step, with Shift by seven, within the chart", () =>
  Effect.sync(() => {
    assert.deepEqual(
      pressed(["ArrowLeft", "ArrowLeft", "Shift+ArrowLeft", "End", "ArrowRight", "Home"], cursor),
      [[99, undefined], [98, undefined], [91, undefined], [99, undefined], [99, undefined], [
        0,
        undefined,
      ]],
    )
    assert.deepEqual(pressed(["x", "Enter", "Escape"], cursor), [undefined, undefined, undefined])
  }))

test("a calendar moves by days down and by weeks across", () =>
  Effect.sync(() => {
    const calendar = { ...cursor, across: 7, start: 50 }
    assert.deepEqual(pressed(["ArrowUp", "ArrowUp", "ArrowLeft", "PageUp"], calendar), [
      [50, undefined],
      [49, undefined],
      [42, undefined],
      [0, undefined],
    ])
  }))

test("Shift measures a section in a chart that has them; Escape ends it, then the cursor", () =>
  Effect.sync(() => {
    assert.deepEqual(
      pressed(
        ["ArrowRight", "PageDown", "Shift+ArrowRight", "Shift+PageDown", "Shift+End", "Escape"],
        measuring,
      ),
      [[0, undefined], [7, undefined], [8, 7], [15, 7], [99, 7], [99, undefined]],
    )
    assert.deepEqual(pressed(["Shift+End", "ArrowLeft", "Escape", "Escape"], measuring), [
      [99, 99],
      [98, undefined],
      [undefined, undefined],
      undefined,
    ])
    assert.deepEqual(pressed(["ArrowRight", "ArrowRight"], measuring, true), [[0, 0], [1, 0]])
  }))

test("a section is the same from both ends", () =>
  Effect.sync(() => {
    assert.deepEqual(sectionOf({ at: 3, from: 9 }), [3, 9])
    assert.deepEqual(sectionOf({ at: 9, from: 3 }), [3, 9])
    assert.equal(sectionOf({ at: 3, from: 3 }), undefined)
    assert.equal(sectionOf(nowhere), undefined)
  }))
