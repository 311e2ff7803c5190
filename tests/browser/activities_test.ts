/** The pages of all activities and of one activity in a real browser. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { ActivitySite, manyActivities } from "./activitySites.ts"
import { Browser } from "./driver/Browser.ts"
import type { BrowserPage, PageView } from "./driver/Page.ts"
import { axe, faint, illegible, tooWide } from "./judge.ts"
import { inBrowserWith } from "./testing.ts"

const test = inBrowserWith(ActivitySite.layer)

const list = "activities"
const run = "activity/9000"

/** Returns a text of the page. */
const textAt = (page: BrowserPage, expression: string) =>
  page.evaluate(Schema.String, `(async () => String(${expression}))()`)

/** Frames after which a text that did not appear is an error. */
const mostFrames = 600

/** Waits until a text of the page is the expected one, and fails if it stays another. */
const shows = Effect.fnUntraced(function* (
  page: BrowserPage,
  expression: string,
  expected: string | RegExp,
) {
  const pattern = typeof expected === "string" ? `^${RegExp.escape(expected)}$` : expected.source
  const text = yield* textAt(
    page,
    `await new Promise((done) => {
      let left = ${mostFrames}
      const look = () => {
        const text = String(${expression})
        if (new RegExp(${JSON.stringify(pattern)}).test(text) || left-- === 0) done(text)
        else requestAnimationFrame(look)
      }
      look()
    })`,
  )
  assert.match(text, new RegExp(pattern))
})

const openedAt = Effect.fnUntraced(function* (address: string, view?: PageView) {
  const { url } = yield* ActivitySite
  const page = yield* (yield* Browser).open(`${url}#/${address}`, view)
  yield* shows(page, `document.querySelector("#list-rows, .act") !== null`, "true")
  return page
})

const typed = Effect.fnUntraced(function* (page: BrowserPage, text: string) {
  for (const letter of text) yield* page.press(letter)
})

const focusedName = `document.activeElement.textContent`
const address = `location.hash`
const rows = `document.querySelectorAll("#list-rows tr[data-id]").length`

for (const [name, path] of [["the list", list], ["an activity", run]] as const) {
  test(`${name} is legible, fits from 1280 to 390 pixels, and axe finds no fault`, () =>
    Effect.gen(function* () {
      const page = yield* openedAt(path)
      for (const width of [1280, 901, 900, 720, 641, 640, 390]) {
        assert.deepEqual(yield* tooWide(page, width), [], `${width} pixels`)
        assert.deepEqual(yield* illegible(page, width), [], `${width} pixels`)
      }
      for (const scheme of ["light", "dark"] as const) {
        for (const width of [390, 1280]) {
          yield* page.emulate({ scheme, width })
          assert.deepEqual(yield* axe(page), [], `${scheme}, ${width} pixels`)
          assert.deepEqual(yield* faint(page), [], `${scheme}, ${width} pixels`)
        }
      }
    }))

  test(`${name} sends no request, and shows hostile names as text`, () =>
    Effect.gen(function* () {
      const page = yield* openedAt(path)
      yield* page.press("Tab", 20)
      const { complaints, requests } = yield* page.activity
      assert.deepEqual(complaints, [])
      assert.equal(requests.length, 1)
      assert.equal(
        yield* textAt(
          page,
          `"hacked" in globalThis || document.querySelectorAll("img, iframe").length > 0`,
        ),
        "false",
      )
      yield* shows(page, "document.body.innerText", /<script>globalThis\.hacked = 1/)
    }))
}

test("typing filters the list, keeps the focus and changes the address", () =>
  Effect.gen(function* () {
    const page = yield* openedAt(list)
    yield* page.evaluate(Schema.Unknown, `document.getElementById("list-q").focus()`)
    const entries = yield* textAt(page, "history.length")
    yield* typed(page, "lake 2026-11")
    yield* shows(page, "document.activeElement.id", "list-q")
    yield* shows(page, address, "#/activities?q=lake+2026-11")
    yield* shows(page, "history.length", entries)
    yield* shows(page, `document.getElementById("list-sum").textContent`, /^23 act/)
    yield* shows(page, rows, "23")
    yield* typed(page, "xyz")
    yield* shows(page, `document.getElementById("list-rows").textContent`, /Show all/)
  }))

