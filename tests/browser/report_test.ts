/** The report in a real browser: complete, offline, legible, and usable by keyboard and screen reader. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { Browser } from "./driver/Browser.ts"
import type { BrowserPage } from "./driver/Page.ts"
import { axe, faint, illegible, tooWide } from "./judge.ts"
import { hostile, Reports } from "./reports.ts"
import { inBrowserWith } from "./testing.ts"

const test = inBrowserWith(Reports.layer)

const Panels = Schema.Array(Schema.Struct({
  id: Schema.String,
  title: Schema.String,
  height: Schema.Finite,
  /** Number of shapes and texts of each visible chart. */
  marks: Schema.Array(Schema.Int),
  tables: Schema.Int,
  rows: Schema.Int,
  /** Reason why there is no chart. */
  note: Schema.String,
}))

const panelsOf = (page: BrowserPage) =>
  page.evaluate(
    Panels,
    `[...document.querySelectorAll("section[data-panel]")].map((panel) => ({
      id: panel.id,
      title: panel.querySelector("h2").textContent,
      height: panel.checkVisibility() ? panel.getBoundingClientRect().height : 0,
      marks: [...panel.querySelectorAll("svg")].filter((chart) => chart.checkVisibility()).map(
        (chart) => [...chart.querySelectorAll("path, rect, circle, line, text")].filter((mark) => {
          const { width, height } = mark.getBoundingClientRect()
          return width + height > 0
        }).length,
      ),
      tables: panel.querySelectorAll("table").length,
      rows: panel.querySelectorAll("tbody tr").length,
      note: panel.querySelector(".not-yet")?.textContent ?? "",
    }))`,
  )

/** Ids of all panels, in order. */
const expected = [
  "totals",
  "weekly",
  "cumulative",
  "calendar",
  "heatmap",
  "zones",
  "power",
  "pace",
  "form",
  "routes",
  "streams",
  "latest",
  "data",
]

/** Panels that are tables. */
const plain = ["totals", "latest", "data"]

const opened = Effect.fnUntraced(function* (name: "many" | "one" | "withoutMaps") {
  const { [name]: report } = yield* Reports
  return { ...report, page: yield* (yield* Browser).open(report.url) }
})

test("every panel is visible and not empty", () =>
  Effect.gen(function* () {
    const { page } = yield* opened("many")
    const panels = yield* panelsOf(page)
    assert.deepEqual(panels.map(({ id }) => id), expected)
    for (const { height, id, marks, note, rows, tables, title } of panels) {
      assert.ok(title.length > 3, id)
      assert.ok(height > 100, `${id} is ${height} pixels high`)
      assert.equal(note, "", id)
      const drawn = marks.length > 0 && marks.every((marks) => marks > 8)
      assert.ok(drawn || plain.includes(id), `the charts of ${id} have ${marks} marks`)
      assert.ok(tables > 0 && rows > 0, `${id} has no table`)
    }
  }))

test("a report of one activity has every panel; a panel without a chart states the reason", () =>
  Effect.gen(function* () {
    const { page } = yield* opened("one")
    const panels = yield* panelsOf(page)
    assert.deepEqual(panels.map(({ id }) => id), expected)
    for (const { height, id, marks, note, rows } of panels) {
      assert.ok(height > 100, `${id} is ${height} pixels high`)
      assert.ok(marks.length > 0 || rows > 0 || note.length > 20, `${id} is empty`)
    }
    assert.deepEqual((yield* page.activity).complaints, [])
    assert.deepEqual(yield* illegible(page, 1280), [])
    assert.deepEqual(yield* tooWide(page, 390), [])
  }))

const openAll = `document.querySelectorAll("details").forEach((each) => each.open = true)`

test("the browser has no complaint, and the page sends no request", () =>
  Effect.gen(function* () {
    const { page, url } = yield* opened("many")
    for (const scheme of ["light", "dark"] as const) yield* page.emulate({ scheme })
    yield* page.press("Tab", 40)
    yield* page.evaluate(Schema.Unknown, openAll)
    const { complaints, requests } = yield* page.activity
    assert.deepEqual(complaints, [])
    assert.deepEqual(requests, [url])
  }))

