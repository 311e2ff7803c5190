/** A headless Chromium for the tests of a file: started once, told by the DevTools protocol. */
import { Context, Effect, Layer, Result } from "effect"
import { BrowserError } from "./BrowserError.ts"
import { connect, type Connection } from "./Connection.ts"
import { type Executable, hasPackage, installed, packaged } from "./installed.ts"
import { open } from "./Page.ts"

/** The oldest version that a page may be judged by. */
const oldest = 125

const versionOf = (product: string): number => Number(/\/(\d+)/.exec(product)?.[1] ?? 0)

/** With the browser's own sandbox where the machine allows it; root and many containers do not. */
const sandboxes = Deno.build.os !== "windows" && Deno.uid() === 0 ? [false] : [true, false]

const attempts = (
  executables: ReadonlyArray<Effect.Effect<Executable, BrowserError>>,
) =>
  executables.flatMap((executable) =>
    sandboxes.map((sandboxed) =>
      Effect.flatMap(executable, (executable) => connect(executable, sandboxed)).pipe(
        Effect.filterOrFail(
          ({ product }) => versionOf(product) >= oldest,
          ({ product }) => new BrowserError({ what: "use it", cause: `${product} is too old` }),
        ),
      )
    )
  )

/**
 * What `CHROMIUM` names and nothing else; otherwise the package's, which is the same everywhere and
 * takes less than half the time of a whole browser, before what is installed.
 */
const candidates = (): ReadonlyArray<Effect.Effect<Executable, BrowserError>> => {
  const named = Deno.env.get("CHROMIUM")
  const paths = named === undefined ? installed(Deno.env.get("PATH") ?? "") : [named]
  return [
    ...(hasPackage && named === undefined ? [packaged] : []),
    ...paths.map((path) => Effect.succeed({ path, env: {} })),
  ]
}

/** Why the tests of this file cannot run here, if so. Where the package has a browser, they can. */
export const missing: string | undefined = candidates().length > 0
  ? undefined
  : `no Chromium is installed, and none comes by npm for ${Deno.build.os} on ${Deno.build.arch}: ` +
    "set CHROMIUM to the path of one"

/** The first browser that starts. */
const first = Effect.fn("Browser.first")(function* () {
  const failed: Array<string> = []
  for (const attempt of attempts(candidates())) {
    const result = yield* Effect.result(attempt)
    if (Result.isSuccess(result)) return result.success
    failed.push(result.failure.message)
  }
  return yield* new BrowserError({ what: "start a browser", cause: failed.join("\n") })
})

const make = (connection: Connection) => ({
  product: connection.product,
  /** A page of its own for the scope, loaded, and at rest. */
  open: open(connection),
})

export class Browser extends Context.Service<Browser, ReturnType<typeof make>>()(
  "paceline/tools/Browser",
) {
  static readonly layer: Layer.Layer<Browser, BrowserError> = Layer.effect(
    Browser,
    Effect.map(first(), make),
  )
}
