/** Rules of the lint plugin: each reports its violation and accepts the correct form. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import plugin, { commentsOf } from "../../tools/lint/plugin.ts"
import { test } from "../testing.ts"

const messages = (text: string, path = "pipeline/made.ts"): ReadonlyArray<string> =>
  Deno.lint.runPlugin(plugin, path, text).map(({ message }) => message)

const finds = (name: string, cases: ReadonlyArray<readonly [string, ReadonlyArray<string>]>) =>
  test(name, () =>
    Effect.sync(() => {
      for (const [text, expected] of cases) assert.deepEqual(messages(text), expected, text)
    }))

const lines = (count: number) => "\n  f()".repeat(count)

finds("a function has at most 100 lines", [
  [`const a = () => {${lines(98)}\n}`, []],
  [`const a = () => {${lines(99)}\n}`, ["a function of 101 lines: split it"]],
  [`function a() {${lines(99)}\n}`, ["a function of 101 lines: split it"]],
  [`class A {\n  a() {${lines(99)}\n}}`, ["a function of 101 lines: split it"]],
])

const deep = ["nested 5 levels deep: extract a function"]
finds("functions with a block and control statements are nested at most 4 levels deep", [
  ["const a = () => { if (b) { for (const c of d) { try { e() } catch {} } } }", []],
  ["const a = () => { if (b) { for (const c of d) { try { if (e) f() } catch {} } } }", deep],
  ["const a = () => { if (b) { while (c) { d.map((e) => { switch (f) {} }) } } }", deep],
  ["const a = () => { if (b) { while (c) { if (d) e.map((f) => g((h) => f + h)) } } }", []],
  ["const a = () => { if (b) {} else if (c) {} else if (d) {} else if (e) {} else if (f) {} }", []],
])

finds("a comment begins with a thing or a verb", [
  ["/** Returns what is left. */ const a = 1", []],
  ["// Rows\n// where it is", []],
  ["const when = 1 // Tests are why.", []],
  ["/** What is left. */", [`begins with "What": begin with the thing or a verb`]],
  ["/**\n * Where it is.\n */", [`begins with "Where": begin with the thing or a verb`]],
  ["const a = 1 // how it is", [`begins with "how": begin with the thing or a verb`]],
])

finds("archaic words are found in comments and strings, not in names", [
  ["const nobody = anew", []],
  ["// Besides, it is recommended.", []],
  ["// Begin anew.", [`"anew" is archaic; instead: again, new`]],
  ["const a = `mended ${b}`", [`"mended" is archaic; instead: fix, repair`]],
  [`const a = "Nobody is"`, [`"Nobody" is archaic; instead: no process, no user, or the passive`]],
])

test("a sink is named in its folder and the registry only", () =>
  Effect.sync(() => {
    const found = (path: string) => messages(`const a = "csv"`, path).length
    assert.equal(found("pipeline/run/run.ts"), 1)
    assert.equal(found("sinks/Sink.ts"), 1)
    assert.equal(found("sinks/csv/CsvSink.ts"), 0)
    assert.equal(found("sinks/registry.ts"), 0)
    assert.equal(found("tests/sinks/csv_test.ts"), 0)
    assert.deepEqual(messages(`const a = "csv files"`), [])
    assert.deepEqual(messages(`import a from "./a.json" with { type: "json" }`), [])
  }))

test("a doc comment counts as one comment, and so do consecutive line comments", () =>
  Effect.sync(() => {
    const found: Array<string> = []
    const text = "/** A. */\n// b\n// c\nconst d = 1 // e\n\n// f\n/* g */ /* h */\n"
    const create = ({ sourceCode }: Deno.lint.RuleContext) => {
      found.push(...commentsOf(sourceCode).map(({ value }) => value))
      return {}
    }
    Deno.lint.runPlugin({ name: "made", rules: { count: { create } } }, "a.ts", text)
    assert.deepEqual(found, ["* A. ", " b\n c", " e", " f", " g ", " h "])
  }))
