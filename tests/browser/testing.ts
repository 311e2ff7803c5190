/** Tests in a real browser, and the pages that they make. */
import { Effect, FileSystem, Layer, type PlatformError, type Scope } from "effect"
import type * as NodeServices from "@effect/platform-node/NodeServices"
import { pathToFileURL } from "node:url"
import { liveWith } from "../testing.ts"
import { Browser, missingBrowser } from "../../tools/browser/Browser.ts"

/** A test of a page; `R` is what it is made of beside the browser. */
interface Define<R> {
  <E>(
    name: string,
    body: () => Effect.Effect<unknown, E, R | Browser | NodeServices.NodeServices | Scope.Scope>,
  ): void
}

/** The browser, and `shared`, start with the first test of the file; where there is none, tests say so. */
export const inBrowserWith = <R, E>(shared: Layer.Layer<R, E>): Define<R> =>
  missingBrowser === undefined
    ? liveWith(Layer.merge(Browser.layer, shared))
    : (name) => Deno.test.ignore(`${name} (${missingBrowser})`, () => {})

export const inBrowser: Define<never> = inBrowserWith(Layer.empty)

/** The address of a file with this text, for the scope. */
export const pageOf = Effect.fnUntraced(
  function* (html: string): Effect.fn.Return<
    string,
    PlatformError.PlatformError,
    FileSystem.FileSystem | Scope.Scope
  > {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    yield* fs.writeFileString(`${folder}/page.html`, html)
    return pathToFileURL(`${folder}/page.html`).href
  },
)
