/** The report in a real browser: complete, offline, legible, and usable by keyboard and screen reader. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { Browser } from "./driver/Browser.ts"
import { whenReady } from "./pages.ts"
import { axe, faint, illegible, tooWide } from "./judge.ts"
import { Reports } from "./reports.ts"
import { inBrowserWith } from "./testing.ts"

const test = inBrowserWith(Reports.layer)

const opened = Effect.fnUntraced(function* (name: "many" | "one" | "withoutMaps") {
  const { [name]: report } = yield* Reports
  const page = yield* (yield* Browser).open(report.url)
  yield* page.evaluate(Schema.Unknown, whenReady)
  return { ...report, page }
})

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
        shown: document.body.innerText,
      })`,
    )
    assert.equal(hacked, false)
    assert.deepEqual(elements, [])
    assert.deepEqual(active, [])
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
    // Panels are drawn for a new width when they come near the screen.
    yield* page.emulate({ height: 8_000 })
    for (const width of [1280, 1001, 1000, 841, 840, 720, 641, 640, 390]) {
      assert.deepEqual(yield* tooWide(page, width), [], `${width} pixels`)
      assert.deepEqual(yield* illegible(page, width), [], `${width} pixels`)
    }
  }))

test("axe finds no fault", () =>
  Effect.gen(function* () {
    const { page } = yield* opened("many")
    assert.deepEqual(yield* axe(page), [])
  }))
