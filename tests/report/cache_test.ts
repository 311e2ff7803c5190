/** The cache and the files of the report: the same bytes with and without a cache, in one file or in several. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { ConfigProvider, Context, Effect, FileSystem, Layer } from "effect"
import { Command } from "effect/cli"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { reportCommand } from "../../pipeline/commands/report.ts"
import { readDerived } from "../../pipeline/landed/derivedCache.ts"
import { otherFile } from "../../pipeline/report/client/data.ts"
import { cacheRecordings } from "../../pipeline/report/pack/readRecordings.ts"
import { siteFiles } from "../../pipeline/report/site/siteFiles.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { textOf } from "../../schemas/json/utf8.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { yearFileOf } from "../../pipeline/state/file/reports.ts"
import { registryLayer } from "../../sinks/registry.ts"
import { runStart, runToEnd } from "../pipeline/running.ts"
import { liveWith } from "../testing.ts"
import { archiveOf, blockIn, elementOf, names, siteDataOf, siteIn } from "./landed.ts"

/** The data directory of a run with 30 activities in three years. */
class Landed extends Context.Service<Landed, string>()("paceline/tests/Landed") {
  static readonly layer = Layer.effect(
    Landed,
    Effect.gen(function* () {
      const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      yield* TestClock.setTime(runStart)
      const sinks = [yield* jsonSink(`${data}/json`)]
      yield* runToEnd({ data, sinks, last: "everything", step: 1_000 })
      return data
    }).pipe(
      Effect.provide(
        Simulator.layer({ activities: 30, years: 3, samples: 900, manual: 0, limits: "none" }),
      ),
      Effect.provide(TestClock.layer()),
    ),
  ).pipe(Layer.provide(Layer.merge(NodeServices.layer, registryLayer)))
}

const live = liveWith(Landed.layer)

/** Returns the text of the first file, and stores the recordings as the command does. */
const reported = Effect.fnUntraced(function* (data: string, maps = true) {
  const found = yield* siteDataOf(data, { maps })
  const { files, recordings } = siteFiles(found, names)
  yield* cacheRecordings(recordings, found.stored).pipe(Effect.provide(archiveOf(data)))
  return {
    html: textOf(files[0]!.bytes),
    isNew: [...found.recordings.values()].map((r) => r.isNew),
  }
})

/** All numbers of a text with at least three decimals. */
const decimalsIn = (text: string) => text.match(/-?\d+\.\d{3,}/g) ?? []

live(
  "a second report reads no streams, and has the same bytes; a damaged cache is replaced",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* Landed
      const cache = `${data}/report.db`
      const first = yield* reported(data)
      assert.deepEqual(new Set(first.isNew), new Set([true]))
      assert.equal(Number((yield* fs.stat(cache)).mode) & 0o777, 0o600)
      const [stored] = yield* fs.readDirectory(`${data}/json/streams`)
      const file = `${data}/json/streams/${stored}`
      const text = yield* fs.readFileString(file)
      yield* fs.writeFileString(file, "{}")
      const second = yield* reported(data)
      assert.deepEqual(new Set(second.isNew), new Set([false]))
      assert.ok(second.html === first.html)
      for (const damaged of ["no database", ""]) {
        yield* fs.writeFileString(cache, damaged)
        const changed = yield* reported(data)
        assert.ok(changed.html !== first.html)
        // The response that was read is not the one that the state file knows, so that it is not stored.
        assert.deepEqual(changed.isNew.filter((each) => !each).length, 1)
        assert.equal((yield* readDerived(data)).size, first.isNew.length - 1)
      }
      yield* fs.writeFileString(file, text)
      const third = yield* reported(data)
      assert.deepEqual(third.isNew.filter((each) => each).length, 1)
      assert.ok(third.html === first.html)
    }),
)

live(
  "a row of the cache that is not as it was written is read again",
  () =>
    Effect.gen(function* () {
      const data = yield* Landed
      const first = yield* reported(data)
      for (const change of ["facts = '{'", "block = zeroblob(9)", "form = 'x', packed = x'00'"]) {
        const db = new DatabaseSync(`${data}/report.db`)
        db.exec(`update derived set ${change} where id = (select min(id) from derived)`)
        db.close()
        const again = yield* reported(data)
        assert.ok(again.html === first.html, change)
        assert.equal(again.isNew.filter((each) => each).length, 1, change)
      }
    }),
)

live(
  "without maps no coordinate is in the file, whether the blocks come from the cache or not",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* Landed
      const withMaps = yield* reported(data)
      const id = siteIn(withMaps.html).activities.find(({ streams }) =>
        streams.includes("latlng")
      )!.id
      assert.ok(blockIn(withMaps.html, id).recording!.track!.positions.length > 10)
      assert.ok(elementOf(withMaps.html, "tracks") !== undefined)
      const cached = yield* reported(data, false)
      yield* fs.remove(`${data}/report.db`)
      const fresh = yield* reported(data, false)
      assert.ok(fresh.html === cached.html)
      const { html } = fresh
      assert.equal(elementOf(html, "tracks"), undefined)
      for (const { id } of siteIn(html).activities) {
        const block = blockIn(html, id)
        assert.equal(block.recording?.track, undefined)
        assert.deepEqual(decimalsIn(elementOf(html, `a${id}`)!).filter((x) => x !== "1609.344"), [])
      }
      const index = elementOf(html, "index")!
      // 10 km of latitude are .09 degrees, so this is a place, and no distance of an effort.
      assert.deepEqual(decimalsIn(index).filter((x) => x !== "1609.344"), [])
      const shown = html.replaceAll(/<script[^]*?<\/script>|<style[^]*?<\/style>/g, "")
      assert.deepEqual(decimalsIn(shown), [])
    }),
)

