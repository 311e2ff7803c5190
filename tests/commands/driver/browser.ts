/** A browser for the program, opened like the system's. Tests act in it and follow redirects. */
import { Effect, FileSystem } from "effect"
import { patience } from "../../patience.ts"

interface Shown {
  readonly status: number
  readonly text: string
  readonly url: URL
}

interface FakeBrowser {
  /** Environment in which a process opens this browser. */
  readonly env: Readonly<Record<string, string>>
  /** Waits until the browser is opened, and returns its address. */
  readonly opened: Effect.Effect<string>
}

/** Creates a folder in which `xdg-open` runs `script`, and the environment that uses it. */
const withOpener = Effect.fnUntraced(function* (script: string) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  yield* fs.writeFileString(`${folder}/xdg-open`, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return { folder, env: { PATH: `${folder}:${Deno.env.get("PATH") ?? ""}` } }
})

/** Creates a browser that records its address. The test then acts as the user. */
export const browser = Effect.gen(function* () {
  const { env, folder } = yield* withOpener(
    `printf '%s' "$1" > "$0.part" && mv "$0.part" "$0.address"`,
  )
  const fs = yield* FileSystem.FileSystem
  const address = `${folder}/xdg-open.address`
  const opened = Effect.gen(function* () {
    for (;;) {
      const text = yield* Effect.option(fs.readFileString(address))
      if (text._tag === "Some") return text.value
      yield* Effect.sleep("20 millis")
    }
  }).pipe(Effect.timeoutOrElse({
    duration: patience,
    orElse: () => Effect.die(new Error("the program has opened no browser")),
  }))
  return { env, opened } satisfies FakeBrowser
})

/** Environment of a machine without a browser: `xdg-open` exists and fails. */
export const noBrowser = Effect.map(withOpener("exit 3"), ({ env }) => env)

const shown = async (url: string | URL, init: RequestInit): Promise<Shown> => {
  const response = await fetch(url, init)
  const text = await response.text()
  return { status: response.status, text, url: new URL(response.url) }
}

/** Requests a page and follows its redirects. */
export const visit = (url: string | URL, init: RequestInit = {}): Effect.Effect<Shown> =>
  Effect.promise(() => shown(url, init))

const location = async (url: string | URL, init: RequestInit): Promise<string> => {
  const response = await fetch(url, { ...init, redirect: "manual" })
  await response.body?.cancel()
  return response.headers.get("location") ?? ""
}

/** Returns the URL that the page redirects to, without following it. */
export const locationFrom = (url: string | URL, init: RequestInit = {}): Effect.Effect<string> =>
  Effect.promise(() => location(url, init))

const answers = (url: string) => fetch(url).then(() => true, () => false)

/** True if a server responds at this URL. */
export const isServed = (url: string): Effect.Effect<boolean> => Effect.promise(() => answers(url))

const unescaped = (text: string) => text.replaceAll("&quot;", '"').replaceAll("&amp;", "&")

/** Returns the request that Strava's page sends if the user grants these permissions. */
const pressed = Effect.fnUntraced(function* (address: string, scopes: string) {
  const page = yield* visit(address)
  const action = unescaped(/action="([^"]*)"/.exec(page.text)?.[1] ?? "")
  const body = new URLSearchParams(scopes.split(",").map((scope) => ["scope", scope]))
  return { url: new URL(action, page.url), init: { method: "POST", body } }
})

/** Grants these permissions on Strava's page, and follows the redirects. */
export const approve = Effect.fnUntraced(function* (address: string, scopes: string) {
  const { init, url } = yield* pressed(address, scopes)
  return yield* visit(url, init)
})

/**
 * Grants these permissions in a browser that cannot reach the program. Returns the address that it
 * shows.
 */
export const locationOf = Effect.fnUntraced(function* (address: string, scopes: string) {
  const { init, url } = yield* pressed(address, scopes)
  return yield* locationFrom(url, init)
})

/** Denies access on Strava's page. */
export const refuse = Effect.fnUntraced(function* (address: string) {
  const page = yield* visit(address)
  return yield* visit(unescaped(/<a href="([^"]*)"/.exec(page.text)?.[1] ?? ""))
})
