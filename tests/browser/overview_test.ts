/** The overview and the frame of all pages in a real browser: cursors, choices, keys, themes, paper. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { sitePage } from "../../pipeline/report/site/sitePage.ts"
import { siteActivity, siteWith } from "../report/sites.ts"
import { Browser } from "./driver/Browser.ts"
import type { BrowserPage, PageView } from "./driver/Page.ts"
import { axe, faint, illegible, tooWide } from "./judge.ts"
import { openSite, sevenYears } from "./pages.ts"
import { inBrowser, pageOf } from "./testing.ts"

const opened = (address = "", view: PageView = {}) => openSite(sevenYears(), address, view)

const textAt = (page: BrowserPage, expression: string) =>
  page.evaluate(Schema.String, `String(${expression})`)

const run = (page: BrowserPage, expression: string) => page.evaluate(Schema.Unknown, expression)

/** Waits until an expression is true; panels are drawn when they come near the screen. */
const until = (page: BrowserPage, expression: string) =>
  run(
    page,
    `new Promise((done, fail) => {
    let frames = 0
    const check = () => ${expression} ? done() : frames++ < 3_000
      ? requestAnimationFrame(check)
      : fail(new Error(${JSON.stringify("not true: ")} + ${JSON.stringify(expression)}))
    check()
  })`,
  )

const line = (id: string) => `document.getElementById("${id}-q").textContent`
const focused = `document.activeElement.id`
const charts = ["years", "weeks", "cal", "when", "fit", "edd"]

const focusOn = Effect.fnUntraced(function* (page: BrowserPage, id: string) {
  yield* run(page, `document.getElementById("${id}").scrollIntoView({ block: "center" })`)
  yield* until(page, `document.getElementById("${id}-c").getAttribute("role") === "slider"`)
  yield* run(page, `document.getElementById("${id}-c").focus()`)
})

inBrowser(
  "charts are read out by keyboard in the line under the title, and Esc ends it",
  () =>
    Effect.gen(function* () {
      const page = yield* opened()
      for (const id of ["years", "weeks", "cal", "when", "edd"]) {
        yield* focusOn(page, id)
        const rest = yield* textAt(page, line(id))
        yield* page.press("ArrowRight")
        const first = yield* textAt(page, line(id))
        assert.notEqual(first, rest, id)
        yield* page.press("Home")
        yield* page.press("ArrowRight")
        assert.notEqual(yield* textAt(page, line(id)), first, id)
        assert.equal(
          yield* textAt(page, `document.activeElement.getAttribute("aria-valuetext")`),
          yield* textAt(page, line(id)),
        )
        yield* page.press("Escape")
        assert.equal(yield* textAt(page, line(id)), rest, id)
      }
      const { complaints } = yield* page.activity
      assert.deepEqual(complaints, [])
    }),
)

inBrowser(
  "a pointer and a finger read a chart out, and Enter opens what it shows",
  () =>
    Effect.gen(function* () {
      const page = yield* opened()
      yield* focusOn(page, "weeks")
      const [x, y] = yield* page.evaluate(
        Schema.Tuple([Schema.Finite, Schema.Finite]),
        `(({ left, top, width, height }) => [left + width * .9, top + height / 2])(
        document.getElementById("weeks-c").getBoundingClientRect())`,
      )
      const rest = yield* textAt(page, line("weeks"))
      yield* page.moveMouse(x, y)
      assert.match(yield* textAt(page, line("weeks")), /2026: \d+:\d\d h · \d+ activities/)
      yield* run(page, "document.activeElement.blur()")
      yield* page.moveMouse(0, 0)
      assert.equal(yield* textAt(page, line("weeks")), rest)
      yield* page.drag("finger", [[x, y], [x - 30, y]])
      const touched = yield* textAt(page, line("weeks"))
      assert.match(touched, /2026: /)
      yield* focusOn(page, "weeks")
      yield* page.press("Home")
      yield* page.press("Enter")
      assert.match(
        yield* textAt(page, "location.hash"),
        /^#\/activities\?from=2025-12-01&to=2025-12-07/,
      )
    }),
)

