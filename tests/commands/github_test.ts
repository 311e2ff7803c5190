/**
 * Output in GitHub Actions: groups, annotations, masked tokens, and a summary in which all data is
 * escaped.
 */
import { Effect, FileSystem, Schema } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { againAfter } from "../../pipeline/commands/pipeline.ts"
import { endingOf } from "../../pipeline/output/summary/ending.ts"
import { annotationsOf } from "../../pipeline/output/summary/annotations.ts"
import { makeGroups, makeTimes } from "../../pipeline/output/summary/github.ts"
import type { Screen } from "../../pipeline/output/progress/Screen.ts"
import { harmless, workflowCommand } from "../../pipeline/base/workflowCommand.ts"
import type { ProgressEvent } from "../../pipeline/base/Progress.ts"
import { escapeMarkdown, renderStepSummary } from "../../pipeline/output/summary/stepSummary.ts"
import { LimitReached, Refused } from "../../pipeline/strava/errors.ts"
import type { Summary } from "../../pipeline/run/Summary.ts"
import { printable } from "../../pipeline/output/kit/terminal.ts"
import { linesWithCanary } from "../../tools/canary.ts"
import { live, test } from "../testing.ts"
import { program, simulatedServer, small } from "./driver/program.ts"

/** Returns the commands that GitHub's runner reads in a text. */
const heard = (text: string) =>
  text.split(/\r\n|\r|\n/).flatMap((line) => {
    const [, name = "", pairs = "", data = ""] =
      /^::([\w-]+)(?: (.*?))?::(.*)$/.exec(line.trimStart()) ?? []
    const plain = (escaped: string) =>
      escaped.replaceAll(/%(0D|0A|3A|2C|25)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
    const properties = Object.fromEntries(
      pairs.split(",").filter((pair) => pair.includes("=")).map((pair) => {
        const at = pair.indexOf("=")
        return [pair.slice(0, at), plain(pair.slice(at + 1))]
      }),
    )
    return name === "" ? [] : [{ name, properties, text: plain(data) }]
  })

const hostile = [
  "100%0A::error::x",
  "a\r\n::add-mask::secret\n##[group]x",
  "title=x,file=y::z",
  "::stop-commands::x",
  "%25%3A",
]

const Told = Schema.Struct({ text: Schema.String, title: Schema.String })

const isHeard = ({ text, title }: typeof Told.Type) => {
  const [command, ...more] = heard(workflowCommand("warning", text, { title }))
  assert.deepEqual(more, [])
  assert.deepEqual(command, { name: "warning", properties: { title }, text })
  return true
}

test.prop("any title and text make one command on one line", Told, isHeard)

test("text that looks like a command is not read as one", () =>
  Effect.sync(() => {
    for (const text of hostile) isHeard({ text, title: text })
    for (const text of ["  ::error::x", "a\n::group::b", "x ##[error]y", ":::error::"]) {
      const line = harmless(text)
      assert.deepEqual(heard(line), [], text)
      assert.ok(!line.includes("##["))
    }
    assert.equal(harmless("10:30 a::b"), "10:30 a::b")
  }))

/** Returns the output of a grouped screen if stages begin, print a line and end in this order. */
const grouped = Effect.fnUntraced(function* (steps: ReadonlyArray<string>) {
  const written: Array<string> = []
  const screen: Screen = {
    terminal: false,
    color: false,
    columns: () => 80,
    write: (text) => void written.push(...text.trimEnd().split("\n")),
  }
  const groups = makeGroups(screen)
  const times = makeTimes()
  const progress = times.over(groups.over({
    notify: (event) =>
      Effect.sync(() => {
        if (event._tag !== "StageStarted" && "stage" in event) {
          groups.screen.write(`${event.stage} ${event._tag}\n`)
        }
      }),
  }))
  for (const step of steps) {
    const stage = step.slice(1)
    const events: Record<string, ProgressEvent> = {
      "+": { _tag: "StageStarted", stage },
      "-": { _tag: "StageEnded", stage },
      ".": { _tag: "Advanced", stage, done: 1, total: 2 },
    }
    yield* progress.notify(events[step[0] ?? ""] ?? { _tag: "Resumed" })
    yield* TestClock.adjust("1 second")
  }
  yield* groups.close
  return {
    written,
    times: times.until(yield* Effect.clockWith((clock) => clock.currentTimeMillis)),
  }
})

test("each stage has a group; parallel stages share the group of the earliest, and every group is closed", () =>
  Effect.gen(function* () {
    assert.deepEqual((yield* grouped(["+auth", "-auth", "+athlete", "-athlete"])).written, [
      ...["::group::auth", "auth StageEnded", "::endgroup::"],
      ...["::group::athlete", "athlete StageEnded", "::endgroup::"],
    ])
    const steps = ["+gear", "+streams", "+zones", ".streams", "-gear", ".streams", "-zones"]
    const { times, written } = yield* grouped(steps)
    assert.deepEqual(written, [
      ...["::group::gear", "streams Advanced", "gear StageEnded", "::endgroup::"],
      ...["::group::streams", "streams Advanced", "zones StageEnded", "::endgroup::"],
    ])
    assert.deepEqual([...times], [["gear", 4_000], ["streams", 6_000], ["zones", 4_000]])
  }))

const none = {
  fresh: 0,
  changed: 0,
  known: 0,
  absent: 0,
  quarantined: 0,
  skipped: 0,
  deleted: 0,
}
const at = Date.UTC(2026, 10, 26, 8, 0, 30)

const summary: Summary = {
  resources: {
    activities: { ...none, fresh: 14, known: 686 },
    streams: { ...none, fresh: 92, skipped: 3, quarantined: 1 },
  },
  requests: 96,
  bytes: 10_000,
  quota: {
    quarter: { used: 100, cap: 100, end: at + 870_000 },
    day: { used: 412, cap: 1_000, end: Date.UTC(2026, 10, 27) },
  },
  left: 412,
  work: [{ resource: "streams", began: at, before: 92, total: 504 }],
  withheld: [],
  drift: [],
  unknownSinks: [],
  sources: [],
  heldBack: null,
  at,
  quarantined: [],
  incomplete: [],
  setAside: 0,
  purged: {},
  filled: [],
  shortfalls: [],
  lacks: [],
  sinks: [{ sink: "json", location: "data/json", pending: 0, error: undefined }],
}

const limit = new LimitReached({ until: at + 870_000, why: "Rate limit reached" })

test("after --force, the advice is to continue without it, and only that", () =>
  Effect.sync(() => {
    const ended = { error: limit, code: 75, folder: "./data", shown: true } as const
    assert.match(endingOf(summary, ended)[0], /To continue, run the same command again after/)
    const [said] = endingOf(summary, { ...ended, force: true })
    assert.match(said, /Continue without --force after 2026-11-26T08:15:00Z$/)
    for (const text of [said, againAfter(true)]) {
      assert.match(text, /without --force/)
      assert.doesNotMatch(text, /same command/)
    }
  }))

test("the summary has a table, the limits, and the work of the next run", () =>
  Effect.sync(() => {
    const times = new Map([["activities", 3_000], ["streams", 71_000]])
    assert.equal(
      renderStepSummary(summary, limit, 75, times),
      [
        "### Paceline: 14 new activities, 412 streams to fetch",
        "",
        "|  | new | changed | unchanged | missing | skipped | quarantined | time |",
        "| --- | --: | --: | --: | --: | --: | --: | --: |",
        "| activities | 14 | · | 686 | · | · | · | 3 s |",
        "| streams | 92 | · | · | · | 3 | 1 | 71 s |",
        "",
        "96 requests. Rate limit: 100 of 100 in 15 minutes, 412 of 1,000 today (UTC).",
        "",
        "**Stopped:** Rate limit reached. Everything fetched so far is kept. To continue, run the " +
        "same command again after 2026-11-26T08\\:15\\:00Z",
        "",
        "**Next run:** continues; 92 of 504 streams, done around Thursday 09\\:15 UTC.",
        "",
        "",
      ].join("\n"),
    )
  }))

const nasty =
  "<img src=x onerror=y> | [a](javascript:b) `c` ![d](https://e.example) www.e.example\n# f"

/** A summary with the maximum of everything, all of it hostile. */
const full: Summary = {
  ...summary,
  work: [],
  setAside: 100_000,
  quarantined: Array.from({ length: 100 }, (_, i) => ({
    resource: "streams",
    id: String(i),
    reason: nasty.repeat(1_000),
    tries: 2,
    nextTry: null,
  })),
  withheld: Array.from({ length: 50 }, () => ({
    resource: "zones",
    reason: nasty.repeat(100),
    count: 3,
  })),
  drift: Array.from({ length: 10_000 }, () => ({
    resource: "activities",
    name: nasty.repeat(100),
    items: 3,
    firstSeen: at,
    epoch: 1,
  })),
  heldBack: { count: 9, why: nasty.repeat(10_000) },
  sinks: (["json", "csv", "postgres"] as const).map((sink) => ({
    sink,
    location: nasty,
    pending: 3,
    error: nasty.repeat(10_000),
  })),
}
const refused = new Refused({ request: "list", status: 418, detail: nasty.repeat(10_000) })

test("a summary of any amount of data is short, and contains only our own markup", () =>
  Effect.sync(() => {
    const text = renderStepSummary(full, refused, 69, new Map())
    assert.ok(text.length < 100_000, `${text.length} bytes`)
    assert.ok(text.startsWith("### Paceline: failed; 14 new"))
    assert.match(text, /\n- and 99,980 more\n/)
    for (const line of text.split("\n").filter((line) => /[Ff]ailed:\*\*|^- /.test(line))) {
      const own = line.replace(/^\*\*Failed:\*\*/, "").replace(/`--allow-deletions 9`$/, "")
      const left = own.replaceAll(/\\[^A-Za-z0-9\s]|&(lt|gt|amp);/g, "")
      assert.doesNotMatch(left, /[\\`*_{}[\]<>#!|~@$]|:\/|www\./, line.slice(0, 200))
    }
  }))

test.prop("escaped text is displayed unchanged", Schema.String, (text) => {
  const shown = escapeMarkdown(text).replaceAll(/\\([^A-Za-z0-9\s])/g, "$1")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
  return shown === printable(text)
})

test("annotations are at most ten, one line each, and say what continues by itself", () =>
  Effect.sync(() => {
    const lines = annotationsOf(full, refused, 69)
    assert.deepEqual(
      lines.flatMap(heard).map(({ name, properties }) => `${name} ${properties["title"]}`),
      [
        "error The run failed",
        "error The json sink is down",
        "error The csv sink is down",
        "error The postgres sink is down",
        "warning 100,000 items quarantined",
        "warning Strava withholds some data",
        "warning 9 activities are missing from Strava's list",
        "notice Strava sends new fields or values (stored in every sink)",
      ],
    )
    assert.ok(lines.every((line) => !/[\r\n]/.test(line) && line.length < 8_000))
    assert.deepEqual(annotationsOf(summary, limit, 75), [
      "::warning title=Stopped at the rate limit::The next run continues: " +
      "92 of 504 streams, done around Thursday 09:15 UTC",
    ])
    assert.deepEqual(annotationsOf({ ...summary, left: 0, work: [] }, undefined, 0), [])
  }))

live(
  "a step of GitHub Actions prints masks first, complete groups, a warning and a summary",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* fs.makeTempDirectoryScoped()
      const file = `${data}/step_summary`
      yield* fs.writeFileString(file, "before\n")
      const strava = yield* simulatedServer()
      const env = { ...strava, GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: file }
      const words = ["pipeline", "--data", `${data}/data`, "--sink", "json", "--partial-ok"]
      const { code, stderr, stdout } = yield* program(words, env)
      assert.equal(code, 0, stderr)
      const told = heard(stderr)
      const masks = told.filter(({ name }) => name === "add-mask").map(({ text }) => text)
      assert.deepEqual(linesWithCanary(stderr).length, masks.length)
      assert.deepEqual(
        stderr.split("\n").slice(0, masks.length).flatMap(heard).length,
        masks.length,
      )
      const kept = JSON.parse(yield* fs.readFileString(`${data}/data/tokens.json`))
      assert.deepEqual(
        [kept.access_token, kept.refresh_token].filter((token) => !masks.includes(token)),
        [],
      )
      const groups = told.filter(({ name }) => /group/.test(name)).map(({ name }) => name)
      assert.ok(groups.length > 4)
      assert.ok(groups.every((name, i) => name === (i % 2 === 0 ? "group" : "endgroup")))
      const warnings = told.filter(({ name }) => name === "warning")
      assert.match(warnings[0]?.properties["title"] ?? "", /^Stopped at the rate limit$/)
      const summary = yield* fs.readFileString(file)
      assert.match(summary, /^before\n### Paceline: 12 new activities, \d+ streams to fetch\n/)
      assert.match(summary, /\| streams \| \d+ \|/)
      assert.match(stdout, /activities +12/)

      const wrong = yield* program(words, { ...env, STRAVA_CLIENT_ID: "" })
      assert.equal(wrong.code, 78)
      const [error] = heard(wrong.stderr)
      assert.deepEqual([error?.name, /STRAVA_CLIENT_ID is not set/.test(error?.text ?? "")], [
        "error",
        true,
      ])
      assert.equal(yield* fs.readFileString(file), summary)
    }).pipe(Effect.provide(small({ limits: { read: { short: 14, day: 1_000 } } }))),
)
