/** The browser that judges the report notices what it has to: each fault here is one a page could have. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { Browser } from "../../tools/browser/Browser.ts"
import type { Page, View } from "../../tools/browser/Page.ts"
import { decode, encode } from "../../tools/png.ts"
import { inBrowser, pageOf } from "./testing.ts"

const test = inBrowser

const document = (body: string, head = "") =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>${head}${body}</html>`

const strict = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`

const opened = Effect.fnUntraced(function* (html: string, view?: View) {
  const browser = yield* Browser
  return yield* browser.open(yield* pageOf(html), view)
})

const seenOf = (html: string) => Effect.flatMap(opened(html), (page) => page.seen)

const isComplaint = (html: string, pattern: RegExp) =>
  Effect.map(seenOf(html), ({ complaints }) => {
    assert.ok(
      complaints.some((complaint) => pattern.test(complaint)),
      `${html}\nbrought these complaints only: ${complaints.join("\n")}`,
    )
  })

test("a page in order brings no complaint, and asks for nothing but itself", () =>
  Effect.gen(function* () {
    const { complaints, requests } = yield* seenOf(document("<h1>In order</h1>", strict))
    assert.deepEqual(complaints, [])
    assert.equal(requests.length, 1)
    assert.match(requests[0]!, /^file:.*page\.html$/)
  }))

test("errors and warnings on the console are noticed, also late ones; words alone are not", () =>
  Effect.gen(function* () {
    const { complaints } = yield* seenOf(document(`<script>
      console.log("fine")
      console.error("broken")
      addEventListener("load", () => setTimeout(() => console.warn("late")))
    </script>`))
    assert.deepEqual(complaints, ["console error: broken", "console warning: late"])
  }))

test("exceptions and rejected promises are noticed", () =>
  Effect.gen(function* () {
    yield* isComplaint(document("<script>undefined.x</script>"), /^exception: TypeError/)
    yield* isComplaint(document("<script>Promise.reject(Error('no'))</script>"), /^exception:.*no/)
  }))

test("requests are noticed: pictures, fetches, styles, frames, sockets", () =>
  Effect.gen(function* () {
    const { requests } = yield* seenOf(document(`
      <img src="http://127.0.0.1:9/img" alt="">
      <link rel="stylesheet" href="http://127.0.0.1:9/link">
      <iframe src="http://127.0.0.1:9/iframe"></iframe>
      <svg><image href="http://127.0.0.1:9/image"/></svg>
      <h1 style="background: url(http://127.0.0.1:9/style)">Asks</h1>
      <script>
        fetch("http://127.0.0.1:9/fetch").catch(() => {})
        navigator.sendBeacon("http://127.0.0.1:9/beacon")
        new WebSocket("ws://127.0.0.1:9/socket")
      </script>
    `))
    assert.deepEqual(
      requests.slice(1).map((url) => url.replace(/^.*:9\//, "")).toSorted(),
      ["beacon", "fetch", "iframe", "image", "img", "link", "socket", "style"],
    )
  }))

test("what a policy forbids is noticed: scripts, styles, pictures", () =>
  Effect.gen(function* () {
    const { complaints, requests } = yield* seenOf(document(
      `<script>globalThis.ran = true</script>
      <style>h1 { color: red }</style>
      <h1 style="color: red">Red</h1>
      <img src="http://127.0.0.1:9/asked" alt="">`,
      strict,
    ))
    const issues = complaints.filter((complaint) =>
      complaint.includes("ContentSecurityPolicyIssue")
    )
    for (const directive of ["script-src-elem", "style-src-elem", "style-src-attr", "img-src"]) {
      assert.ok(issues.some((issue) => issue.includes(`"${directive}"`)), `${directive}: ${issues}`)
    }
    assert.equal(requests.length, 2, "a request that the policy stops still counts")
  }))

test("dialogs, workers and a page without a document type are noticed", () =>
  Effect.gen(function* () {
    yield* isComplaint(document("<script>alert('me')</script>"), /^dialog: alert me$/)
    yield* isComplaint(
      document("<script>new Worker('data:text/javascript,1')</script>"),
      /^target: worker/,
    )
    yield* isComplaint("<h1>Old</h1>", /QuirksModeIssue/)
  }))

const Style = Schema.Struct({ width: Schema.Finite, colour: Schema.String, shown: Schema.Boolean })

test("a page is seen dark and light, narrow and wide, on the screen and in print", () =>
  Effect.gen(function* () {
    const page = yield* opened(document(
      "<h1>Seen</h1>",
      `<style>
        h1 { color: rgb(1, 1, 1) }
        @media (prefers-color-scheme: dark) { h1 { color: rgb(2, 2, 2) } }
        @media print { h1 { display: none } }
      </style>`,
    ))
    const style = page.evaluate(
      Style,
      `({
        width: innerWidth,
        colour: getComputedStyle(document.querySelector("h1")).color,
        shown: document.querySelector("h1").checkVisibility(),
      })`,
    )
    assert.deepEqual(yield* style, { width: 1280, colour: "rgb(1, 1, 1)", shown: true })
    yield* page.look({ width: 390, scheme: "dark" })
    assert.deepEqual(yield* style, { width: 390, colour: "rgb(2, 2, 2)", shown: true })
    yield* page.look({ media: "print" })
    assert.equal((yield* style).shown, false)
  }))

test("keys and the pointer reach the page", () =>
  Effect.gen(function* () {
    const page = yield* opened(document(`
      <button id="first">First</button> <button id="second">Second</button>
      <script>
        globalThis.log = []
        for (const type of ["click", "keydown", "pointermove"])
          addEventListener(type, (event) => log.push(event.type + " " + (event.key ?? event.target.id)))
      </script>
    `))
    yield* page.press("Tab", 2)
    yield* page.press("Enter")
    yield* page.press("BackTab")
    const box = yield* page.evaluate(
      Schema.Struct({ x: Schema.Finite, y: Schema.Finite }),
      `document.querySelector("#second").getBoundingClientRect().toJSON()`,
    )
    yield* page.pointAt(box.x + 5, box.y + 5)
    const { active, log } = yield* page.evaluate(
      Schema.Struct({ active: Schema.String, log: Schema.Array(Schema.String) }),
      "({ active: document.activeElement.id, log })",
    )
    assert.equal(active, "first")
    assert.deepEqual(log.filter((line) => line !== "pointermove "), [
      "keydown Tab",
      "keydown Tab",
      "keydown Enter",
      "click second",
      "keydown Tab",
      "pointermove second",
    ])
  }))

/** Width and height of a PNG. */
const sizeOf = (png: Uint8Array) => {
  const view = new DataView(png.buffer, png.byteOffset)
  return { width: view.getUint32(16), height: view.getUint32(20) }
}

