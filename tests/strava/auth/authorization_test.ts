/**
 * The address that the browser opens, the callback that it returns, and the effect of missing
 * permissions.
 */
import { Redacted, Schema } from "effect"
import assert from "node:assert/strict"
import {
  authorizeUrl,
  type Callback,
  callbackFrom,
  callbackOf,
  randomState,
} from "../../../pipeline/strava/auth/authorization.ts"
import { missingScopes, wantedScope } from "../../../pipeline/strava/auth/scopes.ts"
import { test } from "../../testing.ts"
import { Effect } from "effect"

const holds = (name: string, check: () => void) => test(name, () => Effect.sync(check))

/** Converts a callback to plain data that can be compared. */
const plain = (callback: Callback) =>
  callback._tag === "Code" ? [Redacted.value(callback.code), callback.scope] : callback._tag

const Token = Schema.String.check(Schema.isPattern(/^[0-9a-f]{40}$/))

holds(
  "the address of Strava's page has all parameters, and each state is new",
  () => {
    const url = new URL(authorizeUrl("https://www.strava.com/oauth", {
      clientId: "123",
      redirectUri: "http://127.0.0.1:9/callback",
      state: "s",
    }))
    assert.equal(url.origin + url.pathname, "https://www.strava.com/oauth/authorize")
    assert.deepEqual(Object.fromEntries(url.searchParams), {
      client_id: "123",
      redirect_uri: "http://127.0.0.1:9/callback",
      response_type: "code",
      approval_prompt: "force",
      scope: wantedScope,
      state: "s",
    })
    const states = new Set(Array.from({ length: 100 }, randomState))
    assert.deepEqual([states.size, [...states].every((state) => /^[0-9a-f]{64}$/.test(state))], [
      100,
      true,
    ])
  },
)

test.prop(
  "only the state that was sent is accepted, from the browser and from a pasted address",
  Schema.Struct({ code: Token, state: Token, other: Schema.String }),
  ({ code, other, state }) => {
    const query = (sent: string) =>
      new URLSearchParams({ state: sent, code, scope: "read,activity:read" })
    const good = [code, "read,activity:read"]
    const address = (sent: string) => `http://localhost/?${query(sent)}`
    for (const sent of [other, "", `${state}0`, state.slice(1)]) {
      if (sent === state) continue
      assert.equal(plain(callbackOf(query(sent), state)), "WrongState")
      assert.equal(plain(callbackFrom(address(sent), state)), "WrongState")
    }
    const stateless = query(state)
    stateless.delete("state")
    assert.equal(plain(callbackOf(stateless, state)), "WrongState")
    assert.deepEqual(plain(callbackOf(query(state), state)), good)
    for (
      const pasted of [
        address(state),
        `  "${address(state)}"\n`,
        `<${address(state)}>`,
        `${address(state)}#_=_`,
        `127.0.0.1:4711/callback?${query(state)}`,
        String(query(state)),
      ]
    ) assert.deepEqual(plain(callbackFrom(pasted, state)), good, pasted)
    assert.deepEqual(plain(callbackFrom(` ${code} `, state)), [code, undefined])
    return true
  },
)

holds("a refusal is reported in Strava's word, and needs the state too", () => {
  const refused = callbackOf(
    new URLSearchParams({ error: "access_denied\u001b[2J", state: "s" }),
    "s",
  )
  assert.deepEqual(refused, { _tag: "Denied", why: "access_denied [2J" })
  assert.equal(callbackOf(new URLSearchParams({ error: "access_denied" }), "s")._tag, "WrongState")
})

holds("text without a code is not accepted", () => {
  const own = authorizeUrl("https://www.strava.com/oauth", {
    clientId: "1",
    redirectUri: "http://localhost/",
    state: "s",
  })
  for (
    const pasted of [
      "",
      "   ",
      "y",
      "deno task auth",
      own,
      "http://localhost/?state=s&code=",
      "?code",
    ]
  ) assert.equal(callbackFrom(pasted, "s")._tag, "Nothing", pasted)
  const strange = new URLSearchParams({ state: "s", code: "a b&c" })
  assert.equal(callbackOf(strange, "s")._tag, "Nothing")
})

holds("missing scopes are named together with the data that is missing", () => {
  const names = (scope: string) =>
    missingScopes(scope).map(({ fatal, scope }) => `${scope}${fatal ? "!" : ""}`)
  assert.deepEqual(names(wantedScope), [])
  assert.deepEqual(names("read profile:read_all activity:read_all activity:write"), [])
  assert.deepEqual(names("read,activity:read,profile:read_all"), ["activity:read_all"])
  assert.deepEqual(names("read,profile:read_all"), ["activity:read_all!"])
  assert.deepEqual(names(""), ["read", "profile:read_all", "activity:read_all!"])
  const [some] = missingScopes("read,activity:read,profile:read_all")
  const [none] = missingScopes("read,profile:read_all")
  assert.match(some?.lost ?? "", /visible only to you/)
  assert.match(none?.lost ?? "", /no activity/)
})
