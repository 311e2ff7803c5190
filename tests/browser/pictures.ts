/**
 * Makes docs/images/report-light.webp and report-dark.webp, the top of the demo's report, in the browser
 * of the tests: `deno run -A tests/browser/pictures.ts`. It runs the demo if ./demo does not exist.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, FileSystem, Path, Schema } from "effect"
import { Browser } from "./driver/Browser.ts"
import { BrowserError } from "./driver/BrowserError.ts"

const folder = "docs/images"

/** Width at which a README displays legible text, with two device pixels per CSS pixel. */
const view = { width: 1232, height: 900, scale: 2 }

/** Id of the last panel in the picture. */
const last = "when"

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

const pictures = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const browser = yield* Browser
  const file = path.resolve(yield* fs.makeTempDirectoryScoped(), "report.html")
  if (!(yield* fs.exists("demo/json"))) yield* task("demo")
  yield* task("report", "--data", "./demo", "--out", file, "--maps")
  const page = yield* browser.open((yield* path.toFileUrl(file)).href, view)
  for (const scheme of ["light", "dark"] as const) {
    yield* page.emulate({ scheme })
    const height = yield* page.evaluate(
      Schema.Finite,
      `document.getElementById("${last}").getBoundingClientRect().bottom + scrollY + 16`,
    )
    const picture = yield* page.screenshot({ x: 0, y: 0, width: view.width, height })
    yield* fs.writeFile(`${folder}/report-${scheme}.webp`, picture)
    yield* Console.log(`${folder}/report-${scheme}.webp  ${Math.round(picture.length / 1_000)} kB`)
  }
})

if (import.meta.main) {
  await Effect.runPromise(
    pictures.pipe(Effect.scoped, Effect.provide([Browser.layer, NodeServices.layer])),
  )
}