test("a page is drawn, printed and read out", () =>
  Effect.gen(function* () {
    const page = yield* opened(
      document(`<h1>Read me</h1><p aria-hidden="true">Not me</p>`),
      { width: 600, height: 300, scale: 2 },
    )
    assert.deepEqual(sizeOf(yield* page.screenshot()), { width: 1200, height: 600 })
    const box = { x: 0, y: 0, width: 100, height: 50 }
    assert.deepEqual(sizeOf(yield* page.screenshot(box)), { width: 200, height: 100 })
    const pdf = new TextDecoder("latin1").decode(yield* page.pdf)
    assert.match(pdf, /^%PDF-/)
    assert.match(pdf, /\/Title \(Read me\)/)
    const named = (yield* page.accessible).map(({ name, role }) => `${role?.value} ${name?.value}`)
    assert.ok(named.includes("heading Read me"), named.join("\n"))
    assert.ok(!named.some((name) => name.includes("Not me")))
  }))

const Pixels = Schema.Array(Schema.Int)

/** Red, green and blue of every pixel as the browser itself reads the file. */
const pixelsOf = (page: Page, png: Uint8Array) =>
  page.evaluate(
    Pixels,
    `(async () => {
      const image = new Image()
      image.src = "data:image/png;base64,${png.toBase64()}"
      await image.decode()
      const { naturalWidth: width, naturalHeight: height } = image
      const canvas = new OffscreenCanvas(width, height).getContext("2d")
      canvas.drawImage(image, 0, 0)
      return [...canvas.getImageData(0, 0, width, height).data].filter((_, i) => i % 4 < 3)
    })()`,
  )

test("a picture made smaller is the same to the eye, and the same file every time", () =>
  Effect.gen(function* () {
    const page = yield* opened(document(
      `<h1>Drawn</h1><div></div>`,
      `<style>
        body { margin: 0; background: #fdf6e3 }
        div { height: 60px; background: linear-gradient(90deg, #123, #e41, #0c8) }
      </style>`,
    ))
    const png = yield* page.screenshot({ x: 0, y: 0, width: 120, height: 100 })
    const picture = decode(png)
    const before = yield* pixelsOf(page, png)
    assert.deepEqual(
      [...picture.pixels].flatMap((pixel) => [pixel >> 16, pixel >> 8 & 255, pixel & 255]),
      before,
    )
    assert.ok(new Set(picture.pixels).size > 150)
    const after = yield* pixelsOf(page, encode(picture, 64))
    const apart = before.map((value, i) => Math.abs(value - after[i]!))
    assert.ok(apart.reduce((sum, value) => sum + value, 0) / apart.length < 2)
    assert.ok(Math.max(...apart) < 24, `${Math.max(...apart)}`)
    assert.deepEqual(after.slice(0, 3), [0xfd, 0xf6, 0xe3], "what is common stays as it is")
    assert.deepEqual(encode(picture, 64), encode(decode(png), 64))
  }))

test("an error in what a test asks for is the test's, not the page's", () =>
  Effect.gen(function* () {
    const page = yield* opened(document("<h1>Asked</h1>"))
    const error = yield* Effect.flip(page.evaluate(Schema.Unknown, "nothing.here"))
    assert.match(error.message, /^Cannot evaluate: ReferenceError: nothing is not defined/)
    assert.deepEqual((yield* page.seen).complaints, [])
  }))
