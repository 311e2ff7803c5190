/** The application at Strava: what makes one, and its id and secret, asked for and kept in `.env`. */
import { Config, Effect, Option, Redacted } from "effect"
import { Prompt } from "effect/cli"
import { describeFileError } from "../../../sinks/files/atomic.ts"
import { asItIsNow } from "./configuration.ts"
import { isPlain, setInDotEnv } from "./dotenv.ts"
import { openBrowser } from "../../base/openBrowser.ts"
import { complain } from "../../base/runMain.ts"
import { NotConfigured } from "../../strava/errors.ts"
import type { Variable } from "../../base/variables.ts"

const page = "https://www.strava.com/settings/api"
const file = ".env"

/** What Strava's form asks, and where it then shows the two that are needed. */
const form = `
Strava gives data to applications, so you make one of your own. Its owner needs
a paid subscription. Open ${page} and fill in:

  Application Name               anything without the word Strava: my history
  Category                       any
  Club                           leave it empty
  Website                        http://localhost
  Application Description        anything, such as: a copy of my own activities
  Authorization Callback Domain  localhost

Agree to the terms, create it, and give it any picture as its icon. Then the
page shows your Client ID, a number, and after a click on Show your Client
Secret. It shows two tokens as well: leave those alone, they cannot read
activities.
`

/** Strava's ids are numbers, and its secrets look like this. */
const isId = (text: string) => /^\d{1,12}$/.test(text)
const isSecret = (text: string) => /^[0-9a-f]{40}$/.test(text)

/** A client id, or what is wrong with what was given. */
export const checkedId = (given: string): Effect.Effect<string, string> => {
  const text = given.trim()
  return isId(text) ? Effect.succeed(text) : Effect.fail(
    isSecret(text)
      ? "That looks like the secret; the ID is the number above it"
      : "The Client ID is a number, such as 123456",
  )
}

/** Likewise a client secret, which may look strange. */
export const checkedSecret = (given: string): Effect.Effect<string, string> => {
  const text = given.trim()
  return isId(text)
    ? Effect.fail("That looks like the ID; the secret is the long one, behind Show")
    : !isPlain(text) || text.length < 8
    ? Effect.fail("The secret is 40 characters without blanks: copy it once more")
    : Effect.succeed(text)
}

const askId = Prompt.String({ message: "Client ID", validate: checkedId })

/** Asked again unless it looks as Strava's do, or is meant all the same. */
const askSecret = Effect.gen(function* () {
  for (;;) {
    const given = yield* Prompt.Password({ message: "Client Secret", validate: checkedSecret })
    const value = Redacted.value(given).trim()
    if (isSecret(value)) return value
    yield* complain("Strava's secrets are 40 characters from 0-9 and a-f, and this one is not.")
    if (yield* Prompt.Confirm({ message: "Take it all the same?", initial: false })) return value
  }
})

const ask = { STRAVA_CLIENT_ID: askId, STRAVA_CLIENT_SECRET: askSecret }
type Name = keyof typeof ask
const names: ReadonlyArray<Name> = ["STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET"]

/** As a run would find it now. */
const valueOf = (name: Variable) =>
  Effect.option(Config.String(name)).pipe(
    Effect.map(Option.filter((value) => value.trim() !== "")),
    Effect.provide(asItIsNow),
  )

/** What the environment sets, `.env` cannot change. */
export const isInEnvironment = (name: Name): boolean => (Deno.env.get(name) ?? "").trim() !== ""

const keep = (values: Readonly<Record<string, string>>) =>
  Effect.mapError(setInDotEnv(file, values), (error) =>
    new NotConfigured({
      missing: `${file} was left as it is: ${describeFileError(error, file)}`,
      remedy:
        "Mend that and run it again, or set STRAVA_CLIENT_ID and STRAVA_CLIENT_SECRET yourself",
    }))

/** Ask for these, and keep them. */
export const askFor = Effect.fnUntraced(function* (wanted: ReadonlyArray<Name>) {
  const given: Record<string, string> = {}
  for (const name of wanted) given[name] = yield* ask[name]
  yield* keep(given)
  yield* complain(`Kept in ${file}, which only you can read.`)
})

/** See that there is an application: what is set already is kept, what is missing is asked for. */
export const ensureApplication = Effect.fn("ensureApplication")(function* (browser: boolean) {
  const values = yield* Effect.forEach(
    names,
    (name) => Effect.map(valueOf(name), (value) => ({ name, value })),
  )
  const missing = values.filter(({ value }) => Option.isNone(value)).map(({ name }) => name)
  if (missing.length === 0) {
    const id = Option.getOrElse(values[0]?.value ?? Option.none(), () => "")
    return yield* complain(`Its id (${id}) and its secret are set already.`)
  }
  yield* complain(form)
  const opens = browser &&
    (yield* Prompt.Confirm({ message: "Open that page in your browser now?", initial: true }))
  if (opens && !(yield* openBrowser(page))) {
    yield* complain(`No browser could be opened here. Open it by hand: ${page}`)
  }
  yield* askFor(missing)
})
