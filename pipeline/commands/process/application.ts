/** The application at Strava: how to create it, and its client ID and secret in `.env`. */
import { Config, Effect, Option, Redacted } from "effect"
import { Prompt } from "effect/cli"
import { describeFileError } from "../../../sinks/files/atomic.ts"
import { freshConfiguration } from "./configuration.ts"
import { isPlain, setInDotEnv } from "./dotenv.ts"
import { openBrowser } from "../../base/openBrowser.ts"
import { complain } from "../../base/runMain.ts"
import { places } from "../../output/kit/places.ts"
import { NotConfigured } from "../../strava/errors.ts"
import type { Variable } from "../../base/variables.ts"

const page = "https://www.strava.com/settings/api"
const file = places().dotEnv

/** Instructions for Strava's form, which then shows the client ID and secret. */
const form = `
Strava shares data with applications only, so create your own. Its owner needs
a paid subscription. Open ${page} and fill in:

  Application Name               anything without the word Strava: my history
  Category                       any
  Club                           leave it empty
  Website                        http://localhost
  Application Description        anything, such as: a copy of my own activities
  Authorization Callback Domain  localhost

Accept the terms, create it, and upload any picture as its icon. Then the page
shows your Client ID, a number, and after a click on Show your Client Secret.
It also shows two tokens. Ignore them: they cannot read activities.
`

/** True if the text looks like a client ID of Strava. */
const isId = (text: string) => /^\d{1,12}$/.test(text)
const isSecret = (text: string) => /^[0-9a-f]{40}$/.test(text)

/** Returns the client ID; fails with a message if the text is none. */
export const checkedId = (given: string): Effect.Effect<string, string> => {
  const text = given.trim()
  return isId(text) ? Effect.succeed(text) : Effect.fail(
    isSecret(text)
      ? "That looks like the secret. The ID is the number above it"
      : "The Client ID is a number, such as 123456",
  )
}

/** Returns the client secret; fails with a message if the text cannot be one. */
export const checkedSecret = (given: string): Effect.Effect<string, string> => {
  const text = given.trim()
  return isId(text)
    ? Effect.fail("That looks like the ID. The secret is the long text behind Show")
    : !isPlain(text) || text.length < 8
    ? Effect.fail("The secret has 40 characters without spaces. Copy it again")
    : Effect.succeed(text)
}

const askId = Prompt.String({ message: "Client ID", validate: checkedId })

/** Asks until the text looks like a secret of Strava, or the user insists. */
const askSecret = Effect.gen(function* () {
  for (;;) {
    const given = yield* Prompt.Password({ message: "Client Secret", validate: checkedSecret })
    const value = Redacted.value(given).trim()
    if (isSecret(value)) return value
    yield* complain("This does not look like a Strava secret (40 characters 0-9 and a-f).")
    if (yield* Prompt.Confirm({ message: "Use it anyway?", initial: false })) return value
  }
})

const ask = { STRAVA_CLIENT_ID: askId, STRAVA_CLIENT_SECRET: askSecret }
type Name = keyof typeof ask
const names: ReadonlyArray<Name> = ["STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET"]

/** Returns the value that a run would read now. */
const valueOf = (name: Variable) =>
  Effect.option(Config.String(name)).pipe(
    Effect.map(Option.filter((value) => value.trim() !== "")),
    Effect.provide(freshConfiguration),
  )

/** True if the environment sets the variable, so that `.env` cannot change it. */
export const isInEnvironment = (name: Name): boolean => (Deno.env.get(name) ?? "").trim() !== ""

const keep = (values: Readonly<Record<string, string>>) =>
  Effect.mapError(setInDotEnv(file, values), (error) =>
    new NotConfigured({
      missing: `Cannot write ${file}: ${describeFileError(error, file)}. Nothing was changed`,
      remedy:
        "Fix this and run the command again, or set STRAVA_CLIENT_ID and STRAVA_CLIENT_SECRET " +
        "yourself",
    }))

/** Asks for these variables and stores them. */
export const promptFor = Effect.fnUntraced(function* (wanted: ReadonlyArray<Name>) {
  const given: Record<string, string> = {}
  for (const name of wanted) given[name] = yield* ask[name]
  yield* keep(given)
  yield* complain(`Saved in ${file}, readable only by you.`)
})

const currentValues = Effect.forEach(
  names,
  (name) => Effect.map(valueOf(name), (value) => ({ name, value })),
)

/** True if the client ID and secret are set. */
export const hasApplication = Effect.map(
  currentValues,
  (values) => values.every(({ value }) => Option.isSome(value)),
)

/** Asks for the client ID and secret if they are missing. */
export const ensureApplication = Effect.fn("ensureApplication")(function* (browser: boolean) {
  const values = yield* currentValues
  const missing = values.filter(({ value }) => Option.isNone(value)).map(({ name }) => name)
  if (missing.length === 0) {
    const id = Option.getOrElse(values[0]?.value ?? Option.none(), () => "")
    return yield* complain(`The client ID (${id}) and secret are already set.`)
  }
  yield* complain(form)
  const opens = browser &&
    (yield* Prompt.Confirm({ message: "Open that page in your browser now?", initial: true }))
  if (opens && !(yield* openBrowser(page))) {
    yield* complain(`Cannot open a browser. Open the page yourself: ${page}`)
  }
  yield* promptFor(missing)
})
