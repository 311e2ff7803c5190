/** `auth` for people and for scripts: a real process, a browser, a simulated Strava. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import {
  fullScope,
  simulatedClientSecret,
  simulatedCode,
  simulatedRefreshToken,
} from "../../pipeline/simulator/Tokens.ts"
import { live } from "../testing.ts"
import {
  approve,
  browser,
  isServed,
  locationFrom,
  noBrowser,
  refuse,
  visit,
} from "./driver/browser.ts"
import { command } from "./driver/inProcess.ts"
import {
  interruptProgram,
  program,
  type ProgramResult,
  simulatedServer,
  small,
} from "./driver/program.ts"

const folder = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())

/** Environment of a user who has an application and has not signed in. */
const application = Effect.map(simulatedServer(), ({ STRAVA_REFRESH_TOKEN: _, ...env }) => env)

const stored = Effect.fnUntraced(function* (data: string) {
  const text = yield* (yield* FileSystem.FileSystem).readFileString(`${data}/tokens.json`)
  return JSON.parse(text) as Readonly<Record<string, unknown>>
})

const asked = (path: string) =>
  Effect.map(
    Effect.flatMap(Simulator, ({ requests }) => requests),
    (all) => all.filter((request) => request.path === path),
  )

/** Runs `auth`, and runs `act` in place of the browser that it opens. */
const inBrowser = Effect.fnUntraced(function* <A>(
  words: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
  act: (address: string) => Effect.Effect<A>,
) {
  const { env: path, opened } = yield* browser
  const [ended, acted] = yield* Effect.all(
    [program(["auth", ...words], { ...env, ...path }), Effect.flatMap(opened, act)],
    { concurrency: 2 },
  )
  return { ended, acted }
})

live(
  "the browser is sent to Strava with a state and no secret; only a callback with that state signs in",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* application
      const { acted, ended } = yield* inBrowser(["--data", data], env, (address) =>
        Effect.gen(function* () {
          const query = new URL(address).searchParams
          const callback = query.get("redirect_uri") ?? ""
          assert.match(callback, /^http:\/\/127\.0\.0\.1:\d+\/callback$/)
          assert.equal(query.get("scope"), fullScope)
          assert.ok(!address.includes(simulatedClientSecret))
          const elsewhere = yield* Effect.forEach(
            [[new URL("/", callback)], [new URL("/favicon.ico", callback)], [
              `${callback}?code=abcdefgh&state=${query.get("state")}`,
              { method: "POST" },
            ]] as const,
            ([url, init]) =>
              visit(url, init),
          )
          const foreign = yield* visit(`${callback}?code=${simulatedCode}&state=another`)
          const empty = yield* visit(callback)
          const page = yield* approve(address, "read,activity:read_all")
          return { elsewhere, foreign, empty, page }
        }))
      assert.equal(ended.code, 0, ended.stderr)
      assert.deepEqual(
        acted.elsewhere.map(({ status }) =>
          status
        ),
        [404, 404, 404],
      )
      assert.deepEqual([acted.foreign.status, acted.empty.status], [400, 400])
      assert.match(acted.foreign.text, /belongs to another sign-in/)
      assert.match(ended.stderr, /its state differs\)\. Nothing was changed/)
      assert.equal(acted.page.status, 200)
      assert.match(acted.page.text, /Signed in, with missing permissions/)
      assert.match(acted.page.text, /<code>profile:read_all<\/code>.*no zones/)
      assert.match(acted.page.text, new RegExp(`<code>deno task pipeline --data ${data}</code>`))
      assert.match(ended.stdout, /^Signed in\. .*profile:read_all: .*no zones.*auth --force/s)
      assert.equal((yield* stored(data))["scope"], "read,activity:read_all")
      assert.equal((yield* asked("/oauth/token")).length, 1)
      const fs = yield* FileSystem.FileSystem
      assert.deepEqual(yield* fs.readDirectory(data), ["tokens.json"])

      const again = yield* command(["auth", "--data", data, "--json"], env)
      const { expires, ...standing } = JSON.parse(again.stdout)
      assert.match(expires, /^20\d\d-/)
      assert.equal(standing.missing[0].scope, "profile:read_all")
      assert.deepEqual({ ...standing, missing: standing.missing.length }, {
        signedIn: true,
        new: false,
        scope: "read,activity:read_all",
        missing: 1,
      })
      assert.equal((yield* asked("/oauth/token")).length, 1)
    }).pipe(Effect.provide(small())),
)

