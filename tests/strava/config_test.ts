/** Settings from the environment: safe addresses and unset variables. */
import { ConfigProvider, Effect, Layer, Option, Redacted, Runtime } from "effect"
import assert from "node:assert/strict"
import { exitCodes } from "../../pipeline/base/exit.ts"
import { Stderr } from "../../pipeline/base/runMain.ts"
import { StravaConfig } from "../../pipeline/strava/StravaConfig.ts"
import { exitsOf } from "../faults/matrix.ts"
import { test } from "../testing.ts"

const configured = (env: Record<string, string>) =>
  Effect.provide(
    StravaConfig,
    StravaConfig.layer.pipe(
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(env))),
    ),
  )

test("without settings, the addresses are Strava's and there are no credentials", () =>
  Effect.gen(function* () {
    const config = yield* configured({})
    assert.equal(config.apiUrl, "https://www.strava.com/api/v3")
    assert.equal(config.oauthUrl, "https://www.strava.com/oauth")
    assert.deepEqual([config.refreshToken, config.authorizationCode], [
      Option.none(),
      Option.none(),
    ])
    const error = yield* Effect.flip(config.credentials)
    assert.match(error.message, /^STRAVA_CLIENT_ID is not set\. .*deno task setup.*deno task demo$/)
    assert.equal(Object.values(error).includes(exitCodes.configuration), true)
  }))

test("the two addresses are separate settings, without a trailing slash", () =>
  Effect.gen(function* () {
    const { apiUrl, oauthUrl } = yield* configured({ STRAVA_API_URL: "https://api-v3.strava.com/" })
    assert.equal(apiUrl, "https://api-v3.strava.com")
    assert.equal(oauthUrl, "https://www.strava.com/oauth")
    const local = yield* configured({
      STRAVA_API_URL: "http://127.0.0.1:8080/api/v3//",
      STRAVA_OAUTH_URL: " http://[::1]:8080/oauth ",
    })
    assert.equal(local.apiUrl, "http://127.0.0.1:8080/api/v3")
    assert.equal(local.oauthUrl, "http://[::1]:8080/oauth")
  }))

for (
  const address of [
    "http://www.strava.com/api/v3",
    "http://127.0.0.1.example.com/",
    "http://localhost.example.com",
    "http://localhost@example.com/",
    "http://203.0.113.7/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:127.0.0.1]/",
    "data:text/plain,x",
    "https://user@www.strava.com/",
    "https://user:canary@www.strava.com/",
    "https://:canary@www.strava.com/",
    "https://www.strava.com/api?key=canary",
    "https://www.strava.com/api#canary",
    "ftp://127.0.0.1/",
    "file:///etc/passwd",
    "www.strava.com/api/v3",
    "not an address",
  ]
) {
  for (const name of ["STRAVA_API_URL", "STRAVA_OAUTH_URL"]) {
    test(`fault 49: ${name} refuses ${address}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(configured({ [name]: address }))
        assert.ok(
          error.message.startsWith(`${name} is not a usable address. Use an https address`),
        )
        assert.ok(!error.message.includes("canary"))
        assert.deepEqual([Runtime.getErrorExitCode(error)], exitsOf(49))
      }))
  }
}

test("empty variables, as schedulers set them, count as unset, and surrounding blanks are removed", () =>
  Effect.gen(function* () {
    const empty = yield* configured({
      STRAVA_API_URL: "",
      STRAVA_OAUTH_URL: " ",
      STRAVA_CLIENT_ID: "",
      STRAVA_CLIENT_SECRET: "",
      STRAVA_REFRESH_TOKEN: "",
      STRAVA_AUTHORIZATION_CODE: "  ",
    })
    assert.equal(empty.apiUrl, "https://www.strava.com/api/v3")
    assert.deepEqual([empty.refreshToken, empty.authorizationCode], [Option.none(), Option.none()])
    const pasted = yield* configured({
      STRAVA_CLIENT_ID: "7\n",
      STRAVA_CLIENT_SECRET: " hush\r\n",
      STRAVA_REFRESH_TOKEN: "token\n",
    })
    const { clientId, clientSecret } = yield* pasted.credentials
    assert.deepEqual([clientId, Redacted.value(clientSecret)], ["7", "hush"])
    assert.equal(Redacted.value(Option.getOrThrow(pasted.refreshToken)), "token")
  }))

test("the code is read under its name in notebooks too, with a message that names the new one", () =>
  Effect.gen(function* () {
    const written: Array<string> = []
    const codeIn = (env: Record<string, string>) =>
      configured(env).pipe(
        Effect.provideService(Stderr, (text: string) => void written.push(text)),
        Effect.map(({ authorizationCode }) =>
          Option.getOrUndefined(Option.map(authorizationCode, Redacted.value))
        ),
      )
    const older = { STRAVA_USER_AUTHORIZATION_CODE: "canary-older" }
    assert.equal(yield* codeIn(older), "canary-older")
    assert.match(
      written.join("").replaceAll("\n", " "),
      /used as STRAVA_AUTHORIZATION_CODE\. Rename/,
    )
    assert.equal(yield* codeIn({ ...older, STRAVA_AUTHORIZATION_CODE: "newer" }), "newer")
    assert.match(written[1]?.replaceAll("\n", " ") ?? "", /is ignored, because/)
    assert.equal(yield* codeIn({ STRAVA_AUTHORIZATION_CODE: "newer" }), "newer")
    assert.equal(written.length, 2)
    assert.doesNotMatch(written.join(), /canary/)
  }))

test("fault 47: printed settings show no secret", () =>
  Effect.gen(function* () {
    const config = yield* configured({
      STRAVA_CLIENT_ID: "7",
      STRAVA_CLIENT_SECRET: "canary",
      STRAVA_REFRESH_TOKEN: "canary",
      STRAVA_AUTHORIZATION_CODE: "canary",
    })
    const printed = Deno.inspect([config, yield* config.credentials]) + JSON.stringify(config)
    assert.ok(!printed.includes("canary"))
    const partial = yield* configured({ STRAVA_CLIENT_ID: "7" })
    const error = yield* Effect.flip(partial.credentials)
    assert.match(error.message, /^STRAVA_CLIENT_SECRET is not set/)
  }))
