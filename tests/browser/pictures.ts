/**
 * Makes the pictures of the demo's report in docs/images, in the browser of the tests:
 * `deno run -A tests/browser/pictures.ts`. It runs the demo if ./demo does not exist.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, FileSystem, Path, Schema } from "effect"
import { Browser } from "./driver/Browser.ts"
import { BrowserError } from "./driver/BrowserError.ts"
import type { PageView } from "./driver/Page.ts"

const folder = "docs/images"

interface Picture {
  readonly name: string
  /** Expression of the page's address. */
  readonly address: string
  /** Expressions of the element with the top and of the element with the bottom of the picture. */
  readonly from: string
  readonly to: string
  readonly width: number
  readonly scheme: "light" | "dark"
}

/** Width at which a README displays legible text. */
const wide = { width: 1232, from: "document.body", to: "document.querySelector('main')" } as const
const byId = (id: string) => `document.getElementById("${id}")`
const latestTrack = `document.querySelector("a[href^='#/activity/']:has(path)").hash`
const sheet = `document.querySelector(".sheet")`

const pictures: ReadonlyArray<Picture> = [
  { ...wide, name: "report-light", address: `"#/"`, to: byId("when"), scheme: "light" },
  { ...wide, name: "report-dark", address: `"#/"`, to: byId("when"), scheme: "dark" },
  { ...wide, name: "report-activity", address: latestTrack, scheme: "light" },
  { ...wide, name: "report-gear", address: `"#/gear"`, scheme: "dark" },
  {
    name: "report-year",
    address: `document.querySelectorAll("a[href^='#/year/']")[2].hash`,
    from: sheet,
    to: sheet,
    width: 960,
    scheme: "light",
  },
]

const Area = Schema.Struct({
  x: Schema.Finite,
  y: Schema.Finite,
  width: Schema.Finite,
  height: Schema.Finite,
})

/** Two device pixels per CSS pixel; so high that all panels are near the screen and drawn. */
const view = { height: 4_000, scale: 2 } satisfies PageView

const task = Effect.fn("task")(function* (...words: ReadonlyArray<string>) {
  const { code, stderr } = yield* Effect.promise(() =>
    new Deno.Command(Deno.execPath(), { args: ["task", "--quiet", ...words], stdout: "null" })
      .output()
  )
  if (code !== 0) {
    const cause = new TextDecoder().decode(stderr)
    return yield* new BrowserError({ action: `run deno task ${words.join(" ")}`, cause })
  }
})

/** Draws one picture of the report at `url`. */
const draw = Effect.fn("draw")(function* (
  url: string,
  { address, from, name, scheme, to, width }: Picture,
) {
  const fs = yield* FileSystem.FileSystem
  const page = yield* (yield* Browser).open(url, { ...view, width, scheme })
  yield* page.evaluate(Schema.Unknown, `location.hash = ${address}`)
  // The page of the new address is shown and drawn within these.
  for (let i = 0; i < 3; i++) yield* page.emulate({})
  const area = yield* page.evaluate(
    Area,
    `(() => {
      const [top, bottom] = [${from}, ${to}].map((each) => each.getBoundingClientRect())
      const y = top.top + scrollY
      return { x: top.left, y, width: top.width, height: bottom.bottom + scrollY - y }
    })()`,
  )
  const picture = yield* page.screenshot(area)
  yield* fs.writeFile(`${folder}/${name}.webp`, picture)
  yield* Console.log(`${folder}/${name}.webp  ${Math.round(picture.length / 1_000)} kB`)
})

const drawAll = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.resolve(yield* fs.makeTempDirectoryScoped(), "report.html")
  if (!(yield* fs.exists("demo/json"))) yield* task("demo")
  yield* task("report", "--data", "./demo", "--out", file, "--maps")
  const url = (yield* path.toFileUrl(file)).href
  yield* Effect.forEach(pictures, (picture) => Effect.scoped(draw(url, picture)), {
    discard: true,
  })
})

if (import.meta.main) {
  await Effect.runPromise(
    drawAll.pipe(Effect.scoped, Effect.provide([Browser.layer, NodeServices.layer])),
  )
}