live(
  "a denial, or no activities permission, changes nothing, and browser and terminal say so",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* application
      const first = yield* command(["auth", "--data", data], {
        ...env,
        STRAVA_REFRESH_TOKEN: simulatedRefreshToken,
      })
      assert.equal(first.code, 0, first.stderr)
      const before = yield* stored(data)

      const refused = yield* inBrowser(["--data", data, "--force"], env, refuse)
      assert.deepEqual([refused.acted.status, refused.ended.code], [403, 77])
      const again = `deno task auth --data ${data}`
      assert.match(refused.acted.text, new RegExp(`Access denied[^]*${again}`))
      assert.match(
        refused.ended.stderr,
        new RegExp(`access_denied.*Nothing was changed.*${again}\\.$`, "m"),
      )

      const without = yield* inBrowser(
        ["--data", data, "--force"],
        env,
        (address) => approve(address, "profile:read_all"),
      )
      assert.deepEqual([without.acted.status, without.ended.code], [403, 77])
      assert.match(without.acted.text, /activities permission is required/)
      assert.match(without.ended.stderr, /no activity can be read[^.]*\. Nothing was changed/)

      assert.deepEqual(yield* stored(data), before)
      assert.equal((yield* asked("/oauth/token")).length, 1)
    }).pipe(Effect.provide(small())),
)

live(
  "the browser shows a failed exchange too, without a secret",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* application
      const wrong = { ...env, STRAVA_CLIENT_SECRET: `not-${simulatedClientSecret}` }
      const { acted, ended } = yield* inBrowser(
        ["--data", data],
        wrong,
        (address) => approve(address, fullScope),
      )
      assert.deepEqual([acted.status, ended.code], [502, 77])
      assert.match(acted.text, /Strava refused the application \(400/)
      assert.ok(!acted.text.includes(simulatedClientSecret))
    }).pipe(Effect.provide(small())),
)

live(
  "a script can pipe in the code or set a variable; an address of another sign-in is refused",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* application
      const piped = (input: string): Effect.Effect<ProgramResult> =>
        program(["auth", "--no-browser", "--data", data], env, { input })
      const foreign = yield* piped(
        `http://localhost/?state=another&code=${simulatedCode}&scope=${fullScope}\n`,
      )
      assert.equal(foreign.code, 78)
      assert.match(foreign.stderr, /it belongs to another sign-in/)
      assert.ok(foreign.stderr.includes(`redirect_uri=${encodeURIComponent("http://localhost/")}`))
      const nothing = yield* piped("")
      assert.equal(nothing.code, 78)
      assert.match(nothing.stderr, /No code was entered.*STRAVA_AUTHORIZATION_CODE/s)
      assert.equal((yield* asked("/oauth/token")).length, 0)

      const good = yield* piped(`\n "${simulatedCode}"\n`)
      assert.equal(good.code, 0, good.stderr)
      assert.match(good.stdout, /^Signed in\./)

      const address = new URL(env["STRAVA_OAUTH_URL"] + "/authorize")
      address.search = /authorize(\?\S+)/.exec(good.stderr)?.[1] ?? ""
      address.searchParams.delete("approval_prompt")
      const code = new URL(yield* locationFrom(address)).searchParams.get("code") ?? ""
      const set = yield* command(["auth", "--force", "--data", data, "--json"], {
        ...env,
        STRAVA_AUTHORIZATION_CODE: code,
      })
      assert.equal(set.code, 0, set.stderr)
      assert.equal(JSON.parse(set.stdout).new, true)
      assert.equal((yield* asked("/oauth/token")).length, 2)
    }).pipe(Effect.provide(small())),
)

