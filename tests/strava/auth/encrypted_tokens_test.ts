/** Encrypted tokens: keys, flipped bits, and the transition from a plain file. */
import { ConfigProvider, Effect, FileSystem, Option, Redacted, Schema } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { errorExitCode, exitCodes } from "../../../pipeline/base/exit.ts"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { makeTokenText, type StoredTokens } from "../../../pipeline/strava/auth/StoredTokens.ts"
import { simulatedCode } from "../../../pipeline/simulator/Tokens.ts"
import { Strava } from "../../../pipeline/strava/Strava.ts"
import { Tokens } from "../../../pipeline/strava/auth/Tokens.ts"
import { tokenKeys } from "../../../pipeline/strava/auth/TokenKey.ts"
import { canaryIn } from "../../../tools/canary.ts"
import { test } from "../../testing.ts"
import {
  clientEnvironment,
  clientFolder,
  ended,
  failureOf,
  layerRun,
  posts,
  simulatedStrava,
  stored,
} from "../client.ts"
import { withEvents } from "../quota/load.ts"

const athlete = Effect.flatMap(Strava, (strava) => strava.athlete)

const key = "fLJ0Qw3zS1u8yYh2m5bqk0kqXb7o1dE9aVt4RcN6pHM="
const otherKey = "0123456789abcdef00112233445566778899aabbccddeeff102132435465768f"
const passphrase = "seven swans swim slowly south"
const sealedWith = (PACELINE_TOKEN_KEY: string) => ({ ...clientEnvironment, PACELINE_TOKEN_KEY })

const keysOf = (text: string) =>
  tokenKeys.pipe(
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({ PACELINE_TOKEN_KEY: text }))),
  )

const textWith = (keys: string) => Effect.map(keysOf(keys), makeTokenText)

const pair: StoredTokens = {
  access_token: Redacted.make("access"),
  refresh_token: Redacted.make("refresh"),
  expires_at: 1_800_000_000,
  previous_refresh_token: null,
  seeds: ["0123456789abcdef"],
}

const shown = ({ access_token, previous_refresh_token, refresh_token, ...rest }: StoredTokens) => ({
  ...rest,
  tokens: [access_token, refresh_token, previous_refresh_token].map((token) =>
    token && Redacted.value(token)
  ),
})

const raw = (data: string) => FileSystem.FileSystem.use((fs) => fs.readFile(`${data}/tokens.json`))

test("with a key, the file shows no token, and later runs use it whatever the seed", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    const env = sealedWith(key)
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env }))))
    const file = yield* stored(data)
    assert.deepEqual(Object.keys(file), ["version", "cipher", "key", "salt", "nonce", "sealed"])
    assert.equal(canaryIn(yield* raw(data)), -1)
    const { mode } = yield* FileSystem.FileSystem.use((fs) => fs.stat(`${data}/tokens.json`))
    assert.equal(mode & 0o777, 0o600)
    assert.equal((yield* posts).length, 1)

    yield* TestClock.adjust("7 hours")
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env }))))
    assert.deepEqual((yield* posts).map(({ status }) => status), [200, 200])
    const after = yield* stored(data)
    assert.equal(after["salt"], file["salt"])
    assert.notEqual(after["nonce"], file["nonce"])

    // A new seed takes precedence over the encrypted pair; if refused, it is reported once.
    const replaced = { ...env, STRAVA_REFRESH_TOKEN: "of another day" }
    const run = ended(athlete.pipe(Effect.provide(layerRun({ data, env: replaced }))))
    assert.match(JSON.stringify((yield* withEvents(run)).events), /Strava refused STRAVA_REFRESH/)
    assert.deepEqual((yield* withEvents(run)).events, [])
    assert.deepEqual((yield* posts).map(({ status }) => status), [200, 200, 400])
  }).pipe(Effect.provide(simulatedStrava())))

test("the first run with a key encrypts a plain file without a request and notifies the user", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.notEqual(canaryIn(yield* raw(data)), -1)
    const env = sealedWith(key)
    const run = ended(athlete.pipe(Effect.provide(layerRun({ data, env }))))
    const { events } = yield* withEvents(run)
    assert.match(JSON.stringify(events), /now encrypted; older copies of the file are not/)
    assert.equal(canaryIn(yield* raw(data)), -1)
    assert.deepEqual((yield* withEvents(run)).events, [])
    assert.equal((yield* posts).length, 1)
  }).pipe(Effect.provide(simulatedStrava())))

const refusals = [
  ["no key", "", exitCodes.configuration, /PACELINE_TOKEN_KEY is not set.*deno task auth/, 1],
  ["another key", otherKey, exitCodes.credentials, /a different key.*PACELINE_TOKEN_KEY_OLD/, 2],
] as const