test("rows are reached, opened and left by keyboard, and Back leads to the same row", () =>
  Effect.gen(function* () {
    const page = yield* openedAt(list)
    yield* page.evaluate(Schema.Unknown, `document.getElementById("list-q").focus()`)
    yield* page.press("ArrowDown")
    yield* page.press("j", 9)
    yield* page.press("ArrowUp")
    yield* shows(page, focusedName, "Lap 8 around the lake")
    yield* page.press("Enter")
    yield* shows(page, address, "#/activity/8992")
    yield* shows(page, `document.querySelector("h1").textContent`, "Lap 8 around the lake")
    yield* page.press("j")
    yield* shows(page, address, "#/activity/8991")
    yield* page.evaluate(
      Schema.Unknown,
      `new Promise((done) => {
      addEventListener("hashchange", () => setTimeout(done, 50), { once: true })
      history.go(-2)
    })`,
    )
    yield* shows(page, address, "#/activities")
    yield* shows(page, focusedName, "Lap 8 around the lake")
  }))

test("rows are added while one scrolls, until the last", () =>
  Effect.gen(function* () {
    const page = yield* openedAt(list)
    yield* shows(page, rows, "80")
    for (let i = 0; i < 4; i++) {
      yield* page.evaluate(Schema.Unknown, "scrollTo(0, document.body.scrollHeight)")
      yield* page.emulate({})
    }
    yield* shows(page, rows, String(manyActivities))
  }))

test("headings and fields sort and filter, on phones too", () =>
  Effect.gen(function* () {
    const page = yield* openedAt(list)
    const first = `document.querySelector("#list-rows .nm a").getAttribute("href").split("?")[0]`
    yield* page.evaluate(Schema.Unknown, `document.getElementById("sort-date").focus()`)
    yield* page.press("Enter")
    yield* shows(page, address, "#/activities?dir=up")
    yield* shows(page, first, "#/activity/8701")
    yield* shows(page, "document.activeElement.id", "sort-date")
    yield* page.emulate({ width: 390 })
    const choose = (id: string, value: string) =>
      page.evaluate(
        Schema.Unknown,
        `(() => {
        const field = document.getElementById("${id}")
        field.value = "${value}"
        field.dispatchEvent(new Event("input", { bubbles: true }))
      })()`,
      )
    yield* choose("list-sort", "distance:down")
    yield* choose("list-sport", "group:ride")
    yield* shows(page, address, "#/activities?sort=distance&group=ride")
    yield* choose("list-sport", "sport:Yoga")
    yield* shows(page, address, "#/activities?sort=distance&sport=Yoga")
    yield* shows(page, `document.querySelectorAll("[role=cell]").length > 0`, "true")
  }))

test("a period in the address is in the fields of dates, and can be removed", () =>
  Effect.gen(function* () {
    const page = yield* openedAt("activities?from=2026-11-01&to=2026-11-10")
    yield* shows(page, `document.querySelector(".dates").open`, "true")
    yield* shows(page, `document.getElementById("list-to").value`, "2026-11-10")
    yield* shows(page, rows, "10")
    yield* page.evaluate(Schema.Unknown, `document.querySelector("#list-sum .tag").click()`)
    yield* shows(page, address, "#/activities")
    yield* shows(page, rows, "80")
  }))

/**
 * Returns the point of a drawing at shares of its width and height, once it was drawn and stays where it is:
 * panels above it are drawn later and move it.
 */
const pointIn = (page: BrowserPage, panel: string, x: number, y: number) =>
  page.evaluate(
    Schema.Tuple([Schema.Finite, Schema.Finite]),
    `new Promise((done) => {
      const box = document.querySelector('[data-panel="${panel}"]')
      let before = ""
      let still = 0
      const look = () => {
        box.scrollIntoView({ block: "center" })
        const { left, top, width, height } = (box.querySelector("svg") ?? box).getBoundingClientRect()
        const now = [left, top, width, height].join()
        still = now === before && height > 0 ? still + 1 : 0
        before = now
        if (still === 5) done([left + width * ${x}, top + height * ${y}])
        else requestAnimationFrame(look)
      }
      look()
    })`,
  )

