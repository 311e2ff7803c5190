/** Signals while a statement in the embedded database, for example, blocks the thread. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { killed } from "../killed.ts"
import { live } from "../testing.ts"

const root = new URL("../..", import.meta.url).pathname
const permissions = ["--no-prompt", "--allow-read", "--allow-env"]

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  live(
    `${signal} ends a program with a blocked thread at once, with ${code}`,
    () =>
      Effect.scoped(Effect.gen(function* () {
        const child = yield* Effect.acquireRelease(
          Effect.sync(() =>
            new Deno.Command(Deno.execPath(), {
              args: ["run", "--quiet", ...permissions, "tests/commands/driver/blocked.ts"],
              cwd: root,
              stdin: "null",
              stdout: "piped",
              stderr: "null",
            }).spawn()
          ),
          killed,
        )
        const reader = child.stdout.getReader()
        const { value } = yield* Effect.promise(() => reader.read())
        assert.equal(new TextDecoder().decode(value), "blocked\n")
        yield* Effect.sync(() => child.kill(signal))
        const status = yield* Effect.promise(() => child.status)
        assert.equal(status.code, code)
        yield* Effect.promise(() => reader.cancel())
      })),
  )
}
