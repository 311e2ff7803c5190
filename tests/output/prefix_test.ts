/** Hints name the command that the user ran. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { asTyped, prefixFrom } from "../../pipeline/output/kit/commandPrefix.ts"
import { program } from "../commands/driver/program.ts"
import { live, test } from "../testing.ts"

test("the launcher's variable counts before that of npx", () =>
  Effect.sync(() => {
    const of = (variables: Readonly<Record<string, string>>) =>
      prefixFrom((name) => variables[name])
    assert.equal(of({}), "deno task")
    assert.equal(of({ npm_command: "run-script" }), "deno task")
    assert.equal(of({ npm_command: "exec" }), "npx -y deno@2 task")
    assert.equal(of({ npm_command: "exec", PACELINE_COMMAND: "paceline" }), "paceline")
    assert.equal(of({ PACELINE_COMMAND: "" }), "deno task")
  }))

test("each hint becomes the command of the same meaning, once", () =>
  Effect.sync(() => {
    const text = "Run: deno task import FILE, or deno task paceline sql, or deno task setup. " +
      "Not: deno task test:long, undeno task status."
    const installed = "Run: paceline import FILE, or paceline sql, or paceline setup. " +
      "Not: deno task test:long, undeno task status."
    assert.equal(asTyped(text, "paceline"), installed)
    assert.equal(asTyped(installed, "paceline"), installed)
    const npx = asTyped("deno task paceline athlete; deno task ok", "npx -y deno@2 task")
    assert.equal(npx, "npx -y deno@2 task paceline athlete; npx -y deno@2 task ok")
    assert.equal(asTyped(npx, "npx -y deno@2 task"), npx)
    assert.equal(asTyped(text), text)
  }))

live(
  "help, pages and errors have the user's command; no line is wider for it",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const npx = { npm_command: "exec" }
      const installed = { PACELINE_COMMAND: "paceline" }
      const wrong = yield* program(["status", "--dta", folder], installed)
      assert.match(wrong.stderr, /Usage: paceline status \[flags\]\s+Help: +paceline status --help/)
      const help = yield* program(["pipeline", "--help"], npx)
      assert.match(help.stdout, /^ {2}npx -y deno@2 task pipeline \[flags\]$/m)
      const error = yield* program(["verify", "--data", folder], npx)
      assert.match(error.stderr, new RegExp(`npx -y deno@2 task pipeline --data ${folder}`))
      assert.doesNotMatch(error.stderr, /(?<!npx -y )deno task/)
    }),
)