inBrowser(
  "a choice changes the address without a new entry, and keeps the focus",
  () =>
    Effect.gen(function* () {
      const page = yield* opened()
      const entries = yield* textAt(page, "history.length")
      yield* run(page, `document.querySelector('a[href="#/?sport=swim"]').focus()`)
      yield* page.press("Enter")
      yield* until(page, `document.querySelector('[href="#/?sport=swim"][aria-current]') !== null`)
      assert.equal(yield* textAt(page, "location.hash"), "#/?sport=swim")
      assert.equal(yield* textAt(page, "history.length"), entries)
      assert.match(yield* textAt(page, "document.activeElement.textContent"), /^Swim/)
      yield* run(page, `document.querySelector('#years a[href$="by=c"]').focus()`)
      yield* page.press("Enter")
      yield* until(page, `${line("years")}.startsWith("Climb")`)
      assert.equal(yield* textAt(page, "location.hash"), "#/?sport=swim&by=c")
      assert.equal(
        yield* textAt(page, `document.getElementById("live").textContent`),
        yield* textAt(page, `document.querySelector("h1").textContent`),
      )
    }),
)

inBrowser("u changes the units, which are kept; digits open pages", () =>
  Effect.gen(function* () {
    const page = yield* opened()
    yield* page.press("u")
    yield* until(page, `${line("years")}.endsWith("in mi")`)
    const pressed = `document.querySelector("[data-units][aria-pressed=true]").dataset.units`
    assert.equal(yield* textAt(page, pressed), "imperial")
    yield* page.press("4")
    yield* until(page, `document.querySelector("h1").textContent === "Gear"`)
    assert.match(yield* textAt(page, "document.body.innerText"), / mi\b/)
    yield* page.press("/")
    yield* until(page, `${focused} === "list-q"`)
    assert.equal(yield* textAt(page, "location.hash"), "#/activities")
  }))

inBrowser("keys that are single letters can be turned off", () =>
  Effect.gen(function* () {
    const page = yield* opened()
    yield* page.press("?")
    assert.equal(yield* textAt(page, `document.getElementById("keys").open`), "true")
    assert.deepEqual(yield* axe(page), [])
    yield* run(page, `document.querySelector("#keys input").click()`)
    yield* page.press("Escape")
    yield* page.press("u")
    yield* page.press("3")
    yield* page.press("?")
    assert.equal(yield* textAt(page, "location.hash"), "#/")
    assert.match(yield* textAt(page, line("years")), /in km$/)
    yield* run(page, `document.getElementById("keys-open").click()`)
    assert.equal(yield* textAt(page, `document.querySelector("#keys input").checked`), "false")
    yield* run(page, `document.querySelector("#keys input").click()`)
    yield* run(page, `document.getElementById("keys-close").click()`)
    yield* page.press("u")
    yield* until(page, `${line("years")}.endsWith("in mi")`)
  }))

inBrowser(
  "the theme is that of the system, unless the reader chooses; paper is light",
  () =>
    Effect.gen(function* () {
      const page = yield* opened("", { scheme: "dark" })
      const background = `getComputedStyle(document.body).backgroundColor`
      const [light, dark] = ["rgb(250, 249, 247)", "rgb(15, 17, 20)"]
      assert.equal(yield* textAt(page, background), dark)
      yield* page.emulate({ scheme: "light" })
      assert.equal(yield* textAt(page, background), light)
      const choose = run(page, `document.getElementById("theme").click()`)
      yield* choose
      yield* page.emulate({ scheme: "dark" })
      assert.equal(yield* textAt(page, background), light)
      yield* choose
      yield* page.emulate({ scheme: "light" })
      assert.equal(yield* textAt(page, background), dark)
      assert.equal(
        yield* textAt(page, `document.getElementById("theme").getAttribute("aria-label")`),
        "Theme: dark",
      )
      yield* page.emulate({ media: "print" })
      assert.equal(
        yield* textAt(page, `getComputedStyle(document.querySelector("h1")).color`),
        "rgb(21, 23, 28)",
      )
    }),
)

