/** The driver detects every fault of a page, and every request. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { Browser } from "./driver/Browser.ts"
import type { BrowserPage, PageView } from "./driver/Page.ts"
import { inBrowser, pageOf } from "./testing.ts"

const document = (body: string, head = "") =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>${head}${body}</html>`

const strict = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`

const opened = Effect.fnUntraced(function* (html: string, view?: PageView) {
  const browser = yield* Browser
  return yield* browser.open(yield* pageOf(html), view)
})

const activityOf = (html: string) => Effect.flatMap(opened(html), (page) => page.activity)

const isComplaint = (html: string, pattern: RegExp) =>
  Effect.map(activityOf(html), ({ complaints }) => {
    assert.ok(
      complaints.some((complaint) => pattern.test(complaint)),
      `${html}\ncaused only these complaints: ${complaints.join("\n")}`,
    )
  })

inBrowser(
  "a correct page causes no complaint, and requests only itself",
  () =>
    Effect.gen(function* () {
      const { complaints, requests } = yield* activityOf(document("<h1>In order</h1>", strict))
      assert.deepEqual(complaints, [])
      assert.equal(requests.length, 1)
      assert.match(requests[0]!, /^file:.*page\.html$/)
    }),
)

inBrowser(
  "errors and warnings on the console are detected, also late ones; messages are ignored",
  () =>
    Effect.gen(function* () {
      const { complaints } = yield* activityOf(document(`<script>
      console.log("fine")
      console.error("broken")
      addEventListener("load", () => setTimeout(() => console.warn("late")))
    </script>`))
      assert.deepEqual(complaints, ["console error: broken", "console warn: late"])
    }),
)

inBrowser("exceptions and rejected promises are noticed", () =>
  Effect.gen(function* () {
    yield* isComplaint(document("<script>undefined.x</script>"), /^exception: TypeError/)
    yield* isComplaint(document("<script>Promise.reject(Error('no'))</script>"), /^exception:.*no/)
  }))

inBrowser(
  "requests are detected: images, fetches, styles, frames, sockets",
  () =>
    Effect.gen(function* () {
      const { requests } = yield* activityOf(document(`
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
    }),
)

inBrowser(
  "violations of a policy are detected: scripts, styles, images",
  () =>
    Effect.gen(function* () {
      const { complaints, requests } = yield* activityOf(document(
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
        assert.ok(
          issues.some((issue) => issue.includes(`"${directive}"`)),
          `${directive}: ${issues}`,
        )
      }
      assert.equal(requests.length, 2, "a request that the policy blocks still counts")
    }),
)

inBrowser(
  "dialogs, workers, frames, windows and a missing document type are detected",
  () =>
    Effect.gen(function* () {
      yield* isComplaint(document("<script>alert('me')</script>"), /^dialog: alert me$/)
      yield* isComplaint(
        document("<script>new Worker('data:text/javascript,1')</script>"),
        /^worker: data:/,
      )
      yield* isComplaint(document("<iframe srcdoc='<p>'></iframe>"), /^frame$/)
      yield* isComplaint("<h1>Old</h1>", /QuirksModeIssue/)
      const page = yield* opened(document("<h1>Opens a window</h1>"))
      yield* page.evaluate(Schema.Unknown, "void open('about:blank')")
      assert.match((yield* page.activity).complaints.join(), /^page: about:blank$/)
    }),
)

const Style = Schema.Struct({ width: Schema.Finite, color: Schema.String, shown: Schema.Boolean })

inBrowser(
  "a page is displayed dark and light, narrow and wide, on the screen and in print",
  () =>
    Effect.gen(function* () {
      const page = yield* opened(document(
        "<h1>Seen</h1>",
        `<style>
        h1 { color: rgb(1, 1, 1) }
        @media (prefers-color-scheme: dark) { h1 { color: rgb(2, 2, 2) } }
        @media print { h1 { display: none } }
      </style>`,
      ))
      const displayed = page.evaluate(
        Style,
        `({
        width: innerWidth,
        color: getComputedStyle(document.querySelector("h1")).color,
        shown: document.querySelector("h1").checkVisibility(),
      })`,
      )
      assert.deepEqual(yield* displayed, { width: 1280, color: "rgb(1, 1, 1)", shown: true })
      yield* page.emulate({ width: 390, scheme: "dark" })
      assert.deepEqual(yield* displayed, { width: 390, color: "rgb(2, 2, 2)", shown: true })
      yield* page.emulate({ media: "print" })
      assert.equal((yield* displayed).shown, false)
    }),
)

inBrowser("keys and the mouse reach the page", () =>
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
    yield* page.press("Shift+Tab")
    const box = yield* page.evaluate(
      Schema.Struct({ x: Schema.Finite, y: Schema.Finite }),
      `document.querySelector("#second").getBoundingClientRect().toJSON()`,
    )
    yield* page.moveMouse(box.x + 5, box.y + 5)
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
      "keydown Shift",
      "keydown Tab",
      "pointermove second",
    ])
  }))

inBrowser("a page is drawn, printed and read by a screen reader", () =>
  Effect.gen(function* () {
    const page = yield* opened(
      document(`<h1>Read me</h1><p aria-hidden="true">Not me</p>`),
      { width: 600, height: 300, scale: 2 },
    )
    const { height, width } = yield* pictureIn(page, yield* page.screenshot())
    assert.deepEqual([width, height], [1200, 600])
    const pdf = new TextDecoder("latin1").decode(yield* page.pdf)
    assert.match(pdf, /^%PDF-/)
    assert.match(pdf, /\/Title \(Read me\)/)
    const nodes = (yield* page.accessibleNodes)
      .map(({ name, role }) => `${role?.value} ${name?.value}`)
    assert.ok(nodes.includes("heading Read me"), nodes.join("\n"))
    assert.ok(!nodes.some((name) => name.includes("Not me")))
  }))

const Picture = Schema.Struct({
  width: Schema.Int,
  height: Schema.Int,
  /** Red, green and blue values of each pixel, row by row. */
  colors: Schema.Array(Schema.Int),
})

