/** The simulated page where an athlete authorizes an application, and the revocation. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import {
  codeLifetime,
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../../pipeline/simulator/Tokens.ts"
import { test } from "../testing.ts"
import { get, postToken, refreshForm } from "./requests.ts"

const parameters = {
  client_id: simulatedClientId,
  redirect_uri: "http://127.0.0.1:9/callback?of=us",
  response_type: "code",
  approval_prompt: "force",
  scope: "read,profile:read_all,activity:read_all",
  state: `s"<&1`,
}

const send = Effect.fnUntraced(
  function* (path: string, form?: string, headers: Record<string, string> = {}) {
    const { body, headers: responseHeaders, status } = yield* (yield* Simulator).handle({
      method: form === undefined ? "GET" : "POST",
      url: new URL(path, "https://www.strava.com/oauth/").href,
      headers,
      body: form ?? "",
    })
    return { status, text: String(body), location: responseHeaders["location"] ?? "" }
  },
)

const openPage = (query: Record<string, string>) => send(`authorize?${new URLSearchParams(query)}`)

/** Returns the address that the page's form is sent to. */
const actionOf = (text: string) =>
  (/action="([^"]*)"/.exec(text)?.[1] ?? "").replaceAll("&amp;", "&").replaceAll("&quot;", '"')

const exchanged = (code: string | null) =>
  postToken({
    client_id: simulatedClientId,
    client_secret: simulatedClientSecret,
    grant_type: "authorization_code",
    code: code ?? "",
  })

const simulated = <E>(name: string, body: () => Effect.Effect<void, E, Simulator>) =>
  test(name, () => Effect.suspend(body).pipe(Effect.provide(Simulator.layer({ activities: 3 }))))

simulated(
  "if a box is cleared, the redirect has the state, the remaining scopes and a code",
  () =>
    Effect.gen(function* () {
      const page = yield* openPage(parameters)
      assert.equal(page.status, 200)
      assert.deepEqual(
        [...page.text.matchAll(/value="([^"]+)" checked/g)].map(([, scope]) => scope),
        parameters.scope.split(","),
      )
      const { location, status } = yield* send(actionOf(page.text), "scope=activity%3Aread_all")
      const back = new URL(location).searchParams
      assert.equal(status, 302)
      assert.deepEqual(
        ["of", "state", "scope"].map((name) => back.get(name)),
        ["us", parameters.state, "read,activity:read_all"],
      )
      const token = String((yield* exchanged(back.get("code"))).body["access_token"])
      assert.equal((yield* get("/athlete/zones", token)).status, 401)
      assert.equal((yield* get("/athlete/activities", token)).status, 200)
      assert.equal((yield* exchanged(back.get("code"))).status, 400)
    }),
)

simulated(
  "cancelling returns access_denied and the state, and no code",
  () =>
    Effect.gen(function* () {
      const { text } = yield* openPage(parameters)
      const href = /<a href="([^"]+)"/.exec(text)?.[1]?.replaceAll("&amp;", "&") ?? ""
      const back = new URL(href).searchParams
      assert.deepEqual([back.get("error"), back.get("state")], ["access_denied", parameters.state])
      assert.equal(back.has("code"), false)
    }),
)

simulated(
  "the page is skipped after a consent unless forced, and shown again after a revocation",
  () =>
    Effect.gen(function* () {
      const { approval_prompt: _, ...auto } = parameters
      assert.equal((yield* openPage(auto)).status, 302)
      assert.equal((yield* openPage({ ...auto, scope: "activity:write" })).status, 200)
      yield* (yield* Simulator).revoke
      assert.equal((yield* openPage(auto)).status, 200)
    }),
)

simulated("a code is good for some minutes", () =>
  Effect.gen(function* () {
    const { text } = yield* openPage(parameters)
    const codes = yield* Effect.forEach([1, 2], () =>
      Effect.map(
        send(actionOf(text), ""),
        ({ location }) => new URL(location).searchParams.get("code"),
      ))
    yield* TestClock.adjust(`${codeLifetime - 1} seconds`)
    assert.equal((yield* exchanged(codes[0]!)).status, 200)
    yield* TestClock.adjust("1 second")
    const late = yield* exchanged(codes[1]!)
    assert.deepEqual([late.status, late.body["errors"]], [400, [
      { resource: "AuthorizationCode", field: "code", code: "expired" },
    ]])
  }))

simulated(
  "there is no page for another application, another host, or an unknown scope",
  () =>
    Effect.gen(function* () {
      for (
        const [change, of] of [
          [{ client_id: "7" }, "client_id"],
          [{ redirect_uri: "https://example.com/" }, "redirect_uri"],
          [{ redirect_uri: "nowhere" }, "redirect_uri"],
          [{ response_type: "token" }, "response_type"],
          [{ scope: "everything" }, "scope"],
        ] as const
      ) {
        const { status, text } = yield* openPage({ ...parameters, ...change })
        assert.deepEqual([status, JSON.parse(text).errors[0].field], [400, of])
      }
    }),
)

const basic = (secret: string) => ({
  Authorization: `Basic ${btoa(`${simulatedClientId}:${secret}`)}`,
})

simulated(
  "only the application itself can revoke a token, which invalidates both",
  () =>
    Effect.gen(function* () {
      const { body } = yield* postToken(refreshForm(simulatedRefreshToken))
      const [access, refresh] = [String(body["access_token"]), String(body["refresh_token"])]
      const form = `token=${refresh}`
      assert.equal((yield* send("revoke", form)).status, 401)
      assert.equal((yield* send("revoke", form, basic("wrong"))).status, 401)
      assert.equal((yield* send("revoke", "", basic(simulatedClientSecret))).status, 400)
      assert.equal((yield* send("revoke", "token=x", basic(simulatedClientSecret))).status, 200)
      assert.equal((yield* get("/athlete", access)).status, 200)
      assert.equal((yield* send("revoke", form, basic(simulatedClientSecret))).status, 200)
      assert.equal((yield* get("/athlete", access)).status, 401)
      assert.equal((yield* postToken(refreshForm(refresh))).status, 400)
    }),
)
