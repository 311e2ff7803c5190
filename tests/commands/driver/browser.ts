/** A browser for the program: it is opened as the system's would be, and goes where it is sent. */
import { Effect, FileSystem } from "effect"
import { patience } from "../../patience.ts"

interface Shown {
  readonly status: number
  readonly text: string
  readonly url: URL
}

interface FakeBrowser {
  /** Environment that makes it the browser of a process. */
  readonly env: Readonly<Record<string, string>>
  /** The address that it was opened with, once it was. */
  readonly opened: Effect.Effect<string>
}

/** A folder in which `xdg-open` does what `script` says. */
const withOpener = Effect.fnUntraced(function* (script: string) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  yield* fs.writeFileString(`${folder}/xdg-open`, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return { folder, env: { PATH: `${folder}:${Deno.env.get("PATH") ?? ""}` } }
})

/** One that notes its address; what a person does then is up to the test. */
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

/** A machine without one: the opener is there and says that it found nothing. */
export const noBrowser = Effect.map(withOpener("exit 3"), ({ env }) => env)

const shown = async (url: string | URL, init: RequestInit): Promise<Shown> => {
  const response = await fetch(url, init)
  const text = await response.text()
  return { status: response.status, text, url: new URL(response.url) }
}

/** Go there, and on where one is sent. */
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

/** On Strava's page: leave these boxes ticked and press the button; where it leads. */
const pressed = Effect.fnUntraced(function* (address: string, scopes: string) {
  const page = yield* visit(address)
  const action = unescaped(/action="([^"]*)"/.exec(page.text)?.[1] ?? "")
  const body = new URLSearchParams(scopes.split(",").map((scope) => ["scope", scope]))
  return { url: new URL(action, page.url), init: { method: "POST", body } }
})

/** Do that, and go where one is sent. */
export const approve = Effect.fnUntraced(function* (address: string, scopes: string) {
  const { init, url } = yield* pressed(address, scopes)
  return yield* visit(url, init)
})

/** Do that in a browser that cannot go there: the address that it shows. */
export const locationOf = Effect.fnUntraced(function* (address: string, scopes: string) {
  const { init, url } = yield* pressed(address, scopes)
  return yield* locationFrom(url, init)
})

/** On Strava's page: take the way out. */
export const refuse = Effect.fnUntraced(function* (address: string) {
  const page = yield* visit(address)
  return yield* visit(unescaped(/<a href="([^"]*)"/.exec(page.text)?.[1] ?? ""))
})
