/**
 * Makes docs/images/report-light.png and report-dark.png: the top of `deno task report`, of what
 * `deno task demo` left in ./demo, in a real browser (see tools/browser):
 * deno run --allow-all tools/pictures.ts
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, FileSystem, Path, Schema } from "effect"
import { Browser } from "./browser/Browser.ts"
import { BrowserError } from "./browser/BrowserError.ts"
import { decode, encode } from "./png.ts"

const folder = "docs/images"

/** The page as wide as a README shows it without making its letters too small, two pixels for one. */
const view = { width: 1232, height: 900, scale: 2 }

/** More make the files larger and the pictures no better. */
const colours = 96

/** The picture ends below this panel. */
const last = "heatmap"

const task = Effect.fn("task")(function* (...words: ReadonlyArray<string>) {
  const { code, stderr } = yield* Effect.promise(() =>
    new Deno.Command(Deno.execPath(), { args: ["task", "--quiet", ...words], stdout: "null" })
      .output()
  )
  if (code !== 0) {
    const cause = new TextDecoder().decode(stderr)
    return yield* new BrowserError({ what: `run deno task ${words.join(" ")}`, cause })
  }
})

const pictures = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const browser = yield* Browser
  const file = path.resolve(yield* fs.makeTempDirectoryScoped(), "report.html")
  if (!(yield* fs.exists("demo/json"))) yield* task("demo")
  yield* task("report", "--data", "./demo", "--out", file, "--maps")
  const page = yield* browser.open((yield* path.toFileUrl(file)).href, view)
  for (const scheme of ["light", "dark"] as const) {
    yield* page.look({ scheme })
    const height = yield* page.evaluate(
      Schema.Finite,
      `document.getElementById("${last}").getBoundingClientRect().bottom + scrollY + 16`,
    )
    const drawn = yield* page.screenshot({ x: 0, y: 0, width: view.width, height })
    const picture = encode(decode(drawn), colours)
    yield* fs.writeFile(`${folder}/report-${scheme}.png`, picture)
    yield* Console.log(`${folder}/report-${scheme}.png  ${Math.round(picture.length / 1_000)} kB`)
  }
})

if (import.meta.main) {
  await Effect.runPromise(
    pictures.pipe(Effect.scoped, Effect.provide([Browser.layer, NodeServices.layer])),
  )
}
