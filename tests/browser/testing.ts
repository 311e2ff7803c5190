/** Tests in a real browser, and pages for them. */
import { Effect, FileSystem, Layer, type PlatformError, type Scope } from "effect"
import type * as NodeServices from "@effect/platform-node/NodeServices"
import { pathToFileURL } from "node:url"
import { liveWith } from "../testing.ts"
import { Browser, missingBrowser } from "./driver/Browser.ts"

/** Defines a test that uses the browser; `R` are its other services. */
interface Define<R> {
  <E>(
    name: string,
    body: () => Effect.Effect<unknown, E, R | Browser | NodeServices.NodeServices | Scope.Scope>,
  ): void
}

/** Starts the browser and `shared` with the first test. Without a browser, tests are skipped with the reason. */
export const inBrowserWith = <R, E>(shared: Layer.Layer<R, E>): Define<R> =>
  missingBrowser === undefined
    ? liveWith(Layer.merge(Browser.layer, shared))
    : (name) => Deno.test.ignore(`${name} (${missingBrowser})`, () => {})

export const inBrowser: Define<never> = inBrowserWith(Layer.empty)

/** Writes a page to a temporary file and returns its URL. The file is removed with the scope. */
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
