/** Promises in the documents: no stronger than the facts, and with the figures of the code. */
import { Duration, Effect } from "effect"
import assert from "node:assert/strict"
import { Patience } from "../../pipeline/delivery/Delivery.ts"
import { grace } from "../../pipeline/run/Pipeline.ts"
import { defaultOptions } from "../../pipeline/stages/RunOptions.ts"
import { defaultLimits } from "../../pipeline/strava/http/exchange.ts"
import config from "../../deno.json" with { type: "json" }
import { files, read } from "../../tools/files.ts"
import { test } from "../testing.ts"
import { documentPages } from "./pages.ts"

const paragraphs = ["README.md", "CONTRIBUTING.md", ...documentPages].flatMap((page) =>
  read(page).split(/\n\s*\n/).map((text) => ({ page, text: text.replaceAll(/\s+/g, " ") }))
)
const descriptions = Object.entries(config.tasks).map(([name, { description }]) => ({
  page: `the task ${name}`,
  text: description,
}))

/** Strong words, and the exception that the same paragraph must name. */
const tooStrong: ReadonlyArray<readonly [promise: RegExp, exception: RegExp]> = [
  [
    /\bpa(id|y|ys|ying)\b.*\btwice\b|\btwice\b.*\bpaid\b|fetched twice/,
    /in flight|freed some space/,
  ],
  [/\bnever deleted\b/, /purge/],
  [/\bcan only read\b/, /\brole\b|\bSELECT\b/],
  [/sends nothing to anybody/, /git repository/],
]

test("each strong promise in the documents names its exception", () =>
  Effect.sync(() => {
    let found = 0
    for (const { page, text } of [...paragraphs, ...descriptions]) {
      for (const [promise, exception] of tooStrong) {
        if (!promise.test(text)) continue
        found++
        assert.match(text, exception, `${page}: ${text}`)
      }
    }
    assert.ok(found >= 5, "the patterns match")
  }))

test("the figures of docs/protocol.md are those of the program", () =>
  Effect.gen(function* () {
    const text = read("docs/protocol.md").replaceAll(/\s+/g, " ")
    const { limit } = yield* Patience
    const seconds = (input: Duration.Input) => Duration.toSeconds(Duration.fromInputUnsafe(input))
    const figure = (pattern: RegExp) => Number(pattern.exec(text)?.[1])
    assert.equal(figure(/`--concurrency` \(default (\d+)\)/), defaultOptions.concurrency)
    assert.equal(figure(/requests in flight have (\d+) seconds to finish/), seconds(grace))
    assert.equal(figure(/only those that take longer than (\d+) seconds/), seconds(grace))
    assert.equal(figure(/within (\d+) seconds and 64 MB/), seconds(defaultLimits.deadline))
    assert.equal(figure(/seconds and (\d+) MB/), defaultLimits.maxBytes / 2 ** 20)
    assert.match(text, /does not respond for two minutes, the run continues without it/)
    assert.equal(seconds(limit), 120)
  }))

test("messages that docs/unattended.md quotes are messages of the program", () =>
  Effect.sync(() => {
    const sources = files("pipeline/").filter((path) => path.endsWith(".ts")).map(read)
    const quoted = read("docs/unattended.md").split("\n").filter((line) => line.startsWith("|"))
      .flatMap((line) => [...line.matchAll(/"([^"]+)"/g)].map(([, message]) => message!))
    assert.ok(quoted.length >= 4)
    for (const message of quoted) {
      assert.ok(sources.some((text) => text.includes(message)), `no message says "${message}"`)
    }
  }))