const readout = (panel: string) => `document.getElementById("${panel}-q").textContent`
const spoken = `document.querySelector('[data-panel="streams"]').getAttribute("aria-valuetext")`
const here = `document.querySelectorAll('[data-panel="track"] .here').length`

test("one crosshair reads the streams and shows the position, from either chart", () =>
  Effect.gen(function* () {
    const page = yield* openedAt(run)
    const [x, y] = yield* pointIn(page, "streams", .46, .5)
    yield* page.moveMouse(x, y)
    yield* shows(page, readout("streams"), /^4\.9 km · 24:30 · 449 m · 4:54 \/km · 130 bpm$/)
    yield* shows(page, here, "1")
    const [mapX, mapY] = yield* pointIn(page, "track", .9, .5)
    yield* page.moveMouse(mapX, mapY)
    yield* shows(page, readout("track"), /^9\.\d km/)
    yield* shows(page, `document.querySelectorAll('[data-panel="streams"] .cur').length`, "1")
    yield* shows(page, readout("streams"), /^Point/)
  }))

test("dragging measures a section that stays until Escape", () =>
  Effect.gen(function* () {
    const page = yield* openedAt(run)
    const [from, y] = yield* pointIn(page, "streams", .2, .5)
    const [to] = yield* pointIn(page, "streams", .6, .5)
    yield* page.drag("mouse", [[from, y], [from + 5, y], [to, y]])
    yield* page.moveMouse(to + 40, y)
    yield* shows(page, readout("streams"), /^Section 4\.\d km · .* bpm$/)
    yield* shows(page, spoken, yield* textAt(page, readout("streams")))
    yield* page.press("Escape")
    yield* shows(page, readout("streams"), /^6\.\d km/)
    yield* page.press("Escape")
    yield* shows(page, readout("streams"), /^Point/)
    yield* shows(page, here, "0")
  }))

test("the keyboard moves, measures with Shift, and is announced", () =>
  Effect.gen(function* () {
    const page = yield* openedAt(run)
    yield* pointIn(page, "streams", 0, 0)
    yield* page.evaluate(Schema.Unknown, `document.querySelector('[data-panel="streams"]').focus()`)
    yield* page.press("ArrowRight")
    yield* page.press("PageDown", 3)
    yield* shows(page, spoken, /^2\.1 km · 10:30/)
    yield* page.press("Shift+ArrowRight", 10)
    yield* shows(page, spoken, /^Section 1\.0 km · 5:00 · 5:00 \/km/)
    yield* page.press("ArrowRight")
    yield* shows(page, spoken, /^3\.2 km/)
  }))

test("a finger reads, and measures after Measure is pressed", () =>
  Effect.gen(function* () {
    const page = yield* openedAt(run, { width: 390 })
    const [from, y] = yield* pointIn(page, "streams", .2, .5)
    const [to] = yield* pointIn(page, "streams", .6, .5)
    const path = [[from, y], [from + 30, y], [to, y]] as const
    yield* page.drag("finger", path)
    yield* shows(page, readout("streams"), /^[67]\.\d km/)
    yield* page.evaluate(Schema.Unknown, `document.querySelector("[data-measure]").click()`)
    yield* page.drag("finger", path)
    yield* shows(page, readout("streams"), /^Section 4\.\d km/)
  }))

test("a choice of the page keeps the focus and replaces the address", () =>
  Effect.gen(function* () {
    const page = yield* openedAt(run)
    const entries = yield* textAt(page, "history.length")
    yield* page.evaluate(
      Schema.Unknown,
      `[...document.querySelectorAll("#track a")].find((a) => a.textContent === "Heart rate").focus()`,
    )
    yield* page.press("Enter")
    yield* shows(page, address, "#/activity/9000?color=heart")
    yield* shows(page, focusedName, "Heart rate")
    yield* shows(page, "history.length", entries)
    yield* shows(page, `document.querySelector(".ramp").textContent`, /^Z1Z5$/)
  }))