for (const [name, given, code, words, requested] of refusals) {
  test(`with ${name}, encrypted tokens and a refused seed leave the file as it is`, () =>
    Effect.gen(function* () {
      const data = yield* clientFolder
      yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env: sealedWith(key) }))))
      yield* TestClock.adjust("7 hours")
      const before = yield* raw(data)
      const env = { ...sealedWith(given), STRAVA_REFRESH_TOKEN: "of another day" }
      const error = yield* failureOf(athlete.pipe(Effect.provide(layerRun({ data, env }))))
      assert.ok(error._tag === "TokenFileError", error.message)
      assert.match(error.message, words)
      assert.match(error.message, /Nothing was changed\./)
      assert.equal(error[errorExitCode], code)
      assert.deepEqual(yield* raw(data), before)
      assert.equal((yield* posts).length, requested)
    }).pipe(Effect.provide(simulatedStrava())))
}

test("after a lost key, a new key and a new seed are enough", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env: sealedWith(key) }))))
    const env = { ...sealedWith(otherKey), STRAVA_AUTHORIZATION_CODE: simulatedCode }
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env }))))
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env: sealedWith(otherKey) }))))
    assert.deepEqual((yield* posts).map(({ status }) => status), [200, 200])
  }).pipe(Effect.provide(simulatedStrava())))

test("the old key can be set in a variable of its own", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env: sealedWith(key) }))))
    const env = { ...sealedWith(otherKey), PACELINE_TOKEN_KEY_OLD: key }
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env }))))
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env: sealedWith(otherKey) }))))
    assert.equal((yield* posts).length, 1)
  }).pipe(Effect.provide(simulatedStrava())))

test("a pair that another program encrypted with its own key during a run is not overwritten", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    const theirs = yield* (yield* textWith(otherKey)).write(pair)
    const error = yield* Effect.gen(function* () {
      yield* ended(athlete)
      yield* FileSystem.FileSystem.use((fs) => fs.writeFileString(`${data}/tokens.json`, theirs))
      yield* (yield* Simulator).expire
      return yield* failureOf(athlete)
    }).pipe(Effect.provide(layerRun({ data, env: sealedWith(key) })))
    assert.ok(error._tag === "TokenFileError" && error.reason === "another key")
    assert.equal(new TextDecoder().decode(yield* raw(data)), theirs)
    assert.equal((yield* posts).length, 1)
  }).pipe(Effect.provide(simulatedStrava())))

test("signing in with a code does not overwrite a pair encrypted with another key", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env: sealedWith(key) }))))
    const before = yield* raw(data)
    const error = yield* failureOf(
      Effect.flatMap(Tokens, (tokens) => tokens.exchange(Redacted.make(simulatedCode), undefined))
        .pipe(Effect.provide(layerRun({ data, env: sealedWith(otherKey) }))),
    )
    assert.ok(error._tag === "TokenFileError" && error.reason === "another key")
    assert.deepEqual([(yield* posts).length, yield* raw(data)], [1, before])
  }).pipe(Effect.provide(simulatedStrava())))

test("of two keys the first encrypts, and a file encrypted with the second is encrypted again", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env: sealedWith(key) }))))
    const both = sealedWith(`${otherKey}\n${key}\n`)
    const run = ended(athlete.pipe(Effect.provide(layerRun({ data, env: both }))))
    assert.match(
      JSON.stringify((yield* withEvents(run)).events),
      /are now encrypted with the new key/,
    )
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env: sealedWith(otherKey) }))))
    assert.equal((yield* posts).length, 1)
  }).pipe(Effect.provide(simulatedStrava())))

