/**
 * Shows an address to the user in a browser, by the program that each system has for that. A task that
 * does so allows these programs and no others: `--allow-run=xdg-open,open,cmd,wslview`.
 */
import { Effect } from "effect"

interface Opener {
  readonly program: string
  readonly options: Deno.CommandOptions
}

/** `cmd` would take the `&` of a query for its own, but for the quotes. */
const openersOf = (system: typeof Deno.build.os, address: string): ReadonlyArray<Opener> =>
  system === "windows"
    ? [{
      program: "cmd",
      options: { args: ["/d", "/c", `start "" "${address}"`], windowsRawArguments: true },
    }]
    : (system === "darwin" ? ["open"] : ["wslview", "xdg-open"])
      .map((program) => ({ program, options: { args: [address] } }))

/** Who has not failed by then has opened it, and may go on for as long as the browser does. */
const soon = "3 seconds"

/** Whether it did not fail. Its own group, so that our Ctrl-C does not end the browser. */
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
 * Whether a browser was asked to show `address`, of the web or of a file. Not that the user sees it: what
 * has to be read is also to be printed.
 */
export const openBrowser = Effect.fn("openBrowser")(function* (address: string) {
  const url = URL.parse(address)
  if (url === null || !/^(https?|file):$/.test(url.protocol)) return false
  for (const opener of openersOf(Deno.build.os, url.href)) {
    if (yield* opened(opener)) return true
  }
  return false
})
