/** The checks of a page find its faults, and accept a page without faults. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Browser } from "./driver/Browser.ts"
import { axe, faint, illegible, texts, tooWide } from "./judge.ts"
import { inBrowser, pageOf } from "./testing.ts"

const opened = Effect.fnUntraced(function* (body: string, style = "") {
  const browser = yield* Browser
  return yield* browser.open(
    yield* pageOf(
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>
      <meta http-equiv="Content-Security-Policy"
        content="default-src 'none'; style-src 'unsafe-inline'">
      <style>body { background: #fff; color: #000; font: 16px sans-serif } ${style}</style>
      <body><main>${body}</main></body></html>`,
    ),
  )
})

inBrowser(
  "texts with low contrast are found, in HTML and in SVG",
  () =>
    Effect.gen(function* () {
      const page = yield* opened(
        `<h1>Clear</h1>
      <p class="grey">Grey on white</p>
      <p class="half">Half seen</p>
      <p class="night">Night</p>
      <div class="night"><p>Grey on night</p></div>
      <p class="large grey">Large grey</p>
      <p hidden>Hidden</p>
      <details><summary>More</summary><p class="grey">Closed</p></details>
      <svg width="300" height="100" role="img" aria-label="Drawing">
        <rect width="150" height="100" fill="#003"/>
        <text x="10" y="20" fill="#777">Grey on blue</text>
        <text x="10" y="50" fill="#fff">White on blue</text>
        <text x="160" y="20" fill="#fff">White on white</text>
        <text x="160" y="50" fill="#fff" stroke="#000" stroke-width="4"
          paint-order="stroke">With a halo</text>
        <text x="160" y="80" fill="#000" opacity=".3" pointer-events="none">Opaque</text>
      </svg>`,
        `.grey { color: #808080 } .half { opacity: .5 } .night { background: #222; color: #eee }
      .night p { color: #666 } .large { font-size: 30px }`,
      )
      const expected = ["Grey on white", "Half seen", "Grey on night", "Grey on blue"]
      const names = (yield* faint(page)).map((line) => line.replace(/^[\d.]+: /, ""))
      assert.deepEqual(names, [...expected, "White on white", "Opaque"])
      const all = yield* texts(page)
      const ratioOf = (name: string) => all.find(({ text }) => text === name)?.ratio.toFixed(2)
      assert.equal(ratioOf("Clear"), "21.00")
      assert.equal(ratioOf("Grey on white"), "3.95")
      assert.equal(ratioOf("Half seen"), "3.98")
      assert.equal(ratioOf("Closed"), undefined)
    }),
)

inBrowser("elements that do not fit a narrow screen are found", () =>
  Effect.gen(function* () {
    const page = yield* opened(
      `<p>Fits</p><div class="scroll"><div class="wide">Scrolls</div></div>`,
      ".wide { width: 800px } .scroll { overflow-x: auto }",
    )
    assert.deepEqual(yield* tooWide(page, 390), [])
    const wide = yield* opened(`<div id="big">Too wide</div>`, "#big { width: 800px }")
    assert.deepEqual(yield* tooWide(wide, 1280), [])
    assert.deepEqual(yield* tooWide(wide, 390), ["808 pixels", "DIV#big.null"])
  }))

inBrowser(
  "the accessibility linter runs under a strict policy, and finds faults",
  () =>
    Effect.gen(function* () {
      const good = yield* opened("<h1>In order</h1><p>Text</p>")
      assert.deepEqual(yield* axe(good), [])
      const bad = yield* opened(`<h1>Bad</h1><svg role="img" width="9" height="9"></svg>`)
      const [found, ...others] = yield* axe(bad)
      assert.match(found ?? "", /^svg-img-alt: .*\(svg\)$/)
      assert.deepEqual(others, [])
      assert.deepEqual((yield* bad.activity).complaints, [], "the linter itself causes none")
    }),
)

inBrowser(
  "illegible texts of charts are found: small, cut off, overlapping",
  () =>
    Effect.gen(function* () {
      const page = yield* opened(
        `<section id="panel"><svg viewBox="0 0 800 200">
        <g><text x="10" y="20">10</text><text x="10" y="60">20</text><text x="10" y="100">30</text></g>
        <g><text x="300" y="20">Jun</text><text x="310" y="20">Jul</text></g>
        <g><text x="500" y="20">1.0</text><text x="500" y="60">1.0</text></g>
        <g><text x="600" y="20">J</text><text x="650" y="20">J</text></g>
        <text x="780" y="150">far away</text>
      </svg></section>`,
        "#panel { width: 100%; max-width: 800px } svg { width: 100%; font-size: 16px }",
      )
      assert.deepEqual(yield* illegible(page, 1280), [
        'panel: "Jul" lies over "Jun"',
        'panel: "far away" is cut off',
        'panel: "1.0" stands twice along an axis',
      ])
      const narrow = yield* illegible(page, 390)
      assert.ok(narrow.includes('panel: "10" has 7.5 pixels'), narrow.join("\n"))
    }),
)
