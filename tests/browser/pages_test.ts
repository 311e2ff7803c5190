/** The pages of a year, of gear and of the data in a real browser: on screens, and a year on paper. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { siteActivity, siteShoes, siteWith } from "../report/sites.ts"
import type { BrowserPage } from "./driver/Page.ts"
import { axe, faint, illegible, tooWide } from "./judge.ts"
import { activitiesByYear, openSite, sevenYears } from "./pages.ts"
import { hostile } from "./reports.ts"
import { inBrowser } from "./testing.ts"

const site = sevenYears()
const addresses = ["year/2023", "gear", "data"] as const
const tall = { height: 3_000 } as const

const openTables = `document.querySelectorAll("details").forEach((each) => each.open = true)`

for (const address of addresses) {
  inBrowser(
    `#/${address}: axe finds no fault, and every text has enough contrast, light and dark`,
    () =>
      Effect.gen(function* () {
        const page = yield* openSite(site, address, tall)
        yield* page.evaluate(Schema.Unknown, openTables)
        assert.deepEqual(yield* axe(page), [])
        for (const scheme of ["light", "dark"] as const) {
          yield* page.emulate({ scheme })
          assert.deepEqual(yield* faint(page), [], scheme)
        }
        assert.deepEqual((yield* page.activity).complaints, [])
      }),
  )

  inBrowser(
    `#/${address}: everything fits from 1280 to 390 pixels, and is legible`,
    () =>
      Effect.gen(function* () {
        const page = yield* openSite(site, address, tall)
        for (const width of [1280, 900, 841, 720, 641, 640, 390]) {
          assert.deepEqual(yield* tooWide(page, width), [], `${width} pixels`)
          assert.deepEqual(yield* illegible(page, width), [], `${width} pixels`)
        }
      }),
  )
}

const Sheet = Schema.Struct({
  /** Pixels of the sheet, and of its contents. */
  height: Schema.Finite,
  contents: Schema.Finite,
  /** Pixels from the bottom of the routes to the footer, and from the footer to the edge. */
  aboveFooter: Schema.Finite,
  belowFooter: Schema.Finite,
  routes: Schema.Int,
  /** Pixels of the grid of routes. */
  grid: Schema.Finite,
  /** Number of drawings that are wider than the sheet. */
  wide: Schema.Int,
  /** Pixels for which the calendar was drawn, and from the months to the sports next to them. */
  drawn: Schema.Finite,
  below: Schema.Finite,
})

/** Returns the sheet of a year as it is printed from a window of some width. */
const printed = Effect.fnUntraced(function* (page: BrowserPage) {
  // The width of the window does not change when it is printed, so that nothing is drawn after that.
  yield* page.evaluate(
    Schema.Unknown,
    `Object.defineProperty(globalThis, "innerWidth", { value: innerWidth })
    dispatchEvent(new Event("beforeprint"))`,
  )
  // A4 at 96 pixels per inch.
  yield* page.emulate({ media: "print", width: 794, height: 1_123 })
  return yield* page.evaluate(
    Sheet,
    `(() => {
      const rect = (selector) => document.querySelector(selector).getBoundingClientRect()
      const sheet = document.querySelector(".sheet")
      const [edge, foot, grid] = [rect(".sheet"), rect(".sheet .ft"), rect("#routes svg")]
      return {
        height: sheet.clientHeight,
        contents: sheet.scrollHeight,
        aboveFooter: foot.top - grid.bottom,
        belowFooter: edge.bottom - foot.bottom,
        routes: document.querySelectorAll("#routes .route").length,
        grid: grid.height,
        wide: [...document.querySelectorAll(".sheet svg")].filter((each) =>
          each.getBoundingClientRect().right > edge.right).length,
        drawn: document.querySelector("#days svg").viewBox.baseVal.width,
        below: rect("#sports").top - rect("#months").top,
      }
    })()`,
  )
})

for (const width of [1_280, 390]) {
  inBrowser(
    `each year fits one page of A4, printed from a window of ${width} pixels`,
    () =>
      Effect.gen(function* () {
        for (const [year, count] of activitiesByYear) {
          const page = yield* openSite(site, `year/${year}`, { width, height: 900 })
          const sheet = yield* printed(page)
          const name = `${year}: ${JSON.stringify(sheet)}`
          assert.ok(sheet.height <= 1_123 && sheet.height > 1_100, name)
          assert.ok(sheet.contents <= sheet.height, name)
          assert.ok(sheet.aboveFooter >= 0 && sheet.belowFooter >= 20, name)
          assert.ok(sheet.routes === count && sheet.wide === 0, name)
          assert.ok(sheet.grid >= (count > 90 ? 150 : 20), name)
          assert.ok(sheet.drawn === 688 && sheet.below === 0, name)
        }
      }),
  )
}

