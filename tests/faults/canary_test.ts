/** A leaked secret is found in any encoding, in any file of a test and in any output. */
import { Effect, Exit, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Buffer } from "node:buffer"
import { simulatedRefreshToken } from "../../pipeline/simulator/Tokens.ts"
import { canaryIn, linesWithCanary } from "../../tools/canary.ts"
import { spilledIn } from "../TempFolders.ts"
import { test } from "../testing.ts"

const encoder = new TextEncoder()

test("fault 47: finds a secret as text, in a URL, in hexadecimal, in UTF-16 and in base64", () =>
  Effect.sync(() => {
    const secret = Buffer.from(simulatedRefreshToken)
    const spelled = [
      simulatedRefreshToken,
      encodeURIComponent(`<${simulatedRefreshToken}>`),
      [...secret].map((byte) => `%${byte.toString(16)}`).join(""),
      secret.toString("hex"),
      secret.toString("base64url"),
      ...["", "a", "ab"].map((before) =>
        Buffer.concat([Buffer.from(before), secret, Buffer.from("?")]).toString("base64")
      ),
      Buffer.from(`Basic ${simulatedRefreshToken}`, "utf16le").toString("latin1"),
    ]
    for (const text of spelled) {
      assert.ok(canaryIn(encoder.encode(`before ${text} after`)) >= 0, text.replaceAll("5", "_"))
      assert.deepEqual(linesWithCanary(`fine\n ${text}\nfine`), [2])
    }
    assert.deepEqual(linesWithCanary("nothing\nto see\n"), [])
  }))

test("fault 47: a file with a secret fails its test, except for the token file", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const holding = (name: string, content: string) =>
      Effect.scoped(Effect.gen(function* () {
        const folder = yield* fs.makeTempDirectoryScoped()
        yield* fs.makeDirectory(`${folder}/deep/er`, { recursive: true })
        yield* fs.writeFileString(`${folder}/deep/er/${name}`, content)
        return folder
      }))
    for (const name of ["state.db", "run.log", "tokens.json.bak", "my tokens.json"]) {
      const exit = yield* Effect.exit(holding(name, `\0 ${simulatedRefreshToken}`))
      assert.ok(Exit.isFailure(exit), name)
      const words = String(exit.cause)
      assert.match(words, /a secret, which belongs into tokens\.json only: .*deep\/er/)
      assert.equal(canaryIn(encoder.encode(words)), -1)
    }
    for (const name of ["tokens.json", `.tokens.json.${crypto.randomUUID()}.tmp`, ".env"]) {
      const folder = yield* holding(name, simulatedRefreshToken)
      assert.equal(yield* fs.exists(folder), false)
    }
    assert.deepEqual(spilledIn("/nowhere/at/all"), [])
  }))
