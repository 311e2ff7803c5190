/**
 * Shows an address to the user in a browser, by the program that each system has for that. A task that
 * does so allows these programs and no others: `--allow-run=xdg-open,open,cmd,wslview`.
 */
import { Effect } from "effect"

interface Opener {
  readonly program: string
  readonly options: Deno.CommandOptions
}

/** In quotes, because otherwise `cmd` would interpret the `&` of a query. */
const openersOf = (system: typeof Deno.build.os, address: string): ReadonlyArray<Opener> =>
  system === "windows"
    ? [{
      program: "cmd",
      options: { args: ["/d", "/c", `start "" "${address}"`], windowsRawArguments: true },
    }]
    : (system === "darwin" ? ["open"] : ["wslview", "xdg-open"])
      .map((program) => ({ program, options: { args: [address] } }))

/** If the opener is still running after this time, assume that the browser opened. */
const soon = "3 seconds"

/** True if the opener did not fail. It has its own process group, so that Ctrl-C does not end the browser. */
const opened = ({ options, program }: Opener) =>
  Effect.try(() =>
    new Deno.Command(program, {
      ...options,
      stdin: "null",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn()
  ).pipe(
    Effect.tap((child) => Effect.sync(() => child.unref())),
    Effect.flatMap((child) => Effect.tryPromise(() => child.status)),
    Effect.map(({ success }) => success),
    Effect.timeoutOrElse({ duration: soon, orElse: () => Effect.succeed(true) }),
    Effect.orElseSucceed(() => false),
  )

/**
 * Opens an address of the web or of a file in a browser. True if that did not fail, which does not mean that
 * the user sees it: print important addresses too.
 */
export const openBrowser = Effect.fn("openBrowser")(function* (address: string) {
  const url = URL.parse(address)
  if (url === null || !/^(https?|file):$/.test(url.protocol)) return false
  for (const opener of openersOf(Deno.build.os, url.href)) {
    if (yield* opened(opener)) return true
  }
  return false
})
