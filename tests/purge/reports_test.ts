/** Reports that `--out` wrote elsewhere: deleted by a purge if they are still ours, and nothing else. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import {
  readReports,
  rememberReport,
  removeReports,
  reportMark,
} from "../../pipeline/state/reports.ts"
import { folder } from "../pipeline/running.ts"
import { test } from "../testing.ts"
import { below, purged } from "./folder.ts"

const ours = `<!doctype html><head>${reportMark}</head>`

/** A data directory that knows of reports: one of ours, one that was replaced, and one that is gone. */
const remembered = Effect.gen(function* () {
  const data = yield* folder
  const elsewhere = yield* folder
  Deno.writeTextFileSync(`${data}/in.html`, ours)
  Deno.writeTextFileSync(`${elsewhere}/ours.html`, ours)
  Deno.writeTextFileSync(`${elsewhere}/replaced.html`, "a page of somebody else")
  Deno.mkdirSync(`${elsewhere}/folder.html`)
  Deno.symlinkSync(`${elsewhere}/ours.html`, `${elsewhere}/link.html`)
  const names = ["ours.html", "replaced.html", "gone.html", "folder.html", "link.html"]
  for (const path of [...names.map((name) => `${elsewhere}/${name}`), `${data}/in.html`]) {
    yield* rememberReport(data, path)
    yield* rememberReport(data, path)
  }
  assert.equal((yield* readReports(data)).length, 6)
  return { data, elsewhere }
})

const left = ["folder.html/", "link.html", "replaced.html"]

test("a purge of everything deletes reports elsewhere, and leaves what is no report of ours", () =>
  Effect.gen(function* () {
    const { data, elsewhere } = yield* remembered
    yield* purged(data)
    assert.deepEqual(below(elsewhere), left)
    assert.deepEqual(below(data), [])
  }))

test("a purge by age deletes them too, and forgets them", () =>
  Effect.gen(function* () {
    const { data, elsewhere } = yield* remembered
    yield* removeReports(data)
    assert.deepEqual(below(elsewhere), left)
    assert.deepEqual(below(data), [])
  }))

test("what cannot be read as a list of reports stops no purge", () =>
  Effect.gen(function* () {
    const data = yield* folder
    Deno.writeTextFileSync(`${data}/state.reports`, "{")
    yield* removeReports(data)
    yield* purged(data)
    assert.deepEqual(below(data), [])
  }))