inBrowser(
  "charts have the width of their box, and keep the focus when it changes",
  () =>
    Effect.gen(function* () {
      const page = yield* opened()
      yield* focusOn(page, "years")
      for (const width of [390, 1280, 700]) {
        yield* page.emulate({ width })
        yield* until(
          page,
          `document.querySelector("#years-c svg").getAttribute("width") ===
          String(Math.floor(document.getElementById("years-c").getBoundingClientRect().width))`,
        )
        assert.equal(yield* textAt(page, focused), "years-c")
      }
    }),
)

inBrowser("everything is drawn on paper", () =>
  Effect.gen(function* () {
    const page = yield* opened()
    const drawn = `["${charts.join('","')}"].filter((id) =>
      document.getElementById(id + "-c").getAttribute("role") === "slider").join()`
    assert.notEqual(yield* textAt(page, drawn), charts.join())
    yield* page.pdf
    assert.equal(yield* textAt(page, drawn), charts.join())
  }))

inBrowser(
  "the overview is legible, fits from 1280 to 390 pixels, and axe finds no fault",
  () =>
    Effect.gen(function* () {
      const page = yield* opened("", { height: 8_000 })
      for (const width of [1280, 901, 900, 761, 760, 641, 640, 390]) {
        yield* page.emulate({ width })
        yield* until(page, `document.querySelector("#map-c svg") !== null`)
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
    }),
)

inBrowser(
  "without its program, the page has the overview with open tables, and no dead link",
  () =>
    Effect.gen(function* () {
      const html = sitePage({ site: sevenYears(), tracks: new Map(), blocks: new Map() })
      const url = yield* pageOf(html.replaceAll(/<script[^]*?<\/script>/g, ""))
      const page = yield* (yield* Browser).open(url)
      const { dead, hidden, tables } = yield* page.evaluate(
        Schema.Struct({
          dead: Schema.Array(Schema.String),
          hidden: Schema.Array(Schema.String),
          tables: Schema.Int,
        }),
        `({
        dead: [...document.querySelectorAll('a[href^="#/"]')]
          .filter((link) => link.checkVisibility() &&
            getComputedStyle(link).pointerEvents !== "none").map(({ textContent }) => textContent),
        hidden: ["nav", "tools", "keys-open"].filter((id) =>
          document.getElementById(id).checkVisibility()),
        tables: [...document.querySelectorAll("details table")]
          .filter((table) => table.checkVisibility()).length,
      })`,
      )
      assert.deepEqual({ dead, hidden }, { dead: [], hidden: [] })
      assert.ok(tables >= 6)
      assert.match(yield* textAt(page, "document.body.innerText"), /Years side by side[^]*Records/)
      assert.match(html, /<noscript><p class="nojs">JavaScript is off/)
      assert.deepEqual(yield* tooWide(page, 390), [])
    }),
)

for (
  const [name, activities] of [
    ["one activity", [siteActivity("2026-11-20")]],
    ["no activity", []],
    ["no heart rate, track or distance", [
      siteActivity("2026-11-20", { group: "other", meters: 0, climb: 0 }),
      siteActivity("2024-11-20", { group: "other", meters: 0, climb: 0 }),
    ]],
  ] as const
) {
  inBrowser(
    `an overview of ${name} is legible, and axe finds no fault`,
    () =>
      Effect.gen(function* () {
        const site = siteWith([...activities], {
          maps: false,
          ledger: { ...siteWith([]).ledger, none: activities.length > 0 ? undefined : "None yet." },
        })
        const page = yield* openSite(site, "", { height: 4_000 })
        for (const width of [1280, 390]) {
          assert.deepEqual(yield* tooWide(page, width), [])
          assert.deepEqual(yield* illegible(page, width), [])
          assert.deepEqual(yield* axe(page), [])
        }
        const { complaints } = yield* page.activity
        assert.deepEqual(complaints, [])
      }),
  )
}
