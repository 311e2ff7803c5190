/** `setup` and `auth` at a terminal: prompts, hidden input, and the written files. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { checkedId, checkedSecret } from "../../pipeline/commands/process/application.ts"
import { typedPath } from "../../pipeline/commands/import/offerExport.ts"
import { writeExport } from "../../pipeline/simulator/export/writeExport.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { fullScope, simulatedClientSecret } from "../../pipeline/simulator/Tokens.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { linesWithCanary } from "../../tools/canary.ts"
import { live, test } from "../testing.ts"
import { approve, browser, locationOf, noBrowser } from "./driver/browser.ts"
import { program, simulatedServer, small } from "./driver/program.ts"
import { atTerminal } from "./driver/terminal.ts"

const folder = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())

/** Environment of a new user; Strava is the simulated one. */
const nothing = Effect.map(simulatedServer(), ({ STRAVA_API_URL = "", STRAVA_OAUTH_URL = "" }) => ({
  STRAVA_API_URL,
  STRAVA_OAUTH_URL,
}))

/** Defines a test on Linux only, because its `script` provides the terminals. */
const linux = Deno.build.os === "linux" ? live : () => {}

linux(
  "setup leads a new user to a working sign-in, and shows no secret",
  () =>
    Effect.gen(function* () {
      const home = yield* folder
      const fs = yield* FileSystem.FileSystem
      yield* fs.writeFileString(`${home}/.env`, "# mine\nDATABASE_URL=\nSTRAVA_CLIENT_ID=\n")
      yield* fs.chmod(`${home}/.env`, 0o644)
      const { env: path, opened } = yield* browser
      const session = yield* atTerminal(["setup"], { ...yield* nothing, ...path }, home)
      yield* session.until(/Other users could read \.env; now only you can/)
      yield* session.until(/Path of export_.*\.zip/)
      yield* session.type("\r")
      yield* session.until(/Authorization Callback Domain +localhost/)
      yield* session.until(/Open that page in your browser now\?/)
      yield* session.type("n")
      yield* session.until(/Client ID/)
      yield* session.type("one\r")
      yield* session.until(/is a number, such as/)
      yield* session.type("\x7f\x7f\x7f1\r")
      yield* session.until(/Client Secret/)
      yield* session.type(`${simulatedClientSecret}\r`)
      yield* session.until(/Use it anyway\?/)
      yield* session.type("y")
      yield* session.until(/Saved in \.env, readable only by you/)
      const shown = yield* approve(yield* opened, fullScope)
      assert.match(shown.text, /Signed in to Strava.*Setup continues there/s)
      yield* session.until(/Signed in\. .*No problems found\. Used 1 request/s)
      yield* session.until(/Next: deno task pipeline\n/)
      assert.equal(yield* session.ended, 0)
      assert.deepEqual(linesWithCanary(session.text()), [])

      assert.equal(
        yield* fs.readFileString(`${home}/.env`),
        `# mine\nDATABASE_URL=\nSTRAVA_CLIENT_ID=1\nSTRAVA_CLIENT_SECRET=${simulatedClientSecret}\n`,
      )
      assert.equal((yield* fs.stat(`${home}/.env`)).mode & 0o777, 0o600)
      // Text typed at the prompts must not be treated as a pasted code and sent to Strava.
      assert.doesNotMatch(session.text(), /Still waiting/)
      const requests = yield* (yield* Simulator).requests
      assert.deepEqual(
        requests.filter(({ path }) => path === "/oauth/token").map(({ status }) => status),
        [200],
      )
      assert.equal(requests.filter(({ quota }) => quota).length, 1)
    }).pipe(Effect.provide(small())),
)