live(
  "without a terminal and a browser, it fails at once and says what to do instead",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = { ...yield* application, ...yield* noBrowser }
      const ended = yield* program(["auth", "--data", data], env)
      assert.equal(ended.code, 78)
      assert.match(ended.stderr, /STRAVA_AUTHORIZATION_CODE.*within a few minutes: http\S+&scope=/s)
      assert.ok(!ended.stderr.includes("state="))
      const dead = { ...env, STRAVA_REFRESH_TOKEN: "used-up" }
      const refused = yield* command(["auth", "--data", data], dead)
      assert.equal(refused.code, 77)
      assert.match(refused.stderr, /Strava refused the refresh token/)
    }).pipe(Effect.provide(small())),
)

live(
  "Ctrl-C during the wait for the browser ends with 130 and leaves no file",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* application
      const { env: path, opened } = yield* browser
      const ended = yield* interruptProgram(
        ["auth", "--data", data],
        { ...env, ...path },
        "SIGINT",
        opened,
      )
      assert.equal(ended.code, 130)
      const callback = new URL(yield* opened).searchParams.get("redirect_uri") ?? ""
      assert.equal(yield* isServed(callback), false)
      assert.deepEqual(yield* (yield* FileSystem.FileSystem).readDirectory(data), [])
    }).pipe(Effect.provide(small())),
)

live(
  "--revoke withdraws access, deletes the tokens and lists what remains",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* simulatedServer()
      const mixed = yield* command(["auth", "--revoke", "--force", "--data", data], env)
      assert.equal(mixed.code, 64)
      assert.equal((yield* command(["auth", "--data", data], env)).code, 0)
      const ended = yield* program(["auth", "--revoke", "--data", data], env)
      assert.equal(ended.code, 0, ended.stderr)
      assert.match(ended.stdout, /Still there: .*settings\/api.*To sign in again: deno task auth/s)
      // Each command is on a line of its own, so that it can be copied.
      assert.match(ended.stdout, /^To delete the data: deno task purge --data \S+$/m)
      assert.match(ended.stdout, /^To sign in again: deno task auth --data \S+$/m)
      assert.equal((yield* asked("/oauth/revoke")).length, 1)
      assert.deepEqual(yield* (yield* FileSystem.FileSystem).readDirectory(data), [])
      const { STRAVA_REFRESH_TOKEN: _, ...without } = env
      const none = yield* command(["auth", "--revoke", "--json", "--data", data], without)
      assert.deepEqual([none.code, JSON.parse(none.stdout)], [0, { revoked: false }])
    }).pipe(Effect.provide(small())),
)

live(
  "a sign-in as an athlete other than the data directory's is reported at once",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const fs = yield* FileSystem.FileSystem
      const of = (athleteId: number) => Effect.provide(small({ athleteId }))
      const words = ["--data", data]
      yield* simulatedServer().pipe(
        Effect.flatMap((env) => command(["athlete", ...words, "--sink", "json"], env)),
        of(1),
      )
      yield* fs.remove(`${data}/tokens.json`)
      const another = yield* application.pipe(
        Effect.flatMap((env) =>
          program(["auth", "--no-browser", ...words], env, { input: `${simulatedCode}\n` })
        ),
        of(2),
      )
      assert.equal(another.code, 0, another.stderr)
      assert.match(another.stderr, /signed in as athlete 2, but .* holds data of athlete 1/)
    }),
)

live(
  "--for ends with 75 if the access token expires too early, otherwise with 0",
  () =>
    Effect.gen(function* () {
      const data = yield* folder
      const env = yield* simulatedServer()
      const { fault } = yield* Simulator
      const body = JSON.stringify({
        access_token: "short-lived",
        refresh_token: simulatedRefreshToken,
        expires_at: Math.floor(Date.now() / 1_000) + 5_400,
        expires_in: 5_400,
      })
      yield* fault({ path: "/oauth/token", response: { _tag: "Status", status: 200, body } })
      const short = yield* command(["auth", "--data", data, "--for", "2h"], env)
      assert.equal(short.code, 75, short.stderr)
      assert.equal(short.stdout, "")
      assert.match(
        short.stderr,
        /Cannot get an access token that is valid for 2h: this one expires at/,
      )
      assert.match(short.stderr, /The sign-in\s+works\s+and\s+is\s+kept/)
      const enough = yield* command(["auth", "--data", data, "--for", "80m", "--json"], env)
      assert.equal(enough.code, 0, enough.stderr)
      assert.equal((yield* asked("/oauth/token")).length, 1)
    }).pipe(Effect.provide(small())),
)