/** Returns a WebP file as the browser decodes it. */
const pictureIn = (page: BrowserPage, webp: Uint8Array) =>
  page.evaluate(
    Picture,
    `(async () => {
      const image = new Image()
      image.src = "data:image/webp;base64,${webp.toBase64()}"
      await image.decode()
      const { naturalWidth: width, naturalHeight: height } = image
      const canvas = new OffscreenCanvas(width, height).getContext("2d")
      canvas.drawImage(image, 0, 0)
      const { data } = canvas.getImageData(0, 0, width, height)
      return { width, height, colors: [...data].filter((_, i) => i % 4 < 3) }
    })()`,
  )

inBrowser(
  "a picture of a part of the page has its colors, also below the window",
  () =>
    Effect.gen(function* () {
      const page = yield* opened(document(
        "<div></div>",
        `<style>
        body { margin: 0; background: #fdf6e3 }
        div { margin: 1000px 0 0 40px; width: 60px; height: 50px; background: #e04010 }
      </style>`,
      ))
      const webp = yield* page.screenshot({ x: 0, y: 1000, width: 120, height: 50 })
      const { colors, height, width } = yield* pictureIn(page, webp)
      assert.deepEqual([width, height], [120, 50])
      const near = (x: number, expected: ReadonlyArray<number>) => {
        const found = colors.slice((25 * width + x) * 3).slice(0, 3)
        const difference = Math.max(...expected.map((value, i) => Math.abs(value - found[i]!)))
        assert.ok(difference < 8, `${found} at ${x} in place of ${expected}`)
      }
      near(10, [0xfd, 0xf6, 0xe3])
      near(70, [0xe0, 0x40, 0x10])
      near(110, [0xfd, 0xf6, 0xe3])
    }),
)

inBrowser(
  "an error in an expression of a test is not a complaint about the page",
  () =>
    Effect.gen(function* () {
      const page = yield* opened(document("<h1>Evaluated</h1>"))
      const error = yield* Effect.flip(page.evaluate(Schema.Unknown, "nothing.here"))
      assert.match(error.message, /^Cannot evaluate: ReferenceError: nothing is not defined/)
      assert.deepEqual((yield* page.activity).complaints, [])
    }),
)