linux(
  "setup imports an export first, and then needs no application",
  () =>
    Effect.gen(function* () {
      const home = yield* folder
      const file = `${home}/my export.zip`
      yield* writeExport(file, World.make({ activities: 3, samples: 5 }))
      const session = yield* atTerminal(["setup"], yield* nothing, home)
      yield* session.until(/Request Your Archive/)
      yield* session.until(/Path of export_.*\.zip/)
      yield* session.type("export_1.zip\r")
      yield* session.until(/Cannot import export_1\.zip/)
      yield* session.until(/Path of export_.*\.zip/)
      yield* session.type(`'${file}'\r`)
      yield* session.until(/3 activities/)
      yield* session.until(/\? Connect Strava's API too\? .{0,45} › \(y\/N\)/)
      yield* session.type("n")
      assert.equal(yield* session.ended, 0)
      assert.equal((yield* (yield* Simulator).requests).length, 0)
    }).pipe(Effect.provide(small())),
)

test("a path is read as a terminal inserts it", () =>
  Effect.sync(() => {
    assert.equal(typedPath(" '/a b/export_1.zip' "), "/a b/export_1.zip")
    assert.equal(typedPath('"/a/export_1.zip"'), "/a/export_1.zip")
    assert.equal(typedPath("/a\\ b/export\\(1\\).zip"), "/a b/export(1).zip")
    assert.equal(typedPath("  "), "")
  }))

linux(
  "if Strava refuses the client ID and secret, setup offers to replace them",
  () =>
    Effect.gen(function* () {
      const home = yield* folder
      const fs = yield* FileSystem.FileSystem
      const wrong = "0".repeat(40)
      yield* fs.writeFileString(
        `${home}/.env`,
        `STRAVA_CLIENT_ID=1\nSTRAVA_CLIENT_SECRET=${wrong}\n`,
        {
          mode: 0o600,
        },
      )
      const { env: path, opened } = yield* browser
      const session = yield* atTerminal(["setup"], { ...yield* nothing, ...path }, home)
      yield* session.until(/The client ID \(1\) and secret are already set/)
      const shown = yield* approve(yield* opened, fullScope)
      assert.match(shown.text, /Strava refused the application/)
      yield* session.until(/Enter both again and replace the values in \.env\?/)
      yield* session.type("\x03")
      assert.equal(yield* session.ended, 130)
      assert.match(yield* fs.readFileString(`${home}/.env`), new RegExp(wrong))
    }).pipe(Effect.provide(small())),
)

linux(
  "auth accepts an address pasted at the terminal if the browser is on another machine",
  () =>
    Effect.gen(function* () {
      const home = yield* folder
      const { STRAVA_REFRESH_TOKEN: _, ...env } = yield* simulatedServer()
      const session = yield* atTerminal(["auth"], { ...env, ...yield* noBrowser }, home)
      const [address] = yield* session.until(
        /http\S+\/oauth\/authorize\?[^ ]*?state=[0-9a-f\n]{64,}/,
      )
      yield* session.until(/Cannot open a browser/)
      yield* session.type("what?\r")
      yield* session.until(/it contains no code\.\s+Nothing was changed\. Still waiting/)
      yield* session.type(`${yield* locationOf(address.replaceAll("\n", ""), fullScope)}\r`)
      yield* session.until(/Signed in\./)
      assert.equal(yield* session.ended, 0)
      const stored = yield* (yield* FileSystem.FileSystem).readFileString(
        `${home}/data/tokens.json`,
      )
      assert.equal(JSON.parse(stored).scope, fullScope)
    }).pipe(Effect.provide(small())),
)

live("setup without a terminal names the variables to set instead", () =>
  Effect.gen(function* () {
    const { code, stderr } = yield* program(["setup"])
    assert.equal(code, 78)
    assert.match(
      stderr,
      /needs a terminal.*STRAVA_CLIENT_ID and STRAVA_CLIENT_SECRET.*deno task auth/s,
    )
  }))

test("swapped or truncated client IDs and secrets are refused at the prompt", () =>
  Effect.gen(function* () {
    const secret = "0123456789abcdef0123456789abcdef01234567"
    assert.equal(yield* checkedId(" 12345\n"), "12345")
    assert.equal(yield* checkedSecret(` ${secret} `), secret)
    assert.match(yield* Effect.flip(checkedId(secret)), /looks like the secret/)
    assert.match(yield* Effect.flip(checkedId("")), /is a number/)
    assert.match(yield* Effect.flip(checkedSecret("12345")), /looks like the ID/)
    for (const bad of ["", "abc", `${secret} ${secret}`, `'${secret}'`, `#${secret}`]) {
      assert.match(yield* Effect.flip(checkedSecret(bad)), /40 characters without spaces/)
    }
  }))