test("names that would run or load something are displayed as text", () =>
  Effect.gen(function* () {
    const { page } = yield* opened("many")
    const { active, elements, hacked, shown } = yield* page.evaluate(
      Schema.Struct({
        hacked: Schema.Boolean,
        elements: Schema.Array(Schema.String),
        active: Schema.Array(Schema.String),
        shown: Schema.String,
      }),
      `({
        hacked: "hacked" in globalThis,
        elements: [...document.querySelectorAll("img, iframe, object, embed, base, form, link")]
          .map(({ outerHTML }) => outerHTML),
        active: [...document.querySelectorAll("*")].flatMap((each) =>
          [...each.attributes].filter(({ name, value }) =>
            /^on/.test(name) || /^\\s*(javascript|data):/i.test(value) ||
            /^(href|src|action|xlink:href)$/.test(name) && !value.startsWith("#")
          ).map(({ name }) => each.tagName + " " + name)),
        shown: document.querySelector("#latest").innerText,
      })`,
    )
    assert.equal(hacked, false)
    assert.deepEqual(elements, [])
    assert.deepEqual(active, [])
    const [script, picture] = hostile
    assert.ok(shown.includes(script!) && shown.includes(picture!.slice(0, 30)), shown)
    assert.doesNotMatch(
      shown,
      /[\u202a-\u202e\u2066-\u2069]/u,
      "no character changes the reading direction",
    )
  }))

test("every text has enough contrast, in light and dark mode, also in tables", () =>
  Effect.gen(function* () {
    const { page } = yield* opened("many")
    yield* page.evaluate(Schema.Unknown, openAll)
    for (const scheme of ["light", "dark"] as const) {
      yield* page.emulate({ scheme })
      assert.deepEqual(yield* faint(page), [], scheme)
    }
  }))

test("from 1280 to 390 pixels, everything fits and every text is legible", () =>
  Effect.gen(function* () {
    const { page } = yield* opened("many")
    for (const width of [1280, 1001, 1000, 841, 840, 720, 641, 640, 390]) {
      assert.deepEqual(yield* tooWide(page, width), [], `${width} pixels`)
      assert.deepEqual(yield* illegible(page, width), [], `${width} pixels`)
    }
  }))

test("every panel is printed", () =>
  Effect.gen(function* () {
    const { page } = yield* opened("many")
    const titles = (yield* panelsOf(page)).map(({ title }) => title)
    yield* page.emulate({ media: "print", width: 794 })
    const printed = (yield* panelsOf(page)).filter(({ height }) => height > 60)
    assert.deepEqual(printed.map(({ id }) => id), expected)
    assert.deepEqual(yield* faint(page), [])
    const pdf = new TextDecoder("latin1").decode(yield* page.pdf)
    const outline = [...pdf.matchAll(/\/Title \(((?:[^\\()]|\\.)*)\)/g)]
      .map(([, title]) => title!.replaceAll(/\\(.)/g, "$1"))
    for (const title of titles) {
      assert.ok(outline.includes(title), `${title} is not printed: ${outline.join(", ")}`)
    }
  }))

const Focus = Schema.Struct({
  tag: Schema.String,
  id: Schema.String,
  text: Schema.String,
  outlined: Schema.Boolean,
})

const focus = (page: BrowserPage) =>
  page.evaluate(
    Focus,
    `(() => {
      const { id, tagName, textContent } = document.activeElement
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement)
      return {
        tag: tagName,
        id,
        text: textContent.slice(0, 40),
        outlined: outlineStyle !== "none" && parseFloat(outlineWidth) > 0,
      }
    })()`,
  )

test("the first key press skips the list of panels", () =>
  Effect.gen(function* () {
    const { page } = yield* opened("many")
    yield* page.press("Tab")
    const skip = yield* focus(page)
    assert.deepEqual([skip.tag, skip.text, skip.outlined], ["A", "Skip to the report", true])
    yield* page.press("Enter")
    assert.equal((yield* focus(page)).id, "main")
    yield* page.press("Tab")
    const inside = yield* page.evaluate(
      Schema.Boolean,
      `document.activeElement.closest("main") !== null`,
    )
    assert.ok(inside)
  }))

const Cross = Schema.Struct({
  now: Schema.String,
  text: Schema.String,
  shown: Schema.Boolean,
  left: Schema.String,
})

const cross = (page: BrowserPage) =>
  page.evaluate(
    Cross,
    `(() => {
      const slider = [...document.querySelectorAll('[role="slider"]')]
        .find((each) => each.checkVisibility())
      const line = slider.querySelector("i")
      return {
        now: slider.getAttribute("aria-valuenow"),
        text: slider.getAttribute("aria-valuetext") ?? "",
        shown: line.checkVisibility({ visibilityProperty: true }),
        left: line.style.left,
      }
    })()`,
  )

