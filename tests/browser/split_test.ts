/** A report in several files in a real browser: each address opens in the file that has it. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { Browser } from "./driver/Browser.ts"
import { Reports } from "./reports.ts"
import { inBrowserWith } from "./testing.ts"

const test = inBrowserWith(Reports.layer)

const State = Schema.Struct({ file: Schema.String, hash: Schema.String, title: Schema.String })

/** Waits until the page of the address is shown, in whichever file. */
const state = (file: string, shown: string) =>
  `new Promise((done) => {
    let left = 600
    const look = () => {
      const isIn = location.pathname.endsWith(${JSON.stringify(file)})
      if (isIn && document.querySelector(${JSON.stringify(shown)}) || left-- === 0) {
        done({
          file: location.pathname.split("/").at(-1),
          hash: location.hash,
          title: document.querySelector("h1")?.textContent ?? "",
        })
      } else requestAnimationFrame(look)
    }
    look()
  })`

test("an activity opens in the file of its year, and other pages in the first file", () =>
  Effect.gen(function* () {
    const { split: { first, newest, oldest, url } } = yield* Reports
    const page = yield* (yield* Browser).open(`${url}#/activities`)
    const at = (file: string, address: string, shown: string) =>
      page.evaluate(Schema.Unknown, `void (location.hash = "#/${address}")`).pipe(
        // Another file ends the evaluation in the one before.
        Effect.ignore,
        Effect.andThen(Effect.retry(page.evaluate(State, state(file, shown)), { times: 50 })),
      )
    const older = yield* at(`report-${first}.html`, `activity/${oldest}`, ".act")
    assert.deepEqual([older.file, older.hash], [`report-${first}.html`, `#/activity/${oldest}`])
    const newer = yield* at("report-2026.html", `activity/${newest}`, ".act")
    assert.deepEqual([newer.file, newer.hash], ["report-2026.html", `#/activity/${newest}`])
    assert.equal((yield* at("report.html", "activities", "#list-rows")).file, "report.html")
    assert.deepEqual((yield* page.activity).complaints, [])
  }))