test("a file with any bit flipped is refused", () =>
  Effect.gen(function* () {
    const text = yield* textWith(key)
    const bytes = new TextEncoder().encode((yield* text.write(pair)).trimEnd())
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = bytes.slice()
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const read = yield* Effect.option(text.read(new TextDecoder().decode(flipped)))
      assert.ok(Option.isNone(read), `bit ${bit} flipped, and it opens`)
    }
    const shorter = new TextDecoder().decode(bytes).replace(/.{4}"}$/, `"}`)
    assert.equal(yield* Effect.flip(text.read(shorter)), "changed")
    const spaced = JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)), null, 1)
    assert.equal(yield* Effect.flip(text.read(spaced)), "changed")
    const newer = new TextDecoder().decode(bytes).replace(`"version":1`, `"version":2`)
    assert.equal(yield* Effect.flip(text.read(newer)), "newer")
  }))

test("parts of two files encrypted with one key do not make a third", () =>
  Effect.gen(function* () {
    const text = yield* textWith(key)
    const [one, two] = [yield* text.write(pair), yield* text.write(pair)]
      .map((written) => JSON.parse(written))
    for (const field of ["nonce", "sealed", "salt"]) {
      const mixed = { ...one, [field]: field === "salt" ? "A".repeat(22) + "==" : two[field] }
      const why = yield* Effect.flip(text.read(JSON.stringify(mixed)))
      assert.equal(why, field === "salt" ? "another key" : "changed", field)
    }
  }))

const AnyTokens = Schema.Struct({
  access_token: Schema.NullOr(Schema.NonEmptyString),
  refresh_token: Schema.NonEmptyString,
  expires_at: Schema.Int.check(Schema.isGreaterThan(0)),
  previous_refresh_token: Schema.NullOr(Schema.NonEmptyString),
  seeds: Schema.Array(Schema.String),
  scope: Schema.optionalKey(Schema.String),
})

test.prop(
  "decryption returns the same text, and each encryption differs",
  AnyTokens,
  (given) =>
    Effect.gen(function* () {
      const redacted = (token: string | null) => token === null ? null : Redacted.make(token)
      const tokens = {
        ...given,
        access_token: redacted(given.access_token),
        refresh_token: Redacted.make(given.refresh_token),
        previous_refresh_token: redacted(given.previous_refresh_token),
      }
      const text = yield* textWith(key)
      const [one, two] = [yield* text.write(tokens), yield* text.write(tokens)]
      const read = yield* (yield* textWith(key)).read(one)
      assert.deepEqual(shown(read.tokens), shown(tokens))
      return one !== two
    }).pipe(Effect.orDie),
)

test("files encrypted by an earlier version are decrypted, with 32 bytes and with a passphrase", () =>
  Effect.gen(function* () {
    for (const [given, file] of golden) {
      const { outdated, tokens } = yield* (yield* textWith(given)).read(JSON.stringify(file))
      assert.deepEqual([shown(tokens), outdated], [shown(pair), undefined])
    }
  }))

test("weak keys are refused with advice and are not printed", () =>
  Effect.gen(function* () {
    const weak = [
      "hunter2",
      "correct horse battery",
      "abcabcabcabcabcabcabcabcabcabc",
      "0".repeat(64),
      "A".repeat(43) + "=",
    ]
    for (const given of [...weak, `${key}\nhunter2`]) {
      const error = yield* Effect.flip(keysOf(given))
      assert.match(error.message, /^PACELINE_TOKEN_KEY is too weak: .*openssl rand -base64 32/)
      assert.equal(error[errorExitCode], exitCodes.configuration)
      assert.ok(!error.message.includes(given))
    }
    for (const given of [key, key.replace("=", ""), otherKey, passphrase, ` ${key} \r\n\n`]) {
      assert.equal((yield* keysOf(given)).length, 1, given)
    }
    assert.deepEqual(yield* keysOf(" \n"), [])
    assert.ok(!JSON.stringify(yield* keysOf(key)).includes(key.slice(0, 8)))
  }))

/** Generated once and never changed. */
const golden = [
  [
    key,
    {
      version: 1,
      cipher: "AES-256-GCM",
      key: "e7192fe65981aef5",
      salt: "MIPWCVjmYOmyZzFjMTEfEQ==",
      nonce: "sf4qP8qT7QFbm/87",
      sealed:
        "cGTVeng1yCCPX5KC/JfJ/ADowd6zG/6s5vbnqVG4XNUQAsLsYAuRbpQVI8SG06M+bemHPxJtwNVNloCDwXebc8/qmbWw/BLxq3pBrBky0QJimc+FNThUC+tgdWfDSrJZbQl/ko85209Enz4DHYPr05iQGs96oSF3M2vPk164goOTLWzGW3yteQ31bp45s2izlBA3KDTnoA==",
    },
  ],
  [
    passphrase,
    {
      version: 1,
      cipher: "AES-256-GCM",
      key: "f655d7a6f2934ead",
      salt: "QUlClNGmauS9C8Vd/elu+g==",
      nonce: "kyk7u00CqAoH2tWs",
      sealed:
        "leeTqIGe6FaYY0GDl05UzlcgSPV1ooKiFQyuKnxUJXKbPgI/kEIPG09To7GDQdr6+xL8Y0YdrJk6HEEA+p0KsU6oN7iGyqptwmQszg1dWdkJPTHw7G11WkxPSvfPT9tw9qYNu1+q0szBj7JFOj9/gFgzSfM92OmqnitBa534LfEnN+Ms8wLIy3+LCq9/oFPR5vE5rRprmw==",
    },
  ],
] as const
