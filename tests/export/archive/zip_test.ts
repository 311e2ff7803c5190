/** Reading a ZIP file: names, times, wrapping folders, and errors of single entries. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { textOf } from "../../../schemas/json/utf8.ts"
import { test } from "../../testing.ts"
import { openBytes, rawZip, zipOf } from "./zips.ts"

test("reads entries of a normal archive, stored and compressed", () =>
  Effect.gen(function* () {
    const files = { "activities.csv": "Activity ID\n1\n", "activities/1.gpx": "<gpx>".repeat(999) }
    for (const level of [0, 6]) {
      const archive = yield* openBytes(yield* zipOf(files, { level }))
      assert.deepEqual([...archive.entries.keys()], Object.keys(files))
      assert.deepEqual(archive.ignored, [])
      for (const [name, content] of Object.entries(files)) {
        assert.equal(textOf(yield* archive.read(name)), content)
        assert.equal(archive.entries.get(name)?.size, content.length)
        assert.match(archive.entries.get(name)?.version ?? "", /^[0-9a-f]{8}$/)
      }
    }
  }))

test("a hostile name is ignored with its reason, and the others are read", () =>
  Effect.gen(function* () {
    const archive = yield* openBytes(rawZip([
      { name: "../outside.csv", content: "x" },
      { name: "activities.csv", content: "Activity ID\n" },
    ]))
    assert.deepEqual([...archive.entries.keys()], ["activities.csv"])
    assert.deepEqual(archive.ignored, ["../outside.csv: its name leads to a folder above"])
    assert.equal(textOf(yield* archive.read("activities.csv")), "Activity ID\n")
  }))