live(
  "a report that is too large has one file per year, with links between them",
  () =>
    Effect.gen(function* () {
      const data = yield* Landed
      const found = yield* siteDataOf(data)
      const one = siteFiles(found, names)
      assert.deepEqual(one.files.map(({ name }) => name), ["report.html"])
      const size = one.files[0]!.bytes.length
      const fewer = siteFiles(found, { ...names, limit: size - 4_000 })
      assert.equal(fewer.files.length, 1)
      const fewerSteps = siteIn(textOf(fewer.files[0]!.bytes)).steps
      assert.ok(fewerSteps < 300 && fewer.files[0]!.bytes.length <= size - 4_000)
      const { files, recordings } = siteFiles(found, { ...names, limit: size / 2 })
      assert.deepEqual(files.map(({ name }) => name), [
        "report.html",
        ...["report-2026.html", "report-2025.html", "report-2024.html"],
      ])
      assert.equal(recordings.size, found.recordings.size)
      const [main = "", ...years] = files.map(({ bytes }) => textOf(bytes))
      const { activities, part } = siteIn(main)
      assert.deepEqual([activities.length, part], [30, undefined])
      const inYears = years.flatMap((html) => siteIn(html).activities.map(({ id }) => [id, html]))
      assert.deepEqual(inYears.map(([id]) => id), activities.map(({ id }) => id))
      for (const [id = "", html = ""] of inYears) {
        assert.equal(elementOf(main, `a${id}`), undefined)
        assert.ok(blockIn(html, id).recording !== undefined)
        assert.match(html, /<a href="report\.html">all pages<\/a>/)
      }
      const [year = "", another = ""] = years
      const [newest, other] = [siteIn(year).activities[0]!.id, siteIn(another).activities[0]!.id]
      const fileOf = (html: string, page: string, id = "") => otherFile(siteIn(html), page, id)
      assert.equal(fileOf(main, "activity", newest), "report-2026.html")
      assert.equal(fileOf(main, "activity", "1"), undefined)
      assert.equal(fileOf(main, "gear"), undefined)
      assert.equal(fileOf(year, "activity", newest), undefined)
      assert.equal(fileOf(year, "activity", other), "report.html")
      assert.equal(fileOf(year, "gear"), "report.html")
      assert.match(main, /<a href="report-2026\.html">2026<\/a>/)
    }),
)

live(
  "links between the files lead to them, whatever their names are",
  () =>
    Effect.gen(function* () {
      const found = yield* siteDataOf(yield* Landed)
      const main = "100% #1? javascript:mine.html"
      const nameOfYear = (year: number) => yearFileOf(main, year)
      const { files } = siteFiles(found, { main, nameOfYear, limit: 1 })
      for (const { bytes } of files) {
        const html = textOf(bytes)
        const shown = html.replaceAll(/<script[^]*?<\/script>/g, "")
        const links = [...shown.matchAll(/href="([^"#][^"#]*)(?:#[^"]*)?"/g)]
          .flatMap(([, address = ""]) => address.startsWith("https:") ? [] : [address])
        const site = siteIn(html)
        const others = site.activities.flatMap(({ id }) => otherFile(site, "activity", id) ?? [])
        for (const address of [...links, ...others]) {
          const { pathname, protocol } = new URL(address, "file:///reports/")
          const name = decodeURIComponent(pathname).replace("/reports/", "")
          assert.equal(protocol, "file:")
          assert.ok(files.some((file) => file.name === name), address)
        }
        assert.ok(links.length > 2)
      }
      assert.equal(yearFileOf("report.html", 987), "report-0987.html")
    }),
)

const typed = (args: ReadonlyArray<string>) =>
  Command.runWith(Command.make("paceline").pipe(Command.withSubcommands([reportCommand])), {
    version: "0",
  })(["report", ...args]).pipe(
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })), { local: true }),
  )

live(
  "files of years that an earlier report had are deleted, and no others",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* Landed
      const out = yield* fs.makeTempDirectoryScoped()
      yield* typed(["--data", data, "--out", `${out}/mine.html`])
      const html = yield* fs.readFileString(`${out}/mine.html`)
      const { files } = siteFiles(yield* siteDataOf(data), { ...names, limit: 1 })
      for (const name of ["mine-2019.html", "other-2019.html", "mine-20199.html"]) {
        yield* fs.writeFile(`${out}/${name}`, files[1]!.bytes)
      }
      // A whole report that was given the name of a year is not part of another.
      yield* fs.writeFileString(`${out}/mine-2017.html`, html)
      yield* fs.writeFileString(`${out}/mine-2018.html`, "a page of somebody else")
      yield* typed(["--data", data, "--out", `${out}/mine.html`])
      assert.deepEqual((yield* fs.readDirectory(out)).toSorted(), [
        ...["mine-2017.html", "mine-2018.html", "mine-20199.html", "mine.html", "other-2019.html"],
      ])
    }),
)