inBrowser("routes shrink on paper if other letters need more room", () =>
  Effect.gen(function* () {
    const page = yield* openSite(site, "year/2024")
    yield* page.evaluate(
      Schema.Unknown,
      `addEventListener("beforeprint", () => {
        for (const each of document.querySelectorAll(".sheet tr")) each.style.height = "40px"
      })`,
    )
    const sheet = yield* printed(page)
    const text = JSON.stringify(sheet)
    assert.ok(sheet.contents <= sheet.height && sheet.aboveFooter >= 0, text)
    assert.ok(sheet.grid > 50 && sheet.grid < 200, text)
  }))

inBrowser("the printed file of a year has one page", () =>
  Effect.gen(function* () {
    const page = yield* openSite(site, "year/2025")
    yield* page.emulate({ media: "print" })
    const text = new TextDecoder("latin1").decode(yield* page.pdf)
    assert.equal(text.match(/\/Type\s*\/Page\b/g)?.length, 1)
  }))

const Readout = Schema.Struct({ line: Schema.String, value: Schema.String, address: Schema.String })

/** Returns the line of a panel, the text of its slider, and the address of the page. */
const readout = (page: BrowserPage, panel: string) =>
  page.evaluate(
    Readout,
    `({
      line: document.getElementById("${panel}-q").textContent,
      value: document.querySelector("#${panel} [role=slider]").getAttribute("aria-valuetext") ?? "",
      address: location.hash,
    })`,
  )

const focus = (page: BrowserPage, panel: string) =>
  page.evaluate(
    Schema.Unknown,
    `document.querySelector("#${panel} [role=slider]").focus(); undefined`,
  )

inBrowser(
  "the keyboard reads out the days of a year and opens one, and Escape restores the line",
  () =>
    Effect.gen(function* () {
      const page = yield* openSite(site, "year/2021", tall)
      const rest = (yield* readout(page, "days")).line
      yield* focus(page, "days")
      yield* page.press("Home")
      const { line, value } = yield* readout(page, "days")
      assert.match(line, /^Fri 1 Jan 2021: 1:00 h/)
      assert.equal(value, line)
      yield* page.press("Escape")
      assert.equal((yield* readout(page, "days")).line, rest)
      yield* page.press("Home")
      yield* page.press("Enter")
      assert.equal(
        yield* page.evaluate(Schema.String, "location.hash"),
        "#/activity/202100000",
      )
    }),
)

inBrowser(
  "gear is read out by month and item, and Enter opens the list of its activities",
  () =>
    Effect.gen(function* () {
      const page = yield* openSite(site, "gear", tall)
      yield* focus(page, "shoes")
      yield* page.press("End")
      assert.match((yield* readout(page, "shoes")).line, /November 2026: [\d.]+ km/)
      yield* page.press("ArrowLeft")
      assert.match((yield* readout(page, "shoes")).line, /October 2026: /)
      yield* page.press("Enter")
      assert.equal(
        yield* page.evaluate(Schema.String, "location.hash"),
        "#/activities?gear=g1",
      )
    }),
)

inBrowser(
  "names that would run or load something are text in pages and readouts, and short",
  () =>
    Effect.gen(function* () {
      const named = siteWith(
        hostile.map((name, i) => siteActivity(`2026-01-0${i + 1}`, { name, gear: `g${i}` })),
        {
          athlete: hostile[0]!,
          gear: hostile.map((name, i) => siteShoes(`g${i}`, { name, brand: name })),
        },
      )
      for (const [address, panel] of [["year", "days"], ["gear", "shoes"]] as const) {
        const page = yield* openSite(named, address, tall)
        yield* focus(page, panel)
        yield* page.press("Home")
        for (let i = 0; i < hostile.length; i++) {
          yield* page.press("ArrowDown")
          const { line } = yield* readout(page, panel)
          assert.ok(line.length < 120, line)
        }
        assert.equal(yield* page.evaluate(Schema.Boolean, `"hacked" in globalThis`), false)
        assert.deepEqual(
          yield* page.evaluate(
            Schema.Array(Schema.String),
            `[...document.querySelectorAll("main :is(img,iframe,script)")].map((each) => each.outerHTML)`,
          ),
          [],
        )
        assert.deepEqual(yield* tooWide(page, 390), [])
        const { complaints, requests } = yield* page.activity
        assert.deepEqual([complaints, requests.length], [[], 1])
      }
    }),
)

inBrowser(
  "without activities, the three pages say so, and have no fault",
  () =>
    Effect.gen(function* () {
      const none = "Strava lists no activities in this account yet."
      const empty = siteWith([], { ledger: { ...site.ledger, none } })
      for (const address of ["year", "gear", "data"]) {
        const page = yield* openSite(empty, address)
        const text = yield* page.evaluate(
          Schema.String,
          `document.getElementById("main").innerText`,
        )
        assert.ok(text.includes(none), `${address}: ${text}`)
        assert.doesNotMatch(text, /NaN|undefined|Infinity/)
        assert.deepEqual(yield* axe(page), [])
        assert.deepEqual(yield* tooWide(page, 390), [])
      }
    }),
)
