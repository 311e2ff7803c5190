/** Tests in a real browser, and the pages that they make. */
import { Effect, FileSystem, type PlatformError, type Scope } from "effect"
import type * as NodeServices from "@effect/platform-node/NodeServices"
import { pathToFileURL } from "node:url"
import { liveWith } from "../testing.ts"
import { Browser, missing } from "../../tools/browser/Browser.ts"

type Services = Browser | NodeServices.NodeServices | Scope.Scope

/** The browser starts with the first test of the file; where there is none, the test says so. */
const make = () => {
  if (missing === undefined) return liveWith(Browser.layer)
  return <E>(name: string, _body: () => Effect.Effect<unknown, E, Services>): void =>
    Deno.test.ignore(`${name} (${missing})`, () => {})
}

export const inBrowser: <E>(
  name: string,
  body: () => Effect.Effect<unknown, E, Services>,
) => void = make()

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
