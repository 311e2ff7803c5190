/** A headless Chromium, driven by puppeteer-core through a pipe: no port is opened. */
import { Context, Duration, Effect, Layer, Result } from "effect"
import { patience } from "../../patience.ts"
import { BrowserError, call } from "./BrowserError.ts"
import { type Executable, hasPackage, installed, packaged } from "./executables.ts"
import { openPage } from "./Page.ts"
import { startBrowser } from "./process.ts"
import { puppeteer } from "./puppeteer.ts"

/** Oldest major version that the tests accept. */
const oldest = 125

const timeout = Duration.toMillis(patience)

/** Values of the sandbox option to try: root and many containers cannot use the browser's sandbox. */
const sandboxes = Deno.build.os !== "windows" && Deno.uid() === 0 ? [false] : [true, false]

/**
 * Returns the browsers to try, in order. If `CHROMIUM` is set, that one only. Otherwise the
 * package's browser is first, because it is the same everywhere and starts in less than half the
 * time of an installed one.
 */
const candidates = (): ReadonlyArray<Effect.Effect<Executable, BrowserError>> => {
  const named = Deno.env.get("CHROMIUM")
  const paths = named === undefined ? installed(Deno.env.get("PATH") ?? "") : [named]
  return [
    ...(hasPackage && named === undefined ? [packaged] : []),
    ...paths.map((path) => Effect.succeed({ path, env: {} })),
  ]
}

/** Reason why browser tests cannot run here; undefined if they can. */
export const missingBrowser: string | undefined = candidates().length > 0
  ? undefined
  : `no Chromium is installed, and none comes by npm for ${Deno.build.os} on ${Deno.build.arch}: ` +
    "set CHROMIUM to the path of one"

const connect = Effect.fn("connect")(function* (executable: Executable, sandboxed: boolean) {
  const { connect, PipeTransport } = yield* puppeteer
  const { ended, log, pipe } = yield* startBrowser(executable, sandboxed)
  const exited = Effect.flatMap(
    Effect.promise(() => ended),
    () => new BrowserError({ action: `start ${executable.path}`, cause: log() }),
  )
  return yield* Effect.raceFirst(
    exited,
    call("connect to the browser", async () => {
      const browser = await connect({
        defaultViewport: null,
        issuesEnabled: true,
        protocolTimeout: timeout,
        transport: new PipeTransport(pipe.write, pipe.read),
      })
      const product = await browser.version()
      const version = Number(/\/(\d+)/.exec(product)?.[1] ?? 0)
      if (version < oldest) throw new Error(`${product} is older than version ${oldest}`)
      return { product, open: openPage(browser, timeout) }
    }),
  )
})

/** Returns the first browser that starts. */
const first = Effect.fn("Browser.first")(function* () {
  const failures: Array<string> = []
  for (const candidate of candidates()) {
    for (const sandboxed of sandboxes) {
      const attempt = Effect.flatMap(candidate, (executable) => connect(executable, sandboxed))
      const result = yield* Effect.result(attempt)
      if (Result.isSuccess(result)) return result.success
      failures.push(result.failure.message)
    }
  }
  return yield* new BrowserError({ action: "start a browser", cause: failures.join("\n") })
})

export class Browser extends Context.Service<Browser, Effect.Success<ReturnType<typeof first>>>()(
  "paceline/tests/Browser",
) {
  static readonly layer: Layer.Layer<Browser, BrowserError> = Layer.effect(Browser, first())
}