test("the line in the streams panel is moved by keys, and follows the mouse", () =>
  Effect.gen(function* () {
    const { page } = yield* opened("many")
    const isThere = page.evaluate(
      Schema.Boolean,
      `document.activeElement.getAttribute("role") === "slider"`,
    )
    for (let i = 0; i < 60 && !(yield* isThere); i++) yield* page.press("Tab")
    assert.ok(yield* isThere, "the Tab key reaches it")
    const first = yield* cross(page)
    assert.ok(first.shown)
    yield* page.press("ArrowRight")
    const next = yield* cross(page)
    assert.equal(Number(next.now), Number(first.now) + 1)
    assert.notEqual(next.text, first.text)
    assert.notEqual(next.left, first.left)
    yield* page.press("Home")
    const start = yield* cross(page)
    assert.equal(start.now, "0")
    yield* page.press("ArrowLeft")
    assert.deepEqual(yield* cross(page), start, "the line stays at the first sample")
    yield* page.press("End")
    const end = yield* cross(page)
    assert.match(end.text, /km|\d:\d\d/)
    yield* page.press("Tab")
    assert.equal((yield* cross(page)).shown, false)

    const box = yield* page.evaluate(
      Schema.Struct({ x: Schema.Finite, y: Schema.Finite, width: Schema.Finite }),
      `(() => {
        const slider = [...document.querySelectorAll('[role="slider"]')]
          .find((each) => each.checkVisibility())
        slider.scrollIntoView({ block: "center" })
        return slider.getBoundingClientRect().toJSON()
      })()`,
    )
    yield* page.moveMouse(box.x + box.width / 2, box.y + 30)
    const middle = yield* cross(page)
    assert.ok(middle.shown)
    assert.ok(Math.abs(Number(middle.now) / Number(end.now) - .5) < .05, middle.now)
  }))

test("a key press switches the weeks from time to distance", () =>
  Effect.gen(function* () {
    const { page } = yield* opened("many")
    const charts = page.evaluate(
      Schema.Array(Schema.String),
      `[...document.querySelectorAll("#weekly svg")].filter((chart) => chart.checkVisibility())
        .map((chart) => chart.querySelector("title").textContent)`,
    )
    const before = yield* charts
    yield* page.evaluate(Schema.Unknown, `document.querySelector("#weekly input").focus()`)
    yield* page.press("ArrowRight")
    const after = yield* charts
    assert.deepEqual([before.length, after.length], [1, 1])
    assert.notEqual(after[0], before[0])
    yield* page.press("ArrowLeft")
    assert.deepEqual(yield* charts, before)
  }))

test("a screen reader gets a name of every chart, and its numbers in a table", () =>
  Effect.gen(function* () {
    const { page } = yield* opened("many")
    const nodes = yield* page.accessibleNodes
    const of = (role: string) =>
      nodes.filter((node) => node.role?.value === role).map(({ name }) => name?.value ?? "")
    const panels = yield* panelsOf(page)
    const charts = of("image")
    assert.equal(charts.length, panels.flatMap(({ marks }) => marks).length)
    assert.deepEqual(charts.filter((name) => name.length < 5), [])
    assert.equal(new Set(charts).size, charts.length, "no two charts have the same name")
    const headings = of("heading")
    for (const { title } of panels) assert.ok(headings.includes(title), title)
    assert.deepEqual(yield* axe(page), [])
  }))

/** Returns the paths of the charts in these panels. */
const shapesIn = (html: string, ids: ReadonlyArray<string>) =>
  ids.flatMap((id) => {
    const panel = new RegExp(`<section id="${id}"[^]*?</section>`).exec(html)?.[0] ?? ""
    return [...panel.matchAll(/ d="([^"]{20,})"/g)].map(([, shape]) => shape!)
  })

test("a report without maps contains no place and no shape of a route", () =>
  Effect.gen(function* () {
    const { html, page } = yield* opened("withoutMaps")
    const panels = yield* panelsOf(page)
    assert.deepEqual(panels.map(({ id }) => id), expected)
    for (const { id, marks, note } of panels) {
      if (id !== "heatmap" && id !== "routes") continue
      assert.deepEqual(marks, [], id)
      assert.match(note, /Maps are left out/, id)
    }
    const shapes = shapesIn((yield* Reports).many.html, ["heatmap", "routes"])
    assert.ok(shapes.length > 40, "the report with maps has routes")
    assert.deepEqual(shapes.filter((shape) => html.includes(shape)), [])
    assert.deepEqual((yield* page.activity).complaints, [])
  }))
